//! Putting mail in, letting it arrive, and looking at what was sent.

use super::answer::body;
use super::mailboxes::{check_address, known};
use super::world::{Delivery, ImportOptions};
use super::{Control, Refusal};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    labels: Option<String>,
    internal_date_ms: Option<i64>,
    thread_id: Option<String>,
}

pub(super) async fn import(
    State(control): State<Control>,
    Path(email): Path<String>,
    query: Result<Query<ImportQuery>, axum::extract::rejection::QueryRejection>,
    raw: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let Query(query) = query.map_err(|bad| Refusal::Invalid(bad.body_text()))?;
    let email = known(&control, &email)?.email;
    not_empty(&raw)?;
    let labels = query.labels.as_deref().map(listed).unwrap_or_default();
    let options = ImportOptions { labels, internal_date_ms: query.internal_date_ms, thread_id: query.thread_id };
    let imported = control.world.import(&email, raw.to_vec(), options)?;
    Ok((StatusCode::CREATED, Json(json!(imported))))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Envelope {
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    from: Option<String>,
}

/// A delivery in JSON: either `raw` (base64), or the pieces of a plain text mail.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonDelivery {
    to: Vec<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    raw: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    text: Option<String>,
}

pub(super) async fn deliver(
    State(control): State<Control>,
    Query(envelope): Query<Envelope>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"));
    let delivery = if is_json { from_json(&control, &body(&bytes)?)? } else { from_raw(envelope, &bytes)? };
    if delivery.to.is_empty() {
        return Err(Refusal::Invalid("to: name at least one recipient, as ?to=a@x.test,b@x.test or in JSON".into()));
    }
    delivery.to.iter().try_for_each(|to| check_address("to", to))?;
    let delivered = control.world.deliver(delivery)?;
    Ok((StatusCode::CREATED, Json(json!({"delivered": delivered}))))
}

fn from_raw(envelope: Envelope, raw: &Bytes) -> Result<Delivery, Refusal> {
    not_empty(raw)?;
    let to = envelope.to.as_deref().map(listed).unwrap_or_default();
    Ok(Delivery { from: envelope.from.unwrap_or_default(), to, raw: raw.to_vec() })
}

fn from_json(control: &Control, delivery: &JsonDelivery) -> Result<Delivery, Refusal> {
    let from = delivery.from.clone().unwrap_or_else(|| "postmaster@sandbox.test".to_owned());
    let raw = match (&delivery.raw, delivery.subject.is_some() || delivery.text.is_some()) {
        (Some(_), true) => return Err(Refusal::Invalid("raw: leave out subject and text when raw is given".into())),
        (Some(raw), false) => decoded(raw)?,
        (None, _) => plain(control, &from, delivery)?,
    };
    Ok(Delivery { from, to: delivery.to.clone(), raw })
}

fn decoded(raw: &str) -> Result<Vec<u8>, Refusal> {
    let url_safe: String = raw.trim().trim_end_matches('=').replace('+', "-").replace('/', "_");
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    engine.decode(url_safe).map_err(|error| Refusal::Invalid(format!("raw: not base64: {error}")))
}

/// A plain text mail from its pieces (RFC 5322); the subject is one encoded word for each 30 characters.
fn plain(control: &Control, from: &str, delivery: &JsonDelivery) -> Result<Vec<u8>, Refusal> {
    check_address("from", from)?;
    delivery.to.iter().try_for_each(|to| check_address("to", to))?;
    let now = control.world.clock().now;
    let encode = |text: &[u8]| base64::engine::general_purpose::STANDARD.encode(text);
    let subject: Vec<char> = delivery.subject.as_deref().unwrap_or_default().chars().collect();
    let words: Vec<String> = subject
        .chunks(10)
        .map(|piece| format!("=?UTF-8?B?{}?=", encode(piece.iter().collect::<String>().as_bytes())))
        .collect();
    let text = delivery.text.as_deref().unwrap_or_default().replace("\r\n", "\n").replace('\n', "\r\n");
    let lines: Vec<String> =
        encode(text.as_bytes()).as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let message = format!(
        "From: {from}\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@sandbox.test>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        delivery.to.join(",\r\n "),
        words.join("\r\n "),
        now.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        uuid::Uuid::new_v4().simple(),
        lines.join("\r\n"),
    );
    Ok(message.into_bytes())
}

#[derive(Debug, Deserialize)]
pub(super) struct LedgerQuery {
    mailbox: Option<String>,
}

pub(super) async fn ledger(State(control): State<Control>, Query(query): Query<LedgerQuery>) -> Json<Value> {
    let mut accepted = control.world.ledger();
    if let Some(mailbox) = &query.mailbox {
        accepted.retain(|entry| entry.mailbox.eq_ignore_ascii_case(mailbox));
    }
    Json(json!({"count": accepted.len(), "accepted": accepted}))
}

pub(super) async fn outbound(State(control): State<Control>) -> Json<Value> {
    let outbound = control.world.outbound();
    Json(json!({"count": outbound.len(), "outbound": outbound}))
}

pub(super) async fn clear_ledger(State(control): State<Control>) -> Json<Value> {
    Json(json!({"removed": control.world.clear_ledger()}))
}

fn listed(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn not_empty(raw: &Bytes) -> Result<(), Refusal> {
    if raw.is_empty() {
        return Err(Refusal::Invalid(
            "the body is empty; send the raw message, as with curl --data-binary @mail.eml".into(),
        ));
    }
    Ok(())
}
