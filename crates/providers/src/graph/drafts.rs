//! Drafts. A draft **is** its message, and with ids that do not change the sent message still has the draft's id (facts 1.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{DraftId, Fault, FaultKind, MessageId, ThreadId, Verdict};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::cost::{Errand, Operation};
use super::http::{Http, segment, unreadable};
use super::lying::still_draft;
use super::messages::gone;
use super::wire::{Id, Message, Page, SELECT};
use super::{attach, edits, fixed, mime};
use crate::Receipt;

/// Largest message that goes in one request as it is: 4 MB in base64 (facts 1.5), with room.
pub(super) const MAX_WHOLE: usize = 3_000_000;
/// Pages of drafts read at most: 1000 each.
const MAX_PAGES: usize = 100;

/// All drafts, wherever they lie.
pub(super) async fn list(http: &Http) -> Result<Vec<(DraftId, MessageId)>, Fault> {
    let mut all = Vec::new();
    let mut link = "/me/messages?$filter=isDraft%20eq%20true&$select=id&$top=1000".to_owned();
    for _ in 0..MAX_PAGES {
        let page: Page<Id> = http.json(http.request(Method::GET, &link), Operation::MessagesList).await?;
        all.extend(page.value.into_iter().map(|draft| (DraftId(draft.id.clone()), MessageId(draft.id))));
        match page.next {
            Some(next) => link = http.below(&next, Operation::MessagesList)?,
            None => break,
        }
    }
    Ok(all)
}

/// Saves a new draft. Which conversation it belongs to, Exchange reads from its threading headers.
pub(super) async fn create(http: &Http, raw: &Bytes) -> Result<Receipt, Fault> {
    if raw.len() <= MAX_WHOLE {
        return save(http, raw).await;
    }
    let slim = mime::slim(raw, MAX_WHOLE).ok_or_else(too_large)?;
    let receipt = save(http, &slim.raw).await?;
    match attach::add(http, &receipt.message_id, &slim.files).await {
        Ok(()) => Ok(receipt),
        // Half of it is of no use to anyone.
        Err(fault) => match edits::delete(http, &receipt.message_id).await {
            Err(kept) if kept.kind != FaultKind::NotFound => Err(left_behind(fault)),
            _ => Err(fault),
        },
    }
}

/// The fault of a draft that stays half saved: the promise in its header tells whoever looks for it. Whatever held its files
/// back, something did reach the mailbox.
fn left_behind(fault: Fault) -> Fault {
    match fault.verdict {
        // Without a permission nobody can look either.
        Verdict::AfterReauth => fault,
        _ => Fault { held_back: false, ..fault.with_verdict(Verdict::LookFirst) },
    }
}

async fn save(http: &Http, raw: &[u8]) -> Result<Receipt, Fault> {
    let request =
        http.request(Method::POST, "/me/messages").header(CONTENT_TYPE, "text/plain").body(STANDARD.encode(raw));
    receipt(http.json(request, Operation::MessagesCreate).await?)
}

fn too_large() -> Fault {
    let message = "The message without its attachments is larger than the 3 MB that Microsoft Graph takes at once.";
    Fault { field: Some("body".into()), ..Fault::new(FaultKind::MessageTooLarge, message) }
}

/// Replaces a draft's content by its properties: Graph does not take new bytes for a message that exists.
pub(super) async fn update(http: &Http, id: &DraftId, raw: &[u8]) -> Result<Receipt, Fault> {
    let (properties, files) = mime::letter(raw)?;
    let path = format!("/me/messages/{}?$select={SELECT}", segment(id.as_str())?);
    // Only drafts may be written to (facts 1.7), and of these not everything.
    fixed::check(http, id, raw).await?;
    let request = http.request(Method::PATCH, &path).json(&properties);
    let receipt = receipt(gone(http.json(request, Operation::MessagesUpdate).await)?)?;
    attach::clear(http, &receipt.message_id).await?;
    attach::add(http, &receipt.message_id, &files).await?;
    Ok(receipt)
}

/// Removes a draft for good. A sent message still has its draft's id, and is no draft to remove.
pub(super) async fn delete(http: &Http, id: &DraftId) -> Result<(), Fault> {
    still_draft(http, id).await?;
    edits::delete(http, &MessageId(id.0.clone())).await
}

/// Sends a draft as it is. What is no draft any more is not sent again.
///
/// What Graph answers to a second `send` of one message is not documented. So a refusal is believed only of a message that
/// still is a draft: an earlier request, whose answer was lost, may have got through between our question and this one.
pub(super) async fn send(http: &Http, id: &DraftId, recipients: u32) -> Result<Receipt, Fault> {
    let receipt = still_draft(http, id).await?;
    let request = http.request(Method::POST, &format!("/me/messages/{}/send", segment(id.as_str())?)).body("");
    match gone(http.done(request, Errand::sending(Operation::MessagesSend, recipients)).await) {
        Ok(()) => Ok(Receipt { draft_id: None, ..receipt }),
        Err(refusal) if refusal.verdict == Verdict::Never && refusal.kind != FaultKind::NotFound => {
            match still_draft(http, id).await {
                Err(fault) if fault.kind == FaultKind::NotFound => Err(fault),
                _ => Err(refusal),
            }
        }
        Err(fault) => Err(fault),
    }
}

/// What a saved draft is acknowledged with.
pub(super) fn receipt(message: Message) -> Result<Receipt, Fault> {
    let Some(thread) = message.conversation_id else {
        return Err(unreadable("a draft came without its conversation", Operation::MessagesCreate));
    };
    let message_id = MessageId(message.id.clone());
    Ok(Receipt { draft_id: Some(DraftId(message.id)), thread_id: ThreadId(thread), message_id })
}
