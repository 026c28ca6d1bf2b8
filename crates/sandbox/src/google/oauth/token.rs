//! The token endpoint and revocation: flat JSON, not the API's envelope (facts 1.5).

use base64::prelude::{BASE64_STANDARD, Engine};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::json;

use super::{id_token, scopes};
use crate::google::Google;
use crate::google::wire::{Answer, Incoming, Query};
use crate::world::permits::{Access, CodeRefusal, RefreshRefusal};

/// A refusal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: String,
}

#[derive(Serialize)]
struct Tokens {
    access_token: String,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    scope: String,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

/// For whom and with what an access token is bought.
struct Purchase {
    email: String,
    client_id: String,
    scopes: Vec<String>,
    nonce: Option<String>,
    refresh_token: Option<String>,
    offline: bool,
}

/// `POST /token`.
pub(super) fn exchange(google: &Google, incoming: &Incoming) -> Answer {
    let form = incoming.form();
    let outcome = client(google, incoming, &form).and_then(|client_id| match form.filled("grant_type") {
        Some("authorization_code") => by_code(google, &form, client_id),
        Some("refresh_token") => by_refresh_token(google, &form, client_id),
        Some(other) => Err(refuse("unsupported_grant_type", format!("Invalid grant_type: {other}"))),
        None => Err(missing("grant_type")),
    });
    match outcome {
        Ok(purchase) => uncached(Answer::json(StatusCode::OK, &buy(google, purchase))),
        Err(refusal) => refusal.answer(),
    }
}

/// `POST /revoke`: any token of a grant ends the whole grant for that client.
pub(super) fn revoke(google: &Google, incoming: &Incoming) -> Answer {
    let form = incoming.form();
    let Some(token) = form.filled("token").or_else(|| incoming.query.filled("token")) else {
        return missing("token").answer();
    };
    if google.world.permits().revoke(token, google.world.clock().now_ms()) {
        return Answer::json(StatusCode::OK, &json!({}));
    }
    refuse("invalid_token", "Token expired or revoked").answer()
}

/// Who asks: by HTTP Basic or in the form (RFC 6749 section 2.3.1).
fn client(google: &Google, incoming: &Incoming, form: &Query) -> Result<String, Refusal> {
    let basic = basic(incoming);
    let (id, secret) = match &basic {
        Some((id, secret)) => (Some(id.as_str()), Some(secret.as_str())),
        None => (form.filled("client_id"), form.filled("client_secret")),
    };
    let id = id.ok_or_else(|| refuse("invalid_request", "Could not determine client ID from request."))?;
    let permits = google.world.permits();
    let Some(client) = permits.clients.get(id) else {
        return Err(Refusal {
            status: StatusCode::UNAUTHORIZED,
            ..refuse("invalid_client", "The OAuth client was not found.")
        });
    };
    match secret {
        None if client.secret.is_some() => Err(refuse("invalid_request", "client_secret is missing.")),
        Some(secret) if !client.has_secret(secret) => Err(Refusal {
            status: StatusCode::UNAUTHORIZED,
            ..refuse("invalid_client", "The provided client secret is invalid.")
        }),
        _ => Ok(client.id.clone()),
    }
}

fn basic(incoming: &Incoming) -> Option<(String, String)> {
    let text = incoming.header(header::AUTHORIZATION)?.strip_prefix("Basic ")?;
    let text = String::from_utf8(BASE64_STANDARD.decode(text.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    Some((plain(id), plain(secret)))
}

fn by_code(google: &Google, form: &Query, client_id: String) -> Result<Purchase, Refusal> {
    let text = form.filled("code").ok_or_else(|| missing("code"))?;
    let redirect_uri = form.filled("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    let now_ms = google.world.clock().now_ms();
    let mut permits = google.world.permits();
    let code = permits
        .take_code(text, &client_id, redirect_uri, form.filled("code_verifier"), now_ms)
        .map_err(code_refusal)?;
    let refresh_token = code.with_refresh_token.then(|| permits.issue_refresh(&code.email, &client_id, &code.scopes));
    let offline = refresh_token.is_some();
    Ok(Purchase { email: code.email, client_id, scopes: code.scopes, nonce: code.nonce, refresh_token, offline })
}

fn by_refresh_token(google: &Google, form: &Query, client_id: String) -> Result<Purchase, Refusal> {
    let token = form.filled("refresh_token").ok_or_else(|| missing("refresh_token"))?;
    let permits = google.world.permits();
    let refresh = permits.refresh(token, &client_id).map_err(refresh_refusal)?;
    let narrowed = form.filled("scope").map(scopes::read).unwrap_or_default();
    if let Some(wider) = narrowed.iter().find(|scope| !refresh.scopes.contains(scope)) {
        return Err(refuse("invalid_scope", format!("Some requested scopes were invalid. {{invalid=[{wider}]}}")));
    }
    let scopes = if narrowed.is_empty() { refresh.scopes.clone() } else { narrowed };
    Ok(Purchase { email: refresh.email.clone(), client_id, scopes, nonce: None, refresh_token: None, offline: true })
}

fn buy(google: &Google, purchase: Purchase) -> Tokens {
    let Purchase { email, client_id, scopes, nonce, refresh_token, offline } = purchase;
    let issued = google.world.issue_access_token(Access { email, client_id, scopes, expires_ms: 0, offline });
    let access = issued.access;
    let id_token = access.scopes.iter().any(|scope| scope == "openid");
    Tokens {
        id_token: id_token.then(|| id_token::issue(google, &access, nonce.as_deref(), &issued.access_token)).flatten(),
        access_token: issued.access_token,
        expires_in: issued.expires_in,
        refresh_token,
        scope: access.scopes.join(" "),
        token_type: "Bearer",
    }
}

fn code_refusal(refusal: CodeRefusal) -> Refusal {
    let (error, description) = match refusal {
        CodeRefusal::Malformed => ("invalid_grant", "Malformed auth code."),
        CodeRefusal::Dead => ("invalid_grant", "Bad Request"),
        CodeRefusal::RedirectUri => ("redirect_uri_mismatch", "Bad Request"),
        CodeRefusal::VerifierMissing => ("invalid_grant", "Missing code verifier."),
        CodeRefusal::VerifierWrong => ("invalid_grant", "Invalid code verifier."),
        CodeRefusal::VerifierNotNeeded => ("invalid_grant", "code_verifier or verifier is not needed."),
    };
    refuse(error, description)
}

fn refresh_refusal(refusal: RefreshRefusal) -> Refusal {
    match refusal {
        RefreshRefusal::Dead => refuse("invalid_grant", "Token has been expired or revoked."),
        RefreshRefusal::Unknown => refuse("invalid_grant", "Bad Request"),
        RefreshRefusal::OtherClient => {
            Refusal { status: StatusCode::UNAUTHORIZED, ..refuse("unauthorized_client", "Unauthorized") }
        }
    }
}

fn refuse(error: &'static str, description: impl Into<String>) -> Refusal {
    Refusal { status: StatusCode::BAD_REQUEST, error, description: description.into() }
}

fn missing(name: &str) -> Refusal {
    refuse("invalid_request", format!("Missing required parameter: {name}"))
}

fn uncached(answer: Answer) -> Answer {
    answer.with("cache-control", "no-cache, no-store, max-age=0, must-revalidate").with("pragma", "no-cache")
}

impl Refusal {
    fn answer(&self) -> Answer {
        uncached(Answer::json(self.status, &json!({"error": self.error, "error_description": self.description})))
    }
}
