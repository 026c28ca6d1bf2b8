//! Where a draft lies, and whether it still is one.
//!
//! A draft keeps its id through everything. Its mark of a draft is taken away when it is accepted for sending, even while it
//! still lies among the drafts or waits in the outbox ([MS-OXCMSG] 2.2.1.6, `mfUnsent`); on its way it may be nowhere for a
//! moment (facts 1.1). Who deletes a draft moves it to the deleted items, where it still is a draft and must not be sent.

use model::{DraftId, Fault, FaultKind};
use reqwest::Method;

use super::bins::named;
use super::cost::Operation;
use super::drafts::receipt;
use super::http::{Http, segment};
use super::messages::gone;
use super::wire::{Message, SELECT};
use crate::{DraftState, Receipt};

/// Where what was deleted lies.
const REMOVED: &[&str] = &["deleteditems", "recoverableitemsdeletions"];

/// What is under a draft's id by now.
enum Lying {
    Draft(Message),
    Sent(Message),
    Removed,
}

/// What became of a draft.
pub(super) async fn state(http: &Http, id: &DraftId) -> Result<DraftState, Fault> {
    match find(http, id).await {
        Ok(Lying::Draft(_)) => Ok(DraftState::There),
        Ok(Lying::Sent(message)) => Ok(DraftState::Sent(Receipt { draft_id: None, ..receipt(message)? })),
        Ok(Lying::Removed) => Ok(DraftState::Removed),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(DraftState::Gone),
        Err(fault) => Err(fault),
    }
}

/// The draft; `not_found` when it is gone, was deleted, or was sent.
pub(super) async fn still_draft(http: &Http, id: &DraftId) -> Result<Receipt, Fault> {
    match find(http, id).await? {
        Lying::Draft(message) => receipt(message),
        Lying::Sent(_) => Err(Fault::not_found("The draft is no draft any more: it was sent.")),
        Lying::Removed => Err(Fault::not_found("The draft was deleted.")),
    }
}

/// Asks in the folder of drafts first: one request tells that it is there and that nobody deleted it.
async fn find(http: &Http, id: &DraftId) -> Result<Lying, Fault> {
    let id = segment(id.as_str())?;
    match get(http, &format!("/me/mailFolders/drafts/messages/{id}")).await {
        Ok(message) if message.is_draft == Some(true) => return Ok(Lying::Draft(message)),
        Ok(message) => return Ok(Lying::Sent(message)),
        Err(fault) if fault.kind == FaultKind::NotFound => {}
        Err(fault) => return Err(fault),
    }
    let message = get(http, &format!("/me/messages/{id}")).await?;
    if message.is_draft != Some(true) {
        return Ok(Lying::Sent(message));
    }
    let bins = named(http, REMOVED).await?;
    let removed = bins.iter().flatten().any(|bin| message.parent_folder_id.as_ref() == Some(&bin.id));
    Ok(if removed { Lying::Removed } else { Lying::Draft(message) })
}

async fn get(http: &Http, path: &str) -> Result<Message, Fault> {
    gone(http.json(http.request(Method::GET, &format!("{path}?$select={SELECT}")), Operation::MessagesGet).await)
}
