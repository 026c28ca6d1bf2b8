//! Which folders are the bins.

use model::{Fault, FaultKind, FolderId};

use super::batch::{self, Part};
use super::cost::Operation;
use super::http::Http;
use super::placement::Bins;
use super::wire;

/// Asks for the bins by their well-known names. A mailbox may lack one.
pub(super) async fn bins(http: &Http) -> Result<Bins, Fault> {
    let mut found = named(http, &["deleteditems", "junkemail"]).await?;
    let (junk, trash) = (found.pop().flatten(), found.pop().flatten());
    Ok(Bins { trash, junk })
}

/// The ids of well-known folders, in order; `None` for those the mailbox does not have.
pub(super) async fn named(http: &Http, names: &[&str]) -> Result<Vec<Option<FolderId>>, Fault> {
    let parts = names.iter().map(|name| Ok(Part::get(format!("/me/mailFolders/{name}?$select=id")))).collect();
    let read = batch::read(http, Operation::FoldersGet, parts).await?;
    let one = |entry| match batch::decoded::<wire::Id>(entry, Operation::FoldersGet) {
        Ok(folder) => Ok(Some(FolderId(folder.id))),
        Err(fault) if is_no_such_folder(&fault) => Ok(None),
        Err(fault) => Err(fault),
    };
    read.into_iter().map(one).collect()
}

fn is_no_such_folder(fault: &Fault) -> bool {
    fault.kind == FaultKind::NotFound
}
