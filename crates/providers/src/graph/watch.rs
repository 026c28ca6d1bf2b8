//! Change notifications: a subscription per mailbox, told to an address that was greeted first (facts 1.6).

use model::secret::ExposeSecret as _;
use model::{Fault, FaultKind, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::cost::Operation;
use super::http::{Http, segment, unreadable};
use crate::push::{PushAddress, Watching};

/// How long a subscription is asked for, in seconds: 4,200 minutes. Documentation allows messages 10,080 today and allowed
/// 4,230 before; what both take needs no second try, and a subscription is renewed long before either.
const LIFE: i64 = 4_200 * 60;

/// `subscription`, as far as it is used.
#[derive(Deserialize)]
struct Subscription {
    id: String,
    #[serde(rename = "expirationDateTime")]
    ends_at: String,
}

/// Subscribes to every message of the mailbox, or renews. Graph posts to https alone, and greets the address before it
/// answers; a stand-in on this machine may post to anything it reaches.
pub(super) async fn watch(
    http: &Http,
    address: &PushAddress,
    standing: Option<&str>,
) -> Result<Option<Watching>, Fault> {
    if !address.callback.starts_with("https://") && !http.is_on_this_machine() {
        return Ok(None);
    }
    if let Some(standing) = standing {
        match renew(http, standing).await {
            Err(fault) if fault.kind == FaultKind::NotFound => {}
            renewed => return renewed.map(Some),
        }
    }
    subscribe(http, address).await.map(Some)
}

/// Renewing also authorises anew, with the token of the request.
async fn renew(http: &Http, handle: &str) -> Result<Watching, Fault> {
    let request = http.request(Method::PATCH, &format!("/subscriptions/{}", segment(handle)?));
    let body = json!({ "expirationDateTime": ends(http) });
    read(http.json(request.json(&body), Operation::SubscriptionsUpdate).await?, Operation::SubscriptionsUpdate)
}

/// The address for what happens to the subscription cannot be added later, so that it is named now; it is the same, since
/// every post says what it is.
async fn subscribe(http: &Http, address: &PushAddress) -> Result<Watching, Fault> {
    let request = http.request(Method::POST, "/subscriptions").json(&json!({
        "changeType": "created,updated,deleted",
        "resource": "me/messages",
        "notificationUrl": address.callback,
        "lifecycleNotificationUrl": address.callback,
        "clientState": address.secret.expose_secret(),
        "expirationDateTime": ends(http),
    }));
    read(http.json(request, Operation::SubscriptionsCreate).await?, Operation::SubscriptionsCreate)
}

/// Ends a subscription.
pub(super) async fn stop(http: &Http, handle: Option<&str>) -> Result<(), Fault> {
    let Some(handle) = handle else { return Ok(()) };
    let request = http.request(Method::DELETE, &format!("/subscriptions/{}", segment(handle)?));
    match http.done(request, Operation::SubscriptionsDelete).await {
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(()),
        ended => ended,
    }
}

fn ends(http: &Http) -> String {
    let end = http.now().as_second().saturating_add(LIFE);
    Timestamp::from_second(end).unwrap_or(Timestamp::MAX).to_string()
}

fn read(told: Subscription, operation: Operation) -> Result<Watching, Fault> {
    let ends_at = told.ends_at.parse().map_err(|_| unreadable("`expirationDateTime` is no time", operation))?;
    Ok(Watching { handle: Some(told.id), ends_at })
}
