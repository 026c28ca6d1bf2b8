//! What of a draft cannot be changed: Graph takes header fields when a message is made, and no more (resource type
//! `message`, `internetMessageHeaders`). Rather than lose what a caller asks for, a change that needs it is refused.

use model::{DraftId, Fault, FaultKind};
use reqwest::Method;

use super::cost::Operation;
use super::http::{Http, segment};
use super::messages::gone;
use super::traces::fields;
use super::wire::{Header, Message};

/// Fields whose content is changed as a property, or follows from it.
const CHANGEABLE: &[&str] =
    &["from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "references"];
/// Beginnings of names that say how the body is written, and of our own.
const OURS: &[&str] = &["content-", "x-postroad-"];
/// What makes a message an answer.
const ANSWERS: &str = "In-Reply-To";

/// Refuses a change of a draft that would have to set header fields, naming the field; `not_found` when the draft is gone
/// or was sent.
pub(super) async fn check(http: &Http, id: &DraftId, raw: &[u8]) -> Result<(), Fault> {
    let path = format!("/me/messages/{}", segment(id.as_str())?);
    let asked = http.request(Method::GET, &format!("{path}?$select=id,isDraft,internetMessageHeaders"));
    let draft: Message = gone(http.json(asked, Operation::MessagesGet).await)?;
    if draft.is_draft != Some(true) {
        return Err(Fault::not_found("The draft is no draft any more: it was sent."));
    }
    let mut wanted: Vec<Header> = fields(raw).into_iter().filter(is_fixed).collect();
    let held = draft.internet_message_headers.unwrap_or_default();
    wanted.retain(|field| !holds(&held, field));
    if wanted.is_empty() {
        return Ok(());
    }
    // Of a draft they may be left out of the answer: its bytes have them.
    let held = match http.value(&format!("{path}/$value")).await {
        Ok(bytes) => fields(&bytes),
        Err(fault) if fault.kind == FaultKind::NotFound => return gone(Err(fault)),
        Err(fault) => return Err(fault),
    };
    match wanted.into_iter().find(|field| !holds(&held, field)) {
        Some(field) => Err(refusal(&field.name)),
        None => Ok(()),
    }
}

fn is_fixed(field: &Header) -> bool {
    let name = field.name.to_ascii_lowercase();
    !CHANGEABLE.contains(&name.as_str()) && !OURS.iter().any(|start| name.starts_with(start))
}

fn holds(held: &[Header], wanted: &Header) -> bool {
    // An encoded value is told in other spellings, which mean the same.
    let same =
        |value: &str| wanted.value.contains("=?") || value.split_whitespace().eq(wanted.value.split_whitespace());
    held.iter().any(|field| field.name.eq_ignore_ascii_case(&wanted.name) && same(&field.value))
}

fn refusal(name: &str) -> Fault {
    let remedy = "delete the draft and make a new one";
    if name.eq_ignore_ascii_case(ANSWERS) {
        let message = format!(
            "Microsoft decides what a draft answers when it is first saved: leave `reply_to_message_id` as it was, or {remedy}."
        );
        return Fault::invalid("reply_to_message_id", message);
    }
    let message = format!(
        "Microsoft takes a draft's own headers when it is first saved, and `{name}` cannot be set afterwards: leave `custom_headers` out, or {remedy}."
    );
    Fault::invalid("custom_headers", message)
}
