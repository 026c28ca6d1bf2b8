//! `/_sandbox/mailboxes`, history and push.

use super::answer::{body, optional_body};
use super::world::{MailboxSummary, NewMailbox, PushSubscription};
use super::{Control, Refusal};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// A request about one mailbox, or about all.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OneOrAll {
    #[serde(default)]
    pub(super) email: Option<String>,
}

pub(super) async fn list(State(control): State<Control>) -> Json<Value> {
    Json(json!({"mailboxes": control.world.mailboxes()}))
}

pub(super) async fn one(State(control): State<Control>, Path(email): Path<String>) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!(known(&control, &email)?)))
}

pub(super) async fn add(State(control): State<Control>, bytes: Bytes) -> Result<(StatusCode, Json<Value>), Refusal> {
    let new: NewMailbox = body(&bytes)?;
    check_address("email", &new.email)?;
    let made = control.world.add_mailbox(new)?;
    Ok((StatusCode::CREATED, Json(json!(made))))
}

pub(super) async fn expire_history(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Refusal> {
    let which: OneOrAll = optional_body(&bytes)?;
    if let Some(email) = &which.email {
        known(&control, email)?;
    }
    Ok(Json(json!({"expired": control.world.expire_history(which.email.as_deref())})))
}

pub(super) async fn push(State(control): State<Control>) -> Json<Value> {
    Json(json!({"subscriptions": control.world.push_subscriptions()}))
}

pub(super) async fn set_push(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Refusal> {
    let subscription: PushSubscription = body(&bytes)?;
    let parts: Vec<&str> = subscription.topic.split('/').collect();
    if !matches!(parts.as_slice(), ["projects", project, "topics", topic] if !project.is_empty() && !topic.is_empty()) {
        return Err(Refusal::Invalid("topic: must be projects/<project>/topics/<topic>".into()));
    }
    if let Some(endpoint) = &subscription.endpoint {
        let web = url::Url::parse(endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !web {
            return Err(Refusal::Invalid(
                "endpoint: must be an http or https URL, or null to end the subscription".into(),
            ));
        }
    }
    control.world.set_push(subscription)?;
    Ok(push(State(control)).await)
}

/// The mailbox, or a refusal that says which there are.
pub(super) fn known(control: &Control, email: &str) -> Result<MailboxSummary, Refusal> {
    let mailboxes = control.world.mailboxes();
    let found = mailboxes.iter().find(|mailbox| mailbox.email.eq_ignore_ascii_case(email)).cloned();
    found.ok_or_else(|| {
        let some: Vec<&str> = mailboxes.iter().take(10).map(|mailbox| mailbox.email.as_str()).collect();
        Refusal::NotFound(format!("there is no mailbox {email:?}; there are: {}", some.join(", ")))
    })
}

pub(super) fn check_address(field: &str, address: &str) -> Result<(), Refusal> {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;".contains(c);
    let good = address.len() <= 254 && address.chars().all(plain);
    match address.rsplit_once('@') {
        Some((local, domain)) if good && !local.is_empty() && !domain.is_empty() => Ok(()),
        _ => Err(Refusal::Invalid(format!("{field}: {address:?} is no address; write it as name@domain"))),
    }
}
