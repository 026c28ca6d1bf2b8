//! From labels to placements and from edits to label changes.

use model::message::{MessageEdit, Placement};
use model::{Fault, FolderId};

use super::wire::Modify;

/// Labels that are states rather than places. A change of folders leaves them alone: Gmail refuses to set `SENT` and
/// `DRAFT`, and who replaces a message's folders does not mean to mark it read.
const STATES: [&str; 5] = ["UNREAD", "STARRED", "SENT", "DRAFT", "CHAT"];
/// States that may be added by name.
const SETTABLE: [&str; 2] = ["UNREAD", "STARRED"];
/// Labels added or removed by one call (discovery document, `ModifyMessageRequest`).
const MAX_LABELS: usize = 100;

/// Where a message with these labels lies.
pub(super) fn of_labels(labels: Vec<String>) -> Placement {
    let has = |label: &str| labels.iter().any(|l| l == label);
    Placement {
        unread: has("UNREAD"),
        starred: has("STARRED"),
        draft: has("DRAFT"),
        hidden: has("TRASH") || has("SPAM"),
        folders: labels.into_iter().map(FolderId).collect(),
        categories: None,
    }
}

/// The change that brings messages with these placements to what `edit` asks for.
pub(super) fn change(current: &[&Placement], edit: &MessageEdit) -> Result<Modify, Fault> {
    if edit.categories.is_some() {
        return Err(no_categories());
    }
    let mut change = Modify::default();
    if let Some(target) = &edit.folders {
        replace(current, target, &mut change);
    }
    // The flags of the edit have the last word, and are sent even when the mirror thinks them set already.
    for (label, wanted) in [("UNREAD", edit.unread), ("STARRED", edit.starred)] {
        if let Some(wanted) = wanted {
            change.add_label_ids.retain(|l| l != label);
            let list = if wanted { &mut change.add_label_ids } else { &mut change.remove_label_ids };
            list.push(label.to_owned());
        }
    }
    if change.add_label_ids.len() > MAX_LABELS || change.remove_label_ids.len() > MAX_LABELS {
        return Err(Fault::invalid("folders", "Gmail changes at most 100 labels at once; name fewer folders."));
    }
    Ok(change)
}

/// Labels are folders here, and there is nothing beside them.
fn no_categories() -> Fault {
    let message = "A message at Gmail has no categories; its labels are folders: make one by POST /folders and name it in `folders`.";
    Fault::invalid("categories", message)
}

fn replace(current: &[&Placement], target: &[FolderId], change: &mut Modify) {
    let everywhere = |id: &FolderId| !current.is_empty() && current.iter().all(|p| p.folders.contains(id));
    for id in target {
        let allowed = !STATES.contains(&id.as_str()) || SETTABLE.contains(&id.as_str());
        if allowed && !everywhere(id) && !change.add_label_ids.contains(&id.0) {
            change.add_label_ids.push(id.0.clone());
        }
    }
    for id in current.iter().flat_map(|p| &p.folders) {
        let kept = target.contains(id) || STATES.contains(&id.as_str());
        if !kept && !change.remove_label_ids.contains(&id.0) {
            change.remove_label_ids.push(id.0.clone());
        }
    }
}

/// The change that moves to the trash: what `messages.trash` does for four times the quota.
pub(super) fn to_trash() -> Modify {
    Modify { add_label_ids: vec!["TRASH".into()], remove_label_ids: vec!["INBOX".into(), "SPAM".into()] }
}

/// Whether a change puts a label on that drafts do not take: they can only be thrown away (facts 3.1).
pub(super) fn marks(change: &Modify) -> bool {
    change.add_label_ids.iter().any(|label| label != "TRASH")
}

/// The placement after a change, for answers that do not state it.
pub(super) fn applied(current: &Placement, change: &Modify) -> Placement {
    let kept = current.folders.iter().map(|f| f.0.clone()).filter(|l| !change.remove_label_ids.contains(l));
    let mut labels: Vec<String> = kept.collect();
    for label in &change.add_label_ids {
        if !labels.contains(label) {
            labels.push(label.clone());
        }
    }
    of_labels(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(labels: &[&str]) -> Placement {
        of_labels(labels.iter().map(|l| (*l).to_owned()).collect())
    }

    fn edit(folders: &[&str]) -> MessageEdit {
        MessageEdit { folders: Some(folders.iter().map(|f| (*f).into()).collect()), ..Default::default() }
    }

    fn modify(add: &[&str], remove: &[&str]) -> Modify {
        let own = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect();
        Modify { add_label_ids: own(add), remove_label_ids: own(remove) }
    }

    #[test]
    fn labels_become_a_placement() {
        let p = placed(&["UNREAD", "INBOX", "Label_1"]);
        assert!(p.unread && !p.starred && !p.draft && !p.hidden);
        assert_eq!(p.folders.len(), 3);
        assert!(placed(&["SPAM"]).hidden && placed(&["TRASH"]).hidden && placed(&["DRAFT"]).draft);
    }

    #[test]
    fn folders_are_replaced_and_states_left_alone() {
        let now = placed(&["UNREAD", "STARRED", "SENT", "INBOX", "Label_1"]);
        assert_eq!(change(&[&now], &edit(&["Label_1", "Label_2"])).unwrap(), modify(&["Label_2"], &["INBOX"]));
        assert_eq!(change(&[&now], &edit(&["TRASH"])).unwrap(), modify(&["TRASH"], &["INBOX", "Label_1"]));
        assert_eq!(
            change(&[&placed(&["INBOX"])], &edit(&["INBOX", "STARRED", "SENT", "DRAFT"])).unwrap(),
            modify(&["STARRED"], &[])
        );
    }

    #[test]
    fn flags_have_the_last_word() {
        let now = placed(&["INBOX"]);
        let both = MessageEdit { unread: Some(false), starred: Some(true), ..edit(&["INBOX", "UNREAD"]) };
        assert_eq!(change(&[&now], &both).unwrap(), modify(&["STARRED"], &["UNREAD"]));
    }

    #[test]
    fn a_threads_messages_are_brought_to_the_same_folders() {
        let (a, b) = (placed(&["INBOX", "Label_1"]), placed(&["Label_2"]));
        assert_eq!(change(&[&a, &b], &edit(&["INBOX"])).unwrap(), modify(&["INBOX"], &["Label_1", "Label_2"]));
        assert_eq!(applied(&a, &modify(&["X"], &["INBOX"])).folders, ["Label_1".into(), "X".into()]);
    }

    #[test]
    fn too_many_labels_are_refused() {
        let many: Vec<String> = (0..101).map(|i| format!("Label_{i}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(change(&[&placed(&[])], &edit(&many)).unwrap_err().field.as_deref(), Some("folders"));
    }
}
