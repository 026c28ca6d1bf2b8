//! The token endpoint.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use http::{StatusCode, header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::Microsoft;
use super::authority::Authority;
use super::claims::Claims;
use super::directory::Account;
use super::endpoints::Asked;
use super::refusal::{Refusal, missing};
use super::request::refused_scope;
use super::tokens::{Opened, Resource};
use super::{id_token, scopes};
use crate::google::{Answer, Incoming, Query};

/// For whom and with what tokens are bought.
struct Purchase {
    account: Account,
    app: String,
    resource: Resource,
    scopes: Vec<String>,
    nonce: Option<String>,
    /// Everything the refresh token stands for.
    offline: Vec<String>,
}

/// `POST /{tenant}/oauth2/v2.0/token`.
pub(super) fn exchange(microsoft: &Microsoft, asked: &Asked<'_>) -> Answer {
    match bought(microsoft, asked) {
        Ok(tokens) => Answer::new(StatusCode::OK, "application/json; charset=utf-8", tokens.to_string())
            .with("cache-control", "no-store, no-cache")
            .with("pragma", "no-cache"),
        Err(refusal) => refusal.answer(microsoft, None),
    }
}

fn bought(microsoft: &Microsoft, asked: &Asked<'_>) -> Result<Value, Refusal> {
    let form = asked.incoming.form();
    let grant = form.filled("grant_type").ok_or_else(|| missing("grant_type"))?;
    let authority = Authority::read(asked.tenant, &microsoft.world.identity().state().directory)?;
    let app = client(microsoft, asked.incoming, &form, authority)?;
    match grant {
        "authorization_code" => {
            let purchase = by_code(microsoft, &form, authority, app)?;
            Ok(buy(microsoft, &asked.incoming.base, purchase))
        }
        "refresh_token" => {
            let purchase = by_refresh_token(microsoft, &form, authority, app)?;
            Ok(buy(microsoft, &asked.incoming.base, purchase))
        }
        "client_credentials" => for_the_app(microsoft, &form, authority, app),
        other => Err(Refusal::of("aadsts.70003").about("grant_type", other)),
    }
}

/// Who asks: by HTTP Basic or in the form (RFC 6749 section 2.3.1).
fn client(microsoft: &Microsoft, incoming: &Incoming, form: &Query, authority: Authority) -> Result<String, Refusal> {
    let basic = basic(incoming);
    let (id, secret) = match &basic {
        Some((id, secret)) => (Some(id.as_str()), Some(secret.as_str())),
        None => (form.filled("client_id"), form.filled("client_secret")),
    };
    let id = id.ok_or_else(|| missing("client_id"))?;
    let state = microsoft.world.identity().state();
    let app = state.apps.get(id).ok_or_else(|| Refusal::of("aadsts.700016").about("app", id))?;
    authority.admits(app)?;
    match (secret, &app.secret) {
        (None, None) => Ok(app.id.clone()),
        (Some(_), None) => Err(Refusal::of("aadsts.700025").about("app", id)),
        (None, Some(_)) => Err(Refusal::of("aadsts.7000218")),
        (Some(secret), Some(_)) if app.has_secret(secret) => Ok(app.id.clone()),
        (Some(_), Some(_)) => Err(Refusal::of("aadsts.7000215").about("app", id)),
    }
}

fn basic(incoming: &Incoming) -> Option<(String, String)> {
    let text = incoming.header(header::AUTHORIZATION)?.strip_prefix("Basic ")?;
    let text = String::from_utf8(BASE64_STANDARD.decode(text.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    Some((plain(id), plain(secret)))
}

fn by_code(microsoft: &Microsoft, form: &Query, authority: Authority, app: String) -> Result<Purchase, Refusal> {
    let text = form.filled("code").ok_or_else(|| missing("code"))?;
    let redirect_uri = form.filled("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    if let Some(asked) = form.filled("scope") {
        one_resource(&scopes::read(asked).map_err(|bad| refused_scope(bad, "token"))?)?;
    }
    let now_ms = microsoft.world.clock().now_ms();
    let mut state = microsoft.world.identity().state();
    let code = state.codes.take(text, (authority, &app, redirect_uri), form.filled("code_verifier"), now_ms)?;
    let account = in_order(&state, code.oid)?;
    let offline = if is_offline(&code.scopes) { code.scopes.clone() } else { Vec::new() };
    Ok(Purchase { account, app, resource: code.resource, scopes: code.scopes, nonce: code.nonce, offline })
}

fn by_refresh_token(
    microsoft: &Microsoft,
    form: &Query,
    authority: Authority,
    app: String,
) -> Result<Purchase, Refusal> {
    let token = form.filled("refresh_token").ok_or_else(|| missing("refresh_token"))?;
    let now_ms = microsoft.world.clock().now_ms();
    let mut state = microsoft.world.identity().state();
    let refresh = state.refresh.take(token, &app, now_ms)?;
    let account = in_order(&state, refresh.oid)?;
    may_say(&state, &account, form, now_ms / 1000)?;
    if !authority.takes(account.tenant) {
        return Err(Refusal::of("aadsts.50020").about("account", &account.upn));
    }
    let asked = match form.filled("scope") {
        Some(text) => scopes::read(text).map_err(|bad| refused_scope(bad, "token"))?,
        None => scopes::Asked { resource: Resource::Graph, scopes: refresh.scopes.clone(), elsewhere: Vec::new() },
    };
    one_resource(&asked)?;
    // Asking for more than was granted is fine where it is consented to by now, or by an administrator.
    let wanted: Vec<String> = asked.scopes.into_iter().filter(|scope| !scopes::is_sign_in(scope)).collect();
    let granted = |scope: &String| {
        refresh.scopes.contains(scope) || state.consents.cover(&account, &app, std::slice::from_ref(scope))
    };
    if !wanted.iter().all(granted) {
        return Err(Refusal::of("aadsts.65001").about("app", &app));
    }
    let sign_in = refresh.scopes.iter().filter(|scope| scopes::is_sign_in(scope)).cloned();
    let scopes = wanted.into_iter().chain(sign_in).collect();
    Ok(Purchase { account, app, resource: asked.resource, scopes, nonce: None, offline: refresh.scopes })
}

/// The application for itself: nobody is signed in.
fn for_the_app(microsoft: &Microsoft, form: &Query, authority: Authority, app: String) -> Result<Value, Refusal> {
    let Authority::Tenant(tenant) = authority else { return Err(Refusal::of("aadsts.9002344")) };
    let text = form.filled("scope").ok_or_else(|| missing("scope"))?;
    if !text.ends_with("/.default") {
        return Err(Refusal::of("aadsts.1002012").about("scope", text));
    }
    let asked = scopes::read(text).map_err(|bad| refused_scope(bad, "token"))?;
    let opened = Opened { tenant, oid: Uuid::nil(), upn: String::new(), scopes: asked.scopes, app };
    let (access_token, lifetime_s) = microsoft.world.identity().sell(opened, asked.resource);
    Ok(
        json!({"token_type": "Bearer", "expires_in": lifetime_s, "ext_expires_in": lifetime_s, "access_token": access_token}),
    )
}

/// One token is for one resource (facts 4.2).
fn one_resource(asked: &scopes::Asked) -> Result<(), Refusal> {
    if asked.elsewhere.is_empty() { Ok(()) } else { Err(Refusal::of("aadsts.28000")) }
}

fn is_offline(scopes: &[String]) -> bool {
    scopes.iter().any(|scope| scope == "offline_access")
}

/// The account, unless it is gone, disabled, or something is demanded of it first.
fn in_order(state: &super::State, oid: Uuid) -> Result<Account, Refusal> {
    let key = oid.to_string();
    let account = state.directory.find(&key).ok_or_else(|| Refusal::of("aadsts.50034").about("account", &key))?;
    if account.disabled {
        return Err(Refusal::of("aadsts.50057"));
    }
    match state.consents.demanded(oid) {
        Some(claims) => Err(Refusal::of("aadsts.50076").about("claims", claims)),
        None => Ok(account.clone()),
    }
}

/// A token that has to be able to say more than its owner has shown is not given out: the person signs in with the claims.
fn may_say(state: &super::State, account: &Account, form: &Query, now_s: i64) -> Result<(), Refusal> {
    let Some(text) = form.filled("claims") else { return Ok(()) };
    let claims = Claims::read(text, now_s).ok_or_else(|| Refusal::of("aadsts.9002313"))?;
    match state.consents.unmet(account.oid, &claims).is_empty() {
        true => Ok(()),
        false => Err(Refusal::of("aadsts.50076").about("claims", text)),
    }
}

fn buy(microsoft: &Microsoft, base: &str, purchase: Purchase) -> Value {
    let Purchase { account, app, resource, scopes, nonce, offline } = purchase;
    let opened = Opened {
        tenant: account.tenant,
        oid: account.oid,
        upn: account.upn.clone(),
        scopes: scopes.iter().filter(|scope| !scopes::is_sign_in(scope)).cloned().collect(),
        app: app.clone(),
    };
    let identity = microsoft.world.identity();
    let (access_token, lifetime_s) = identity.sell(opened, resource);
    let mut tokens = json!({
        "token_type": "Bearer",
        "scope": scopes::told(&scopes, resource, account.is_personal()),
        "expires_in": lifetime_s,
        "ext_expires_in": lifetime_s,
        "access_token": access_token,
    });
    if is_offline(&offline) {
        let now_ms = microsoft.world.clock().now_ms();
        tokens["refresh_token"] = identity.state().refresh.give(account.oid, &app, &offline, now_ms).into();
    }
    if scopes.iter().any(|scope| scope == "openid") {
        let about = id_token::About { account: &account, app: &app, scopes: &scopes, nonce: nonce.as_deref(), base };
        tokens["id_token"] = id_token::issue(microsoft, &about).into();
    }
    let info = json!({"uid": account.oid, "utid": account.tenant}).to_string();
    tokens["client_info"] = BASE64_URL_SAFE_NO_PAD.encode(info).into();
    tokens
}
