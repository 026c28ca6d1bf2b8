//! The authorization endpoint: from a request, over account and consent, back to the application.
//!
//! Machines have two ways past the pages, as at the sandbox's Google: `_sandbox_auto=ADDRESS` in the query consents at
//! once (`_sandbox_scopes=A B` to only these, `_sandbox_deny=true` to nothing), and the consent form can be posted directly
//! to the same URL (`account`, `decision` = `accept` or `cancel`).

use http::StatusCode;

use super::super::Microsoft;
use super::codes::Code;
use super::directory::Account;
use super::endpoints::Asked;
use super::pages;
use super::refusal::Refusal;
use super::request::{Mode, Request};
use crate::google::Answer;

/// `GET`: shows the page that is due, or goes on at once where nothing is left to ask.
pub(super) fn ask(microsoft: &Microsoft, asked: &Asked<'_>) -> Answer {
    let request = match Request::read(microsoft, asked) {
        Ok(request) => request,
        Err(refusal) => return refusal.answer(microsoft, None),
    };
    let query = &asked.incoming.query;
    if let Some(account) = query.filled("_sandbox_auto") {
        return automatic(microsoft, &request, asked, account);
    }
    if request.prompts("none") {
        return silently(microsoft, &request);
    }
    let hinted = request.login_hint.as_deref().filter(|_| !request.prompts("select_account"));
    let chosen = query.filled("_sandbox_account").or(hinted);
    let Some(account) = chosen.and_then(|account| microsoft.world.identity().account(account)) else {
        return pages::accounts(&request.app_name, &request.path, &request.carried, &everybody(microsoft));
    };
    if let Err(refusal) = may_sign_in(microsoft, &request, &account, &request.scopes) {
        return refusal.answer(microsoft, None);
    }
    if !request.prompts("consent") && is_covered(microsoft, &request, &account, &request.scopes) {
        return allow(microsoft, &request, &account, &request.scopes);
    }
    pages::consent(&request, &account)
}

/// `POST`: the answer to the consent page.
pub(super) fn decide(microsoft: &Microsoft, asked: &Asked<'_>) -> Answer {
    let request = match Request::read(microsoft, asked) {
        Ok(request) => request,
        Err(refusal) => return refusal.answer(microsoft, None),
    };
    let form = asked.incoming.form();
    let named = form.filled("account").unwrap_or_default();
    let Some(account) = microsoft.world.identity().account(named) else {
        return Refusal::of("aadsts.page.50034").about("account", named).answer(microsoft, None);
    };
    if form.get("decision") != Some("accept") {
        return declined(microsoft, &request);
    }
    match may_sign_in(microsoft, &request, &account, &request.scopes) {
        Ok(()) => allow(microsoft, &request, &account, &request.scopes),
        Err(refusal) => refusal.answer(microsoft, None),
    }
}

/// `GET …/logout`: back to where the application wants, or a page.
pub(super) fn leave(_: &Microsoft, asked: &Asked<'_>) -> Answer {
    match asked.incoming.query.filled("post_logout_redirect_uri") {
        Some(uri) => Answer { status: StatusCode::FOUND, ..Answer::empty() }.with("location", uri),
        None => pages::signed_out(),
    }
}

fn automatic(microsoft: &Microsoft, request: &Request, asked: &Asked<'_>, named: &str) -> Answer {
    let query = &asked.incoming.query;
    let Some(account) = microsoft.world.identity().account(named) else {
        return Refusal::of("aadsts.page.50034").about("account", named).answer(microsoft, None);
    };
    if query.get("_sandbox_deny").is_some_and(|deny| deny != "false") {
        return declined(microsoft, request);
    }
    let scopes = match query.get("_sandbox_scopes").map(super::scopes::read) {
        Some(Ok(chosen)) => request.scopes.iter().filter(|scope| chosen.scopes.contains(scope)).cloned().collect(),
        _ => request.scopes.clone(),
    };
    match may_sign_in(microsoft, request, &account, &scopes) {
        Ok(()) => allow(microsoft, request, &account, &scopes),
        Err(refusal) => refusal.answer(microsoft, None),
    }
}

/// `prompt=none`: no page may be shown (OpenID Connect Core section 3.1.2.6).
fn silently(microsoft: &Microsoft, request: &Request) -> Answer {
    let hinted = request.login_hint.as_deref().and_then(|hint| microsoft.world.identity().account(hint));
    let refused = |name| Refusal::of(name).answer(microsoft, Some(&with_state(request)));
    match hinted {
        None => refused("aadsts.redirect.50058"),
        Some(account) if is_covered(microsoft, request, &account, &request.scopes) => {
            allow(microsoft, request, &account, &request.scopes)
        }
        Some(_) => refused("aadsts.redirect.65001"),
    }
}

fn declined(microsoft: &Microsoft, request: &Request) -> Answer {
    Refusal::of("aadsts.redirect.65004").answer(microsoft, Some(&with_state(request)))
}

fn everybody(microsoft: &Microsoft) -> Vec<Account> {
    microsoft.world.identity().state().directory.all().cloned().collect()
}

/// Whether this account may sign in here, and to this much.
fn may_sign_in(microsoft: &Microsoft, request: &Request, account: &Account, scopes: &[String]) -> Result<(), Refusal> {
    if !request.authority.takes(account.tenant) || !request.audience.takes(account.tenant) {
        return Err(Refusal::of("aadsts.page.50020").about("account", &account.upn));
    }
    if microsoft.world.identity().state().consents.need_admin(account, &request.app, scopes) {
        return Err(Refusal::of("aadsts.page.90094").about("app", &request.app_name));
    }
    Ok(())
}

fn is_covered(microsoft: &Microsoft, request: &Request, account: &Account, scopes: &[String]) -> bool {
    microsoft.world.identity().state().consents.cover(account, &request.app, scopes)
}

fn allow(microsoft: &Microsoft, request: &Request, account: &Account, scopes: &[String]) -> Answer {
    let now_ms = microsoft.world.clock().now_ms();
    let mut state = microsoft.world.identity().state();
    state.consents.add(account, &request.app, scopes);
    if let Some(claims) = &request.claims {
        state.consents.meet(account.oid, claims, now_ms / 1000);
    }
    let code = Code {
        authority: request.authority,
        app: request.app.clone(),
        oid: account.oid,
        redirect_uri: request.redirect_text.clone(),
        resource: request.resource,
        scopes: request.bought.iter().filter(|scope| scopes.contains(scope)).cloned().collect(),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        expires_ms: 0,
    };
    let code = state.codes.give(code, now_ms);
    drop(state);
    back(request, &[("code", &code)])
}

fn with_state(request: &Request) -> url::Url {
    let mut uri = request.redirect_uri.clone();
    if let Some(state) = &request.state {
        uri.query_pairs_mut().append_pair("state", state);
    }
    uri
}

/// Sends the browser back to the application, the way it asked for.
fn back(request: &Request, parameters: &[(&str, &str)]) -> Answer {
    let state = request.state.as_deref().map(|state| ("state", state));
    let all: Vec<(&str, &str)> = parameters.iter().copied().chain(state).collect();
    let mut uri = request.redirect_uri.clone();
    match request.mode {
        Mode::Query => drop(uri.query_pairs_mut().extend_pairs(all)),
        Mode::Fragment => {
            let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
            uri.set_fragment(Some(&text));
        }
        Mode::FormPost => return pages::form_post(uri.as_str(), &all),
    }
    Answer { status: StatusCode::FOUND, ..Answer::empty() }
        .with("location", uri.as_str())
        .with("cache-control", "no-store, no-cache")
}
