//! Folders: made, changed and removed at the provider, then in the mirror.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use model::folder::{Folder, FolderEdit};
use model::grant::Grant;
use model::sync::{Announce, MirrorBatch};
use model::{Fault, FaultKind, FolderId, GrantId};
use store::CountedFolder;
use tokio::sync::Mutex;

use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox};
use crate::outbox::{made, unsure};
use crate::{Engine, Inner, Result};

/// Characters of a folder's name at most (nylas-v3.md 1.7).
const MOST_NAME: usize = 1024;

/// A mailbox's folders as its provider listed them.
pub(crate) struct FolderList {
    /// Its place among all listings, in the order they were asked for.
    asked: u64,
    pub(crate) folders: Vec<Folder>,
}

/// The order of listings: sync and several callers may list the folders of one mailbox at once.
#[derive(Default)]
pub(crate) struct FolderLists {
    last_asked: AtomicU64,
    /// By mailbox, the newest that was mirrored. Held while one is, so that none passes another on its way.
    mirrored: Mutex<HashMap<GrantId, u64>>,
}

impl FolderLists {
    pub(crate) async fn forget(&self, grant: GrantId) {
        self.mirrored.lock().await.remove(&grant);
    }
}

impl Engine {
    /// Makes a folder.
    ///
    /// # Errors
    /// `invalid_request` naming the field; `conflict_or_precondition` when the name is taken. With verdict `look_first`
    /// the folder may have been made.
    pub async fn create_folder(&self, grant: &Grant, edit: FolderEdit) -> Result<CountedFolder> {
        if edit.name.is_none() {
            return Err(Fault::invalid("name", "`name` is required."));
        }
        check(&edit)?;
        let edit = &edit;
        let create = |mailbox: Mailbox| async move { mailbox.create_folder(edit.clone()).await };
        let folder = self.inner.gate.once(grant, Class::Interactive, create).await.map_err(unsure)?;
        self.mirrored_folder(grant, &folder.id).await.map_err(made)
    }

    /// Changes a folder.
    ///
    /// # Errors
    /// As [`Self::create_folder`], and `not_found`.
    pub async fn update_folder(&self, grant: &Grant, id: &FolderId, edit: FolderEdit) -> Result<CountedFolder> {
        check(&edit)?;
        if edit == FolderEdit::default() {
            return self.inner.store().folder(grant.id, id).await.at_rest()?.ok_or_else(no_folder);
        }
        let edit = &edit;
        let update = |mailbox: Mailbox| async move { mailbox.update_folder(id, edit.clone()).await };
        let folder = self.inner.gate.call(grant, Class::Interactive, update).await?;
        self.mirrored_folder(grant, &folder.id).await
    }

    /// Removes a folder.
    ///
    /// # Errors
    /// `not_found`; `invalid_request` for a system folder; what the provider refuses.
    pub async fn delete_folder(&self, grant: &Grant, id: &FolderId) -> Result<()> {
        let held = self.inner.store().folder(grant.id, id).await.at_rest()?;
        if held.is_some_and(|held| held.folder.system) {
            let message = format!(
                "`{id}` is a folder of the provider's own and cannot be removed; only folders people made can."
            );
            return Err(Fault::invalid("folder_id", message));
        }
        let delete = |mailbox: Mailbox| async move { mailbox.delete_folder(id).await };
        let deleted = self.inner.gate.once(grant, Class::Interactive, delete).await;
        let was_there = match &deleted {
            Err(fault) if fault.kind == FaultKind::NotFound => false,
            Err(_) => return deleted,
            Ok(()) => true,
        };
        self.mirror_folders_now(grant).await?;
        // Its messages leave it; the provider's changes tell which.
        self.inner.hint(grant.id).await?;
        if was_there { Ok(()) } else { deleted }
    }

    async fn mirrored_folder(&self, grant: &Grant, id: &FolderId) -> Result<CountedFolder> {
        self.mirror_folders_now(grant).await?;
        self.inner.store().folder(grant.id, id).await.at_rest()?.ok_or_else(no_folder)
    }

    /// Mirrors all folders as the provider lists them now: the one truth, whoever else changed some meanwhile.
    async fn mirror_folders_now(&self, grant: &Grant) -> Result<()> {
        let list = self.inner.list_folders(grant, Class::Interactive).await?;
        self.inner.mirror_folders(grant.id, list, Announce::Live).await
    }
}

impl Inner {
    /// Asks for a mailbox's folders.
    pub(crate) async fn list_folders(&self, grant: &Grant, class: Class) -> Result<FolderList> {
        let asked = self.folder_lists.last_asked.fetch_add(1, Ordering::Relaxed) + 1;
        let folders = self.gate.call(grant, class, |mailbox: Mailbox| async move { mailbox.folders().await }).await?;
        Ok(FolderList { asked, folders })
    }

    /// Makes the mirror's folders those listed, unless a list that was asked for later is mirrored already: an older one may
    /// still have what was removed meanwhile, and lack what was made.
    pub(crate) async fn mirror_folders(&self, grant: GrantId, list: FolderList, announce: Announce) -> Result<()> {
        let mut mirrored = self.folder_lists.mirrored.lock().await;
        if mirrored.get(&grant).is_some_and(|newest| *newest > list.asked) {
            return Ok(());
        }
        let batch = MirrorBatch { folders: Some(list.folders), ..MirrorBatch::empty(announce, self.now()) };
        self.apply(grant, batch).await?;
        mirrored.insert(grant, list.asked);
        Ok(())
    }
}

fn check(edit: &FolderEdit) -> Result<()> {
    if let Some(name) = &edit.name
        && !(1..=MOST_NAME).contains(&name.chars().count())
    {
        return Err(Fault::invalid("name", format!("`name` must have 1 to {MOST_NAME} characters.")));
    }
    check_color("text_color", edit.text_color.as_deref())?;
    check_color("background_color", edit.background_color.as_deref())
}

fn check_color(field: &str, color: Option<&str>) -> Result<()> {
    let fits = |color: &str| {
        color.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|c| c.is_ascii_hexdigit()))
    };
    match color {
        Some(color) if !fits(color) => {
            Err(Fault::invalid(field, format!("`{field}` must be a colour such as `#4986e7`.")))
        }
        _ => Ok(()),
    }
}

fn no_folder() -> Fault {
    Fault::not_found("There is no such folder in this mailbox.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;

    #[test]
    fn names_and_colours_are_checked() {
        let named = |name: &str| FolderEdit { name: Some(name.into()), ..FolderEdit::default() };
        assert!(check(&named("Work")).is_ok());
        assert!(check(&named("")).is_err() && check(&named(&"x".repeat(1025))).is_err());
        for (color, fits) in [("#4986e7", true), ("4986e7", false), ("#xyzxyz", false), ("red", false)] {
            let edit = FolderEdit { text_color: Some(color.into()), ..FolderEdit::default() };
            assert_eq!(check(&edit).is_ok(), fits, "{color}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_folder_list_asked_for_before_another_does_not_undo_it() {
        let bench = Bench::with(0).await;
        let (grant, inner) = (bench.grant().await, &bench.engine.inner);
        let named = |name: &str| FolderEdit { name: Some(name.into()), ..FolderEdit::default() };
        let held = async |id: &FolderId| inner.store().folder(grant.id, id).await.unwrap().is_some();
        let before_it = inner.list_folders(&grant, Class::Live).await.unwrap();
        let folder = bench.engine.create_folder(&grant, named("Work")).await.unwrap().folder;
        let with_it = inner.list_folders(&grant, Class::Live).await.unwrap();
        inner.mirror_folders(grant.id, before_it, Announce::Live).await.unwrap();
        assert!(held(&folder.id).await, "made after that list was asked for");
        bench.engine.delete_folder(&grant, &folder.id).await.unwrap();
        inner.mirror_folders(grant.id, with_it, Announce::Live).await.unwrap();
        assert!(!held(&folder.id).await, "removed after that list was asked for");
        let after = inner.list_folders(&grant, Class::Live).await.unwrap();
        inner.mirror_folders(grant.id, after, Announce::Live).await.unwrap();
        assert!(!held(&folder.id).await);
    }
}
