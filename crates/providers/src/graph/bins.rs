//! Which folders are the bins, and which lie in them.

use std::collections::BTreeSet;

use model::{Fault, FaultKind, FolderId};

use super::batch::{self, Part};
use super::cost::Operation;
use super::http::{Http, segment};
use super::placement::Bins;
use super::wire::{Folder, Page};

/// Folders looked for in the bins at most.
const MOST_BELOW: usize = 2000;

/// Asks for the bins by their well-known names. A mailbox may lack one. A folder that somebody deletes goes below Deleted
/// Items with all that is in it, so what lies in a bin is asked for where there is anything.
pub(super) async fn bins(http: &Http) -> Result<Bins, Fault> {
    let mut found = named(http, &["deleteditems", "junkemail"]).await?;
    let (junk, trash) = (found.pop().flatten(), found.pop().flatten());
    let below = below(http, [&trash, &junk].into_iter().flatten()).await?;
    let id = |folder: Option<Folder>| folder.map(|folder| FolderId(folder.id));
    Ok(Bins { trash: id(trash), junk: id(junk), below })
}

/// All folders below some, level by level.
async fn below(http: &Http, above: impl Iterator<Item = &Folder>) -> Result<BTreeSet<FolderId>, Fault> {
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = above.filter_map(children).collect();
    while !open.is_empty() && found.len() < MOST_BELOW {
        let parts = open.drain(..).map(|path| Ok(Part::get(path))).collect();
        for entry in batch::read(http, Operation::FoldersGet, parts).await? {
            let page: Page<Folder> = match batch::decoded(entry, Operation::FoldersGet) {
                Ok(page) => page,
                // Gone since its parent told of it.
                Err(fault) if is_no_such_folder(&fault) => continue,
                Err(fault) => return Err(fault),
            };
            open.extend(page.next.map(|next| http.below(&next, Operation::FoldersGet)).transpose()?);
            open.extend(page.value.iter().filter_map(children));
            found.extend(page.value.into_iter().map(|folder| FolderId(folder.id)));
        }
    }
    Ok(found)
}

/// Where the folders right below one are listed, if there are any.
fn children(folder: &Folder) -> Option<String> {
    let id = segment(&folder.id).ok()?;
    let any = folder.child_folder_count.is_some_and(|count| count > 0);
    any.then(|| format!("/me/mailFolders/{id}/childFolders?$select=id,childFolderCount&$top=100"))
}

/// Well-known folders, in order; `None` for those the mailbox does not have, or whose name its server does not know: a folder
/// that is a convenience must not keep the others from being listed.
pub(super) async fn named(http: &Http, names: &[&str]) -> Result<Vec<Option<Folder>>, Fault> {
    let path = |name: &&str| Ok(Part::get(format!("/me/mailFolders/{name}?$select=id,childFolderCount")));
    let read = batch::read(http, Operation::FoldersGet, names.iter().map(path).collect()).await?;
    let one = |entry| match batch::decoded::<Folder>(entry, Operation::FoldersGet) {
        Ok(folder) => Ok(Some(folder)),
        Err(fault) if is_no_such_folder(&fault) || fault.kind == FaultKind::InvalidRequest => Ok(None),
        Err(fault) => Err(fault),
    };
    read.into_iter().map(one).collect()
}

fn is_no_such_folder(fault: &Fault) -> bool {
    fault.kind == FaultKind::NotFound
}
