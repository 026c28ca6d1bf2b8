//! Sending without a draft of one's own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{Fault, FaultKind, MessageId, ThreadId};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::cost::{Errand, Operation};
use super::drafts::{self, MAX_WHOLE};
use super::http::Http;
use crate::{Receipt, recipients};

/// Sends raw bytes: as a draft that is then sent, so that there is a message to speak of; at once where the grant may send
/// but not save.
pub(super) async fn send(http: &Http, raw: Bytes) -> Result<Receipt, Fault> {
    match drafts::create(http, &raw).await {
        Ok(Receipt { draft_id: Some(draft), .. }) => drafts::send(http, &draft, recipients::count(&raw)).await,
        Ok(receipt) => Ok(receipt),
        Err(fault) if may_not_save(&fault) && raw.len() <= MAX_WHOLE => at_once(http, &raw).await,
        Err(fault) => Err(fault),
    }
}

/// `Mail.Send` without `Mail.ReadWrite`.
fn may_not_save(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::InsufficientScope | FaultKind::PermissionDenied)
}

/// `sendMail` tells nothing of what it sent. The receipt names the message by its own `Message-ID`, under which it is found
/// by whoever may read the mailbox.
async fn at_once(http: &Http, raw: &[u8]) -> Result<Receipt, Fault> {
    let errand = Errand::sending(Operation::SendMail, recipients::count(raw));
    let request =
        http.request(Method::POST, "/me/sendMail").header(CONTENT_TYPE, "text/plain").body(STANDARD.encode(raw));
    http.done(request, errand).await?;
    let parsed = mail_parser::MessageParser::default().parse_headers(raw);
    let name = parsed.as_ref().and_then(|message| message.message_id()).map(|id| format!("<{id}>"));
    let name = name.unwrap_or_else(|| "sent".into());
    Ok(Receipt { message_id: MessageId(name.clone()), thread_id: ThreadId(name), draft_id: None })
}
