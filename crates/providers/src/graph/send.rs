//! Sending at once, for permissions that may send and not save (`Mail.Send` without `Mail.ReadWrite`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{Fault, FaultKind};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::cost::{Errand, Operation};
use super::drafts::MAX_WHOLE;
use super::http::Http;
use crate::recipients;

/// Hands raw bytes over. `sendMail` tells nothing of what it sent (facts 1.1); it cannot be made twice safely.
pub(super) async fn send(http: &Http, raw: &Bytes) -> Result<(), Fault> {
    if raw.len() > MAX_WHOLE {
        return Err(too_large());
    }
    let errand = Errand::sending(Operation::SendMail, recipients::count(raw));
    let request =
        http.request(Method::POST, "/me/sendMail").header(CONTENT_TYPE, "text/plain").body(STANDARD.encode(raw));
    http.done(request, errand).await
}

/// More is carried by drafts alone.
fn too_large() -> Fault {
    let message = "The message is larger than the 3 MB that Microsoft Graph takes at once. Larger ones are sent as drafts, \
                   which this permission does not allow: authenticate again with `Mail.ReadWrite`.";
    Fault { field: Some("attachments".into()), ..Fault::new(FaultKind::MessageTooLarge, message) }
}
