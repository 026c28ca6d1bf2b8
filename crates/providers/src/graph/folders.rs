//! Folders. Their ids are constant; what they are for is known by well-known names, never by what they are called, which is
//! translated (facts 1.2).

use std::collections::{BTreeMap, BTreeSet};

use model::folder::{Folder, FolderEdit, FolderRole};
use model::{Fault, FolderId};
use reqwest::Method;
use serde_json::json;

use super::batch::{self, Part};
use super::bins::named;
use super::cost::Operation;
use super::http::{Http, segment, unreadable};
use super::wire::{self, Page};

/// Names by which folders of the provider's own are found (facts 1.2), and what they are for. The root is no folder of anyone's;
/// the outbox and its like have no role in the contract. Not asked for is what no listing of folders shows: search folders, and
/// what was deleted for good.
const KNOWN: &[(&str, Option<FolderRole>)] = &[
    ("msgfolderroot", None),
    ("inbox", Some(FolderRole::Inbox)),
    ("sentitems", Some(FolderRole::Sent)),
    ("drafts", Some(FolderRole::Drafts)),
    ("deleteditems", Some(FolderRole::Trash)),
    ("junkemail", Some(FolderRole::Junk)),
    ("archive", Some(FolderRole::Archive)),
    ("outbox", None),
    ("conversationhistory", None),
    ("clutter", None),
    ("scheduled", None),
    ("syncissues", None),
    ("conflicts", None),
    ("localfailures", None),
    ("serverfailures", None),
];

/// Pages of a folder listing followed at most.
const MAX_PAGES: usize = 1000;

/// All folders that are not hidden, the whole tree in one list. One that somebody deleted lies below Deleted Items, and is no
/// folder any more.
pub(super) async fn list(http: &Http) -> Result<Vec<Folder>, Fault> {
    let known = Known::ask(http).await?;
    let (found, _) = tree(http, "id,displayName,parentFolderId,isHidden").await?;
    let folders: Vec<Folder> = found.into_iter().filter_map(|folder| known.folder(folder)).collect();
    let trash = folders.iter().find(|folder| folder.role == Some(FolderRole::Trash)).map(|folder| folder.id.clone());
    let deleted = trash.map(|trash| below(&trash, &folders)).unwrap_or_default();
    Ok(folders.into_iter().filter(|folder| !deleted.contains(&folder.id)).collect())
}

/// What lies below a folder, at any depth.
fn below(top: &FolderId, folders: &[Folder]) -> BTreeSet<FolderId> {
    let mut children: BTreeMap<&FolderId, Vec<&FolderId>> = BTreeMap::new();
    for folder in folders {
        children.entry(folder.parent_id.as_ref().unwrap_or(&folder.id)).or_default().push(&folder.id);
    }
    let (mut found, mut open) = (BTreeSet::new(), vec![top]);
    while let Some(next) = open.pop() {
        let inside = children.get(next).into_iter().flatten().filter(|id| **id != next);
        open.extend(inside.filter(|id| found.insert((**id).clone())));
    }
    found
}

/// Every folder that holds messages, and where its changes are followed from. A delta listing is the only one that is not
/// one request per parent.
pub(super) async fn tree(http: &Http, select: &str) -> Result<(Vec<wire::Folder>, String), Fault> {
    let mut link = format!("/me/mailFolders/delta?$select={select}");
    let mut folders = Vec::new();
    for _ in 0..MAX_PAGES {
        let request = http.request(Method::GET, &link).header("Prefer", "odata.maxpagesize=1000");
        let page: Page<wire::Folder> = http.json(request, Operation::FoldersDelta).await?;
        folders.extend(page.value.into_iter().filter(|folder| folder.removed.is_none() && folder.holds_messages()));
        match (page.next, page.delta) {
            (Some(next), _) => link = http.below(&next, Operation::FoldersDelta)?,
            (None, Some(delta)) => return Ok((folders, http.below(&delta, Operation::FoldersDelta)?)),
            (None, None) => return Err(unreadable("the listing has no end", Operation::FoldersDelta)),
        }
    }
    Err(unreadable("the listing of folders does not end", Operation::FoldersDelta))
}

/// Makes a folder, below its parent when one is named.
pub(super) async fn create(http: &Http, edit: FolderEdit) -> Result<Folder, Fault> {
    let Some(name) = edit.name.as_deref().filter(|name| !name.is_empty()) else {
        return Err(Fault::invalid("name", "A folder needs a name."));
    };
    refuse_colors(&edit)?;
    let path = match &edit.parent_id {
        Some(parent) => format!("/me/mailFolders/{}/childFolders", segment(parent.as_str())?),
        None => "/me/mailFolders".to_owned(),
    };
    let request = http.request(Method::POST, &path).json(&json!({ "displayName": name }));
    own(http.json(request, Operation::FoldersCreate).await?)
}

/// Renames a folder, moves it, or both.
pub(super) async fn update(http: &Http, id: &FolderId, edit: FolderEdit) -> Result<Folder, Fault> {
    refuse_colors(&edit)?;
    let path = format!("/me/mailFolders/{}", segment(id.as_str())?);
    let mut latest: Option<wire::Folder> = None;
    if let Some(name) = &edit.name {
        let request = http.request(Method::PATCH, &path).json(&json!({ "displayName": name }));
        latest = Some(http.json(request, Operation::FoldersUpdate).await?);
    }
    if let Some(parent) = &edit.parent_id {
        let request = http.request(Method::POST, &format!("{path}/move")).json(&json!({ "destinationId": parent }));
        latest = Some(http.json(request, Operation::FoldersMove).await?);
    }
    let latest = match latest {
        Some(latest) => latest,
        None => http.json(http.request(Method::GET, &path), Operation::FoldersGet).await?,
    };
    own(latest)
}

/// Removes a folder: it goes below Deleted Items, with what is in it. From there Graph would remove it for good, so one that
/// lies there already, as after an answer that was lost, is not removed once more.
pub(super) async fn delete(http: &Http, id: &FolderId) -> Result<(), Fault> {
    let path = format!("/me/mailFolders/{}", segment(id.as_str())?);
    let parts = [format!("{path}?$select=id,parentFolderId"), "/me/mailFolders/deleteditems?$select=id".to_owned()];
    let parts = parts.into_iter().map(|path| Ok(Part::get(path))).collect();
    let mut told = batch::read(http, Operation::FoldersGet, parts).await?.into_iter();
    let mut next = || match told.next() {
        Some(entry) => batch::decoded::<wire::Folder>(entry, Operation::FoldersGet),
        None => Err(unreadable("a batch was answered in part", Operation::FoldersGet)),
    };
    let (folder, trash) = (next()?, next()?);
    if folder.parent_folder_id == Some(trash.id) {
        return Err(Fault::not_found("The folder is deleted: it lies among the deleted items."));
    }
    http.done(http.request(Method::DELETE, &path), Operation::FoldersDelete).await
}

fn refuse_colors(edit: &FolderEdit) -> Result<(), Fault> {
    let coloured = [("text_color", &edit.text_color), ("background_color", &edit.background_color)];
    match coloured.into_iter().find(|(_, color)| color.is_some()) {
        Some((field, _)) => {
            Err(Fault::invalid(field, format!("Folders at Microsoft have no colours; leave `{field}` out.")))
        }
        None => Ok(()),
    }
}

/// A folder that somebody made or changed: none of the provider's own.
fn own(folder: wire::Folder) -> Result<Folder, Fault> {
    Known::default()
        .folder(folder)
        .ok_or_else(|| unreadable("a folder was answered that holds no messages", Operation::FoldersUpdate))
}

/// The provider's own folders.
#[derive(Default)]
struct Known {
    root: Option<FolderId>,
    folders: Vec<(FolderId, Option<FolderRole>)>,
}

impl Known {
    async fn ask(http: &Http) -> Result<Self, Fault> {
        let names: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
        let mut ids = named(http, &names).await?.into_iter().map(|folder| folder.map(|folder| FolderId(folder.id)));
        let root = ids.next().flatten();
        let roles = KNOWN.iter().skip(1).map(|(_, role)| *role);
        let folders = ids.zip(roles).filter_map(|(id, role)| Some((id?, role))).collect();
        Ok(Self { root, folders })
    }

    /// A folder as the mirror holds it; `None` for the root and what is hidden.
    fn folder(&self, folder: wire::Folder) -> Option<Folder> {
        let id = FolderId(folder.id);
        if self.root.as_ref() == Some(&id) || folder.is_hidden == Some(true) {
            return None;
        }
        let known = self.folders.iter().find(|(known, _)| *known == id);
        let parent = folder.parent_folder_id.map(FolderId);
        Some(Folder {
            name: folder.display_name.unwrap_or_else(|| id.0.clone()),
            parent_id: parent.filter(|parent| self.root.as_ref() != Some(parent)),
            system: known.is_some(),
            role: known.and_then(|(_, role)| *role),
            text_color: None,
            background_color: None,
            id,
        })
    }
}
