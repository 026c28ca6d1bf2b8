//! The authorization endpoint: from a request, over account and consent, back to the application.
//!
//! Machines have two ways past the pages: `_sandbox_auto=ADDRESS` in the query consents at once to everything
//! (`_sandbox_scopes=A B` to only these, `_sandbox_deny=true` to nothing), and the consent form can be posted directly
//! to the same URL (`account`, repeated `scope`, `decision` = `allow` or `deny`).

use http::StatusCode;

use super::request::{Refused, Request};
use super::{pages, scopes};
use crate::google::Google;
use crate::google::wire::{Answer, Incoming};
use crate::world::permits::Code;

/// `GET`: shows the page that is due, or goes on at once where nothing is left to ask.
pub(super) fn ask(google: &Google, incoming: &Incoming) -> Answer {
    let request = match Request::read(google, &incoming.query) {
        Ok(request) => request,
        Err(refused) => return pages::refused(&refused),
    };
    if let Some(account) = incoming.query.filled("_sandbox_auto") {
        return automatic(google, &request, incoming, account);
    }
    if request.prompts("none") {
        return silently(google, &request);
    }
    let hinted = request.login_hint.as_deref().filter(|_| !request.prompts("select_account"));
    let chosen = incoming.query.filled("_sandbox_account").or(hinted);
    match chosen.and_then(|account| known(google, account)) {
        None => pages::accounts(&request, &google.world.mailboxes()),
        Some(account) if !request.prompts("consent") && is_covered(google, &request, &account) => {
            let scopes = request.scopes.clone();
            allow(google, &request, &account, &scopes)
        }
        Some(account) => pages::consent(&request, &account),
    }
}

/// `POST`: the answer to the consent page.
pub(super) fn decide(google: &Google, incoming: &Incoming) -> Answer {
    let request = match Request::read(google, &incoming.query) {
        Ok(request) => request,
        Err(refused) => return pages::refused(&refused),
    };
    let form = incoming.form();
    let Some(account) = form.filled("account").and_then(|account| known(google, account)) else {
        return pages::refused(&Refused::invalid("The form names no account of the sandbox in 'account'."));
    };
    match form.get("decision") {
        Some("allow") => {
            let chosen: Vec<_> = form.all("scope").flat_map(scopes::read).collect();
            allow(google, &request, &account, &granted(&request, &chosen))
        }
        _ => back(&request, &[("error", "access_denied")]),
    }
}

fn automatic(google: &Google, request: &Request, incoming: &Incoming, account: &str) -> Answer {
    let Some(account) = known(google, account) else {
        return pages::refused(&Refused::invalid(format!(
            "_sandbox_auto: the sandbox has no mailbox {account}; add it first."
        )));
    };
    if incoming.query.get("_sandbox_deny").is_some_and(|deny| deny != "false") {
        return back(request, &[("error", "access_denied")]);
    }
    let scopes = match incoming.query.get("_sandbox_scopes") {
        Some(chosen) => granted(request, &scopes::read(chosen)),
        None => request.scopes.clone(),
    };
    allow(google, request, &account, &scopes)
}

/// `prompt=none`: no page may be shown (OpenID Connect Core section 3.1.2.6).
fn silently(google: &Google, request: &Request) -> Answer {
    match request.login_hint.as_deref().and_then(|hint| known(google, hint)) {
        None => back(request, &[("error", "login_required")]),
        Some(account) if is_covered(google, request, &account) => allow(google, request, &account, &request.scopes),
        Some(_) => back(request, &[("error", "interaction_required")]),
    }
}

fn known(google: &Google, account: &str) -> Option<String> {
    google.world.mailbox(account).ok().map(|mailbox| mailbox.email.clone())
}

/// Whether the account has already granted all of it to this client.
fn is_covered(google: &Google, request: &Request, account: &str) -> bool {
    let consent = google.world.permits().consent(account, &request.client_id);
    request.scopes.iter().all(|scope| consent.contains(scope))
}

/// What was chosen, and what comes with signing in.
fn granted(request: &Request, chosen: &[String]) -> Vec<String> {
    request.scopes.iter().filter(|scope| scopes::is_basic(scope) || chosen.contains(scope)).cloned().collect()
}

fn allow(google: &Google, request: &Request, account: &str, scopes: &[String]) -> Answer {
    if scopes.is_empty() {
        return back(request, &[("error", "access_denied")]);
    }
    let covered = is_covered(google, request, account);
    let mut permits = google.world.permits();
    let mut all = scopes.to_vec();
    if request.include_granted {
        let earlier = permits.consent(account, &request.client_id);
        all.extend(earlier.into_iter().filter(|scope| !scopes.contains(scope)));
    }
    permits.consent_to(account, &request.client_id, scopes);
    let code = Code {
        client_id: request.client_id.clone(),
        email: account.to_owned(),
        redirect_uri: request.redirect_uri.clone(),
        scopes: all.clone(),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        // A refresh token comes only where consent was really asked for (facts 4).
        with_refresh_token: request.offline && (!covered || request.prompts("consent")),
        expires_ms: 0,
    };
    let code = permits.give_code(code, google.world.clock().now_ms());
    drop(permits);
    let prompt = if covered && !request.prompts("consent") { "none" } else { "consent" };
    back(request, &[("code", &code), ("scope", &all.join(" ")), ("authuser", "0"), ("prompt", prompt)])
}

/// Sends the browser back to the application.
fn back(request: &Request, parameters: &[(&str, &str)]) -> Answer {
    let Ok(mut uri) = url::Url::parse(&request.redirect_uri) else {
        return pages::refused(&Refused::invalid("The redirect URI is not a URL."));
    };
    if let Some(state) = &request.state {
        uri.query_pairs_mut().append_pair("state", state);
    }
    uri.query_pairs_mut().extend_pairs(parameters);
    Answer { status: StatusCode::FOUND, ..Answer::empty() }
        .with("location", uri.as_str())
        .with("cache-control", "no-store")
}
