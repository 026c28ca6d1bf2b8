//! The pages a person sees.

use askama::Template;
use http::StatusCode;

use super::directory::Account;
use super::refusal::BROKEN;
use super::request::Request;
use super::scopes;
use crate::google::{Answer, Query};

#[derive(Template)]
#[template(path = "microsoft/accounts.html")]
struct Accounts<'a> {
    app: &'a str,
    action: &'a str,
    /// By name.
    accounts: Vec<&'a Account>,
    carried: &'a [(String, String)],
}

#[derive(Template)]
#[template(path = "microsoft/consent.html")]
struct Consent<'a> {
    app: &'a str,
    account: &'a str,
    for_everybody: bool,
    other_account: String,
    action: String,
    /// What each permission means, with the names that mean it.
    meanings: Vec<(&'static str, Vec<&'a str>)>,
}

#[derive(Template)]
#[template(path = "microsoft/form_post.html")]
struct FormPost<'a> {
    action: &'a str,
    fields: &'a [(&'a str, &'a str)],
}

#[derive(Template)]
#[template(path = "microsoft/signed_out.html")]
struct SignedOut;

/// Who are you?
pub(super) fn accounts(app: &str, action: &str, carried: &Query, accounts: &[Account]) -> Answer {
    let mut accounts: Vec<&Account> = accounts.iter().collect();
    accounts.sort_by(|one, other| one.upn.cmp(&other.upn));
    page(&Accounts { app, action, accounts, carried: &carried.0 })
}

/// Do you allow this?
pub(super) fn consent(request: &Request, account: &Account) -> Answer {
    let names = request.scopes.iter().map(String::as_str);
    shown(&request.app_name, account, false, &request.path, &request.carried, names.collect())
}

/// Do you allow this for everybody in your organisation?
pub(super) fn admin_consent(app: &str, admin: &Account, path: &str, query: &Query, scopes: &[String]) -> Answer {
    let mut carried = query.clone();
    carried.0.retain(|(name, _)| !name.starts_with("_sandbox_"));
    shown(app, admin, true, path, &carried, scopes.iter().map(String::as_str).collect())
}

fn shown(app: &str, account: &Account, for_everybody: bool, path: &str, carried: &Query, names: Vec<&str>) -> Answer {
    let mut without_hint = carried.clone();
    without_hint.0.retain(|(name, _)| name != "login_hint");
    page(&Consent {
        app,
        account: &account.upn,
        for_everybody,
        other_account: format!("{path}?{}", without_hint.to_text()),
        action: format!("{path}?{}", carried.to_text()),
        meanings: meanings(names),
    })
}

/// Permissions as the page lists them: what several mean alike stands once.
fn meanings(names: Vec<&str>) -> Vec<(&'static str, Vec<&str>)> {
    let mut listed: Vec<(&'static str, Vec<&str>)> = Vec::new();
    for name in names {
        let meaning = scopes::meaning(name);
        match listed.iter_mut().find(|(have, _)| *have == meaning) {
            Some((_, names)) => names.push(name),
            None => listed.push((meaning, vec![name])),
        }
    }
    listed
}

/// The answer as a form that the browser posts to the application (OAuth 2.0 Form Post Response Mode).
pub(super) fn form_post(action: &str, fields: &[(&str, &str)]) -> Answer {
    page(&FormPost { action, fields })
}

/// Nobody is signed in any more.
pub(super) fn signed_out() -> Answer {
    page(&SignedOut)
}

fn page(template: &impl Template) -> Answer {
    match template.render() {
        Ok(text) => Answer::html(StatusCode::OK, text)
            .with(
                "content-security-policy",
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
            )
            .with("cache-control", "no-store")
            .with("referrer-policy", "no-referrer"),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            Answer::html(BROKEN, "The page could not be written.")
        }
    }
}
