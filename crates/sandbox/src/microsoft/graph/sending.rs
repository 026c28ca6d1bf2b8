//! Sending: of drafts, at once, and in answer to a message.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value};

use super::compose;
use super::drafts::{Made, from_json, from_mime, keep};
use super::errors::Error;
use super::messages::with_context;
use super::method::{Call, empty, parameter};
use super::mime;
use super::view::{View, instant};
use crate::fault_plan::{self, Effect, Through};
use crate::faults::Manner;
use crate::google::Answer;
use crate::microsoft::mail::item::{Item, Marks};
use crate::microsoft::mail::letter::{Body, Letter};
use crate::microsoft::mail::post::{self, Submission};
use crate::microsoft::mail::{folder, notice};
use crate::world::address::Mailbox;

/// `POST messages/{id}/send`: 202, whatever becomes of it (facts 1.1).
pub(crate) fn send(call: &Call<'_>) -> Result<Answer, Error> {
    let (key, raw, marks) = {
        let state = call.mailbox.read();
        let item = call.item(&state)?;
        if !item.marks.is_draft {
            return Err(Error::new(400, "ErrorInvalidRequest", "The request is invalid: the message is not a draft."));
        }
        (item.key, item.content.raw().clone(), item.marks.clone())
    };
    submit(call, raw, marks, Some(key), true)
}

/// `POST sendMail`, of JSON or of MIME.
pub(crate) fn send_mail(call: &Call<'_>) -> Result<Answer, Error> {
    if mime::is_mime(call) {
        let made = from_mime(&mime::read(&call.body)?);
        return submit(call, made.raw.into(), made.marks, None, true);
    }
    let body = call.json()?;
    let message = parameter(&body, "message").and_then(Value::as_object);
    let message = message.ok_or_else(|| Error::new(400, "ErrorInvalidRequest", "The Message parameter is missing."))?;
    let keep = parameter(&body, "saveToSentItems").is_none_or(|keep| *keep != Value::Bool(false));
    let made = from_json(call, message)?;
    submit(call, made.raw.into(), made.marks, None, keep)
}

fn submit(call: &Call<'_>, raw: Bytes, marks: Marks, draft: Option<u64>, keep: bool) -> Result<Answer, Error> {
    let returned = match call.manner {
        Manner::Usual => None,
        // Google's way of not sending; Exchange's own is a report.
        Manner::Capped(_) => Some(notice::OVER_QUOTA),
        Manner::Returned(report) => notice::named(report),
    };
    let submission = Submission { raw, draft, marks, keep, method: call.method.name, returned };
    call.world().submit_to_exchange(&call.mailbox, submission).map_err(Error::not_sent)?;
    Ok(empty(StatusCode::ACCEPTED))
}

/// What the recipients of a message about to be sent ask for; the first one that asks decides.
pub(crate) fn asked_by_recipients(call: &Call<'_>, path: &str) -> Option<Effect> {
    let raw: Bytes = match call.method.name {
        "graph.messages.send" => call.item(&call.mailbox.read()).ok()?.content.raw().clone(),
        "graph.sendMail" if mime::is_mime(call) => mime::read(&call.body).ok()?.into(),
        "graph.sendMail" => from_json(call, parameter(&call.json().ok()?, "message")?.as_object()?).ok()?.raw.into(),
        _ => return None,
    };
    let recipients = post::recipients(&raw).ok()?;
    let mut ours = recipients.iter().filter(|address| call.world().is_sandbox_address(address));
    let this = fault_plan::Call { method: call.method.name, mailbox: &call.mailbox.email, path };
    ours.find_map(|address| call.graph.plan.decide_by_address(&this, address, Through::Recipient))
}

/// Whom an answer to a message goes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answering {
    Sender,
    All,
    Nobody,
}

/// `POST messages/{id}/createReply`.
pub(crate) fn create_reply(call: &Call<'_>) -> Result<Answer, Error> {
    draft_answer(call, Answering::Sender)
}

/// `POST messages/{id}/createReplyAll`.
pub(crate) fn create_reply_all(call: &Call<'_>) -> Result<Answer, Error> {
    draft_answer(call, Answering::All)
}

/// `POST messages/{id}/createForward`.
pub(crate) fn create_forward(call: &Call<'_>) -> Result<Answer, Error> {
    draft_answer(call, Answering::Nobody)
}

/// `POST messages/{id}/reply`: made and sent in one.
pub(crate) fn reply(call: &Call<'_>) -> Result<Answer, Error> {
    send_answer(call, Answering::Sender)
}

/// `POST messages/{id}/replyAll`.
pub(crate) fn reply_all(call: &Call<'_>) -> Result<Answer, Error> {
    send_answer(call, Answering::All)
}

/// `POST messages/{id}/forward`.
pub(crate) fn forward(call: &Call<'_>) -> Result<Answer, Error> {
    send_answer(call, Answering::Nobody)
}

fn draft_answer(call: &Call<'_>, to: Answering) -> Result<Answer, Error> {
    let key = keep(call, answer_to(call, to)?, folder::DRAFTS);
    let (view, state) = (View::of(call)?, call.mailbox.read());
    let item = state.by_key(key).ok_or_else(Error::no_item)?;
    call.answer(StatusCode::CREATED, &with_context(call, view.message(item)))
}

fn send_answer(call: &Call<'_>, to: Answering) -> Result<Answer, Error> {
    let made = answer_to(call, to)?;
    submit(call, made.raw.into(), made.marks, None, true)
}

/// The answer to a message: whom it goes to, what it refers to and the text it answers.
fn answer_to(call: &Call<'_>, to: Answering) -> Result<Made, Error> {
    let body = if mime::is_mime(call) { Map::new() } else { call.json()? };
    let item = call.item(&call.mailbox.read())?.clone();
    let original = Letter::of(item.content.raw());
    let mut letter = Letter { from: Some(owner(call)), ..referring(&item, &original) };
    let mark = if to == Answering::Nobody { "FW: " } else { "RE: " };
    letter.subject = match original.subject.get(..4) {
        Some(have) if have.eq_ignore_ascii_case(mark) => original.subject.clone(),
        _ => format!("{mark}{}", original.subject),
    };
    match to {
        Answering::Nobody => letter.attachments = original.attachments.clone(),
        Answering::Sender => letter.to = back_to(&original),
        Answering::All => {
            let own = |person: &&Mailbox| !call.mailbox.answers_to(&person.email);
            letter.to = back_to(&original);
            letter.to.extend(original.to.iter().filter(own).cloned());
            letter.cc = original.cc.iter().filter(own).cloned().collect();
        }
    }
    let comment = parameter(&body, "comment").and_then(Value::as_str).unwrap_or_default();
    letter.body = quoting(&item, &original, comment);
    if let Some(forward) = parameter(&body, "toRecipients") {
        letter.to = compose::people("toRecipients", forward)?;
    }
    let mut marks = Marks::default();
    if let Some(message) = parameter(&body, "message").and_then(Value::as_object) {
        if !comment.is_empty() && message.contains_key("body") {
            return Err(Error::new(
                400,
                "ErrorInvalidRequest",
                "Specify either a comment or the body property of the message, not both.",
            ));
        }
        compose::apply(&mut letter, &mut marks, message)?;
    }
    Ok(Made { raw: letter.write(), marks })
}

fn owner(call: &Call<'_>) -> Mailbox {
    Mailbox { name: Some(call.mailbox.name.clone()), email: call.mailbox.email.clone() }
}

fn back_to(original: &Letter) -> Vec<Mailbox> {
    if original.reply_to.is_empty() { original.from.iter().cloned().collect() } else { original.reply_to.clone() }
}

fn referring(item: &Item, original: &Letter) -> Letter {
    let id = item.internet_message_id();
    let mut letter = Letter::default();
    if !id.is_empty() {
        let references =
            original.field("references").map_or_else(|| id.clone(), |have| format!("{} {id}", have.trim()));
        letter.set_field("In-Reply-To", Some(&id));
        letter.set_field("References", Some(&references));
    }
    letter
}

fn quoting(item: &Item, original: &Letter, comment: &str) -> Body {
    let from = original.from.as_ref().map(|from| from.email.clone()).unwrap_or_default();
    let sent = instant(item.sent_ms).as_str().unwrap_or_default().to_owned();
    if original.body.html {
        let comment = comment.replace('&', "&amp;").replace('<', "&lt;");
        let lead = format!("<p>{comment}</p><hr><p><b>From:</b> {from}<br><b>Sent:</b> {sent}</p>");
        return Body { html: true, content: lead + &original.body.content };
    }
    let line = "_".repeat(32);
    let content = format!(
        "{comment}\r\n\r\n{line}\r\nFrom: {from}\r\nSent: {sent}\r\nSubject: {}\r\n\r\n{}",
        original.subject, original.body.content
    );
    Body { html: false, content }
}
