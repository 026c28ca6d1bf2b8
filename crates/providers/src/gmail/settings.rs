//! The mailbox itself: profile, sender addresses, push subscription.

use model::sync::SyncCursor;
use model::{Address, Fault, Timestamp};
use reqwest::Method;
use serde_json::json;

use super::cost::Operation;
use super::fault::{self, Call};
use super::http::Http;
use super::wire;
use crate::{Profile, SendAs};

/// Address, cursor and size.
pub(super) async fn profile(http: &Http) -> Result<Profile, Fault> {
    let profile: wire::Profile = http.json(http.request(Method::GET, "/profile"), Operation::GetProfile).await?;
    Ok(Profile {
        email: profile.email_address,
        cursor: SyncCursor(profile.history_id.0.to_string()),
        messages_total: profile.messages_total,
    })
}

/// Addresses the account may send from: its own and those whose owners confirmed.
pub(super) async fn send_as(http: &Http) -> Result<Vec<SendAs>, Fault> {
    let list: wire::SendAsList =
        http.json(http.request(Method::GET, "/settings/sendAs"), Operation::SendAsList).await?;
    let usable = list.send_as.into_iter().filter(|s| s.verification_status.as_deref() != Some("pending"));
    Ok(usable
        .map(|s| SendAs {
            address: Address::named(s.display_name, s.send_as_email),
            primary: s.is_primary,
            default: s.is_default,
        })
        .collect())
}

/// Subscribes a topic to the mailbox; the subscription lives seven days (facts 3.8).
pub(super) async fn watch(http: &Http, topic: &str) -> Result<Timestamp, Fault> {
    let request = http.request(Method::POST, "/watch").json(&json!({ "topicName": topic }));
    let watch: wire::Watch = http.json(request, Operation::Watch).await?;
    let expiry = i64::try_from(watch.expiration.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    expiry.ok_or_else(|| fault::unreadable("`expiration` is no time", Call::Write))
}

/// Ends every subscription of the mailbox in this project.
pub(super) async fn stop_watch(http: &Http) -> Result<(), Fault> {
    http.done(http.request(Method::POST, "/stop").body(""), Operation::Stop).await
}
