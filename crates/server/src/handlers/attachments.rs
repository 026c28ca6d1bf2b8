//! Attachments: described, and downloaded from the raw message of the mirror.

use api::attachment::Attachment;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderValue, header};
use model::Fault;
use model::grant::Grant;
use store::FullMessage;

use super::messages;
use crate::app::App;
use crate::disposition::content_disposition;
use crate::error::{Answered, Refusal};
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::mailbox::Mailbox;
use crate::reply;
use crate::selectable;

/// `GET /v3/grants/{grant_id}/attachments/{attachment_id}`
pub async fn get(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item, mut query: Query) -> Answered {
    let select = query.select(selectable::ATTACHMENT);
    query.check()?;
    let (_, attachment) = find(&app, &grant, &id, &mut query).await?;
    Ok(reply::selected(&Attachment::take(grant.id, attachment), &select))
}

async fn find(
    app: &App,
    grant: &Grant,
    id: &str,
    query: &mut Query,
) -> Result<(FullMessage, model::message::Attachment), Refusal> {
    let message_id = query.text("message_id").ok_or_else(|| {
        Refusal::invalid("message_id", "message_id is required: the message the attachment belongs to")
    })?;
    let full = messages::held(app, grant, &message_id).await?;
    let attachment = full.message.attachments.iter().find(|a| a.id.0 == id).cloned();
    let attachment = attachment.ok_or_else(|| {
        Refusal::not_found(format!("requested object not found: message '{message_id}' has no attachment '{id}'"))
    })?;
    Ok((full, attachment))
}

/// `GET /v3/grants/{grant_id}/attachments/{attachment_id}/download`
pub async fn download(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item, mut query: Query) -> Answered {
    let (full, attachment) = find(&app, &grant, &id, &mut query).await?;
    let raw = messages::raw(&app, grant.id, &full.message.id).await?;
    let bytes = tokio::task::spawn_blocking(move || mail::parse::part(&raw, attachment.part))
        .await
        .map_err(|error| Fault::internal(error.to_string()))?
        .ok_or_else(|| Fault::internal("the attachment's part is not in the raw message"))?;
    Ok(file(bytes, &attachment.content_type, &attachment.filename))
}

/// The bytes, in a way that no browser runs what a stranger sent.
fn file(bytes: Vec<u8>, content_type: &str, filename: &str) -> Response {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let kind = if is_media_type(kind) { kind } else { "application/octet-stream" };
    let length = bytes.len();
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let octets = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(kind).unwrap_or(octets));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_DISPOSITION, content_disposition(filename));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    response
}

/// `type/subtype` of RFC 9110 tokens, and nothing else.
fn is_media_type(text: &str) -> bool {
    let token = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    text.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_media_types_reach_the_header() {
        assert!(is_media_type("image/svg+xml"));
        for text in ["", "text", "text/html\r\nX: y", "text/ht ml", "a/b/c"] {
            assert!(!is_media_type(text), "{text}");
        }
        let response = file(b"x".to_vec(), "image/png; name=\"ü.png\"", "ü.png");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "image/png");
        assert_eq!(response.headers()[header::CONTENT_LENGTH], "1");
    }
}
