//! Accounts, tenants and apps at Microsoft.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::body;
use super::mailboxes::check_address;
use super::{Control, NewMailbox, Refusal};

/// An account at Microsoft. Whether it has a mailbox is another matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountRecord {
    /// The user principal name: what it is called today.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The object id: what it is, whatever it is called.
    pub id: Uuid,
    /// Its tenant.
    pub tenant: Uuid,
    /// A personal account, as at outlook.com.
    pub personal: bool,
    /// Further names.
    pub aliases: Vec<String>,
    /// An administrator disabled it.
    pub disabled: bool,
}

/// What changes about an account; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountChange {
    /// What it is called from now on; the old name becomes an alias.
    pub email: Option<String>,
    /// One more name.
    pub alias: Option<String>,
    /// Whether it may sign in and use its tokens no more.
    pub disabled: Option<bool>,
    /// Demand more of the person: refreshing fails with AADSTS50076 and `claims`, until somebody signs in with claims.
    pub claims_wanted: Option<bool>,
}

/// Rules of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantRule {
    /// Whether people may consent for themselves; otherwise an administrator has to, for everybody.
    pub user_consent: bool,
}

/// An app to register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewApp {
    /// Its id; made when left out.
    pub client_id: Option<String>,
    /// Its secret; made when left out, and an empty one makes a public client.
    pub client_secret: Option<String>,
    /// Where it may be redirected to; any loopback address when left out.
    pub redirect_uris: Vec<String>,
    /// Name on the consent page.
    pub name: Option<String>,
    /// `everyone` (when left out), `organizations`, `consumers`, or a tenant.
    pub audience: Option<String>,
}

/// An app. The secret is shown: the sandbox keeps none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppRecord {
    /// Its id.
    pub client_id: String,
    /// Its secret; empty for a public client.
    pub client_secret: String,
    /// Where it may be redirected to.
    pub redirect_uris: Vec<String>,
    /// Name on the consent page.
    pub name: String,
    /// Whose accounts it takes.
    pub audience: String,
}

pub(super) async fn list(State(control): State<Control>) -> Json<Value> {
    Json(json!({"accounts": control.world.accounts()}))
}

pub(super) async fn add(State(control): State<Control>, bytes: Bytes) -> Result<(StatusCode, Json<Value>), Refusal> {
    let new: NewMailbox = body(&bytes)?;
    check_address("email", &new.email)?;
    let name = new.name.unwrap_or_else(|| new.email.split('@').next().unwrap_or_default().to_owned());
    Ok((StatusCode::CREATED, Json(json!(control.world.add_account(&new.email, &name)?))))
}

pub(super) async fn change(
    State(control): State<Control>,
    Path(account): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let change: AccountChange = body(&bytes)?;
    for (field, address) in [("email", &change.email), ("alias", &change.alias)] {
        address.iter().try_for_each(|address| check_address(field, address))?;
    }
    Ok(Json(json!(control.world.change_account(&account, change)?)))
}

pub(super) async fn tenant(
    State(control): State<Control>,
    Path(tenant): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, Refusal> {
    control.world.set_tenant(&tenant, &body(&bytes)?)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn apps(State(control): State<Control>) -> Json<Value> {
    Json(json!({"apps": control.world.apps()}))
}

pub(super) async fn register(
    State(control): State<Control>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let new: NewApp = body(&bytes)?;
    for uri in &new.redirect_uris {
        if url::Url::parse(uri).is_err() {
            return Err(Refusal::Invalid(format!("redirect_uris: {uri:?} is no URL; write it with its scheme")));
        }
    }
    Ok((StatusCode::CREATED, Json(json!(control.world.register_app(new)?))))
}
