//! Labels as folders. Hierarchy is in the name: `Parent/Child`.

use model::folder::{Folder, FolderEdit, FolderRole};
use model::{Fault, FolderId};
use reqwest::Method;

use super::cost::Operation;
use super::http::{Http, segment};
use super::wire::{Color, Label, LabelBody, LabelList};

/// All labels.
pub(super) async fn list(http: &Http) -> Result<Vec<Folder>, Fault> {
    let list: LabelList = http.json(http.request(Method::GET, "/labels"), Operation::LabelsList).await?;
    Ok(list.labels.into_iter().map(folder).collect())
}

/// Makes a label, below its parent when one is named.
pub(super) async fn create(http: &Http, edit: FolderEdit) -> Result<Folder, Fault> {
    let Some(leaf) = edit.name.as_deref().filter(|n| !n.is_empty()) else {
        return Err(Fault::invalid("name", "A folder needs a name."));
    };
    let body = LabelBody {
        name: Some(nested(http, edit.parent_id.as_ref(), leaf).await?),
        color: color(&edit),
        label_list_visibility: Some("labelShow"),
        message_list_visibility: Some("show"),
    };
    let label: Label = http.json(http.request(Method::POST, "/labels").json(&body), Operation::LabelsCreate).await?;
    Ok(folder(label))
}

/// Changes a label. Only what the edit names changes (`patch`).
pub(super) async fn update(http: &Http, id: &FolderId, edit: FolderEdit) -> Result<Folder, Fault> {
    let path = format!("/labels/{}", segment(id.as_str())?);
    let name = match (&edit.name, &edit.parent_id) {
        (None, None) => None,
        (Some(name), parent) => Some(nested(http, parent.as_ref(), name).await?),
        (None, Some(_)) => {
            let current = one(http, id).await?;
            let leaf = current.name.rsplit('/').next().unwrap_or_default();
            Some(nested(http, edit.parent_id.as_ref(), leaf).await?)
        }
    };
    let body = LabelBody { name, color: color(&edit), label_list_visibility: None, message_list_visibility: None };
    let label: Label = http.json(http.request(Method::PATCH, &path).json(&body), Operation::LabelsPatch).await?;
    Ok(folder(label))
}

/// Removes a label from the mailbox and from every message.
pub(super) async fn delete(http: &Http, id: &FolderId) -> Result<(), Fault> {
    let path = format!("/labels/{}", segment(id.as_str())?);
    http.done(http.request(Method::DELETE, &path), Operation::LabelsDelete).await
}

async fn one(http: &Http, id: &FolderId) -> Result<Label, Fault> {
    let path = format!("/labels/{}", segment(id.as_str())?);
    http.json(http.request(Method::GET, &path), Operation::LabelsGet).await
}

async fn nested(http: &Http, parent: Option<&FolderId>, leaf: &str) -> Result<String, Fault> {
    match parent {
        Some(parent) => Ok(format!("{}/{leaf}", one(http, parent).await?.name)),
        None => Ok(leaf.to_owned()),
    }
}

/// Gmail takes both colours or none; the one left out becomes the black or white that can be read with the other.
fn color(edit: &FolderEdit) -> Option<Color> {
    let given = edit.text_color.as_deref().or(edit.background_color.as_deref())?;
    let contrast = if is_dark(given) { "#ffffff" } else { "#000000" };
    Some(Color {
        text_color: Some(edit.text_color.clone().unwrap_or_else(|| contrast.into())),
        background_color: Some(edit.background_color.clone().unwrap_or_else(|| contrast.into())),
    })
}

/// Whether `#rrggbb` is nearer to black, weighed as the eye does (ITU-R BT.601).
fn is_dark(color: &str) -> bool {
    let channel = |i: usize| color.get(i..i + 2).and_then(|c| u32::from_str_radix(c, 16).ok()).unwrap_or_default();
    channel(1) * 299 + channel(3) * 587 + channel(5) * 114 < 128_000
}

fn folder(label: Label) -> Folder {
    let system = label.kind.as_deref() == Some("system");
    let (text_color, background_color) = label.color.map_or((None, None), |c| (c.text_color, c.background_color));
    Folder {
        role: if system { role(&label.id) } else { None },
        // System labels are shown under their id, as Gmail's own clients translate them themselves.
        name: if system || label.name.is_empty() { label.id.clone() } else { label.name },
        id: FolderId(label.id),
        parent_id: None,
        system,
        text_color,
        background_color,
    }
}

fn role(id: &str) -> Option<FolderRole> {
    Some(match id {
        "INBOX" => FolderRole::Inbox,
        "SENT" => FolderRole::Sent,
        "DRAFT" => FolderRole::Drafts,
        "TRASH" => FolderRole::Trash,
        "SPAM" => FolderRole::Junk,
        "IMPORTANT" => FolderRole::Important,
        "STARRED" => FolderRole::Flagged,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_folders() {
        let read = |json: &str| folder(serde_json::from_str(json).unwrap());
        let inbox = read(r#"{"id":"INBOX","name":"INBOX","type":"system"}"#);
        assert_eq!((inbox.role, inbox.system, inbox.name.as_str()), (Some(FolderRole::Inbox), true, "INBOX"));
        let own = read(
            r##"{"id":"Label_1","name":"A/B","type":"user","color":{"textColor":"#ffffff","backgroundColor":"#000000"}}"##,
        );
        assert_eq!((own.role, own.system, own.name.as_str()), (None, false, "A/B"));
        assert_eq!(own.text_color.as_deref(), Some("#ffffff"));
        assert_eq!(read(r#"{"id":"SPAM","name":"SPAM","type":"system"}"#).role, Some(FolderRole::Junk));
    }

    #[test]
    fn one_colour_brings_the_other() {
        let edit = FolderEdit { background_color: Some("#fb4c2f".into()), ..Default::default() };
        assert_eq!(color(&edit).and_then(|c| c.text_color).as_deref(), Some("#ffffff"));
        assert!(color(&FolderEdit::default()).is_none());
    }
}
