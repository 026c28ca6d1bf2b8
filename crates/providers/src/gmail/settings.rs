//! The mailbox itself: profile, sender addresses.

use model::sync::SyncCursor;
use model::{Address, Fault};
use reqwest::Method;

use super::cost::Operation;
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
