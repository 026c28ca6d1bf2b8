//! Sending. One attempt: an outcome that is not known comes back as `LookFirst`, and looking is the engine's.

use bytes::Bytes;
use model::{Fault, MessageId, ThreadId};
use reqwest::Method;

use super::cost::{Errand, Operation};
use super::http::Http;
use super::upload::{self, Shape};
use super::wire;
use crate::{Receipt, recipients};

/// Sends raw bytes.
pub(super) async fn send(http: &Http, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt, Fault> {
    let errand = Errand::sending(Operation::MessagesSend, recipients::count(&raw));
    let request = upload::request(http, Method::POST, "/messages/send", Shape::Message, &raw, thread)?;
    Ok(receipt(http.json(request, errand).await?))
}

/// What a sent message is acknowledged with.
pub(super) fn receipt(message: wire::Message) -> Receipt {
    Receipt { message_id: MessageId(message.id), thread_id: ThreadId(message.thread_id), draft_id: None }
}
