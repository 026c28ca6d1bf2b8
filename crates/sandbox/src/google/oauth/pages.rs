//! The pages a person sees.

use askama::Template;
use http::StatusCode;

use super::request::{Refused, Request};
use super::scopes;
use crate::google::wire::Answer;
use crate::world::Account;

#[derive(Template)]
#[template(path = "accounts.html")]
struct Accounts<'a> {
    client: &'a str,
    accounts: &'a [Account],
    carried: &'a [(String, String)],
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    client: &'a str,
    account: &'a str,
    other_account: String,
    action: String,
    basics: Vec<&'a str>,
    choices: Vec<Choice<'a>>,
}

struct Choice<'a> {
    name: &'a str,
    meaning: &'static str,
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refusal<'a> {
    status: u16,
    code: &'a str,
    detail: &'a str,
}

/// Who are you? Every mailbox of the sandbox is a possible answer.
pub(super) fn accounts(request: &Request, accounts: &[Account]) -> Answer {
    page(StatusCode::OK, &Accounts { client: &request.client_name, accounts, carried: &request.carried.0 })
}

/// Do you allow this?
pub(super) fn consent(request: &Request, account: &str) -> Answer {
    let mut without_hint = request.carried.clone();
    without_hint.0.retain(|(name, _)| name != "login_hint");
    let (basics, choices): (Vec<_>, Vec<_>) =
        request.scopes.iter().map(String::as_str).partition(|scope| scopes::is_basic(scope));
    page(
        StatusCode::OK,
        &Consent {
            client: &request.client_name,
            account,
            other_account: format!("/o/oauth2/v2/auth?{}", without_hint.to_text()),
            action: format!("/o/oauth2/v2/auth?{}", request.carried.to_text()),
            basics,
            choices: choices.into_iter().map(|name| Choice { name, meaning: scopes::meaning(name) }).collect(),
        },
    )
}

/// A request that goes no further.
pub(super) fn refused(refused: &Refused) -> Answer {
    page(refused.status, &Refusal { status: refused.status.as_u16(), code: refused.code, detail: &refused.detail })
}

fn page(status: StatusCode, template: &impl Template) -> Answer {
    match template.render() {
        Ok(text) => Answer::html(status, text)
            .with(
                "content-security-policy",
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
            )
            .with("cache-control", "no-store")
            .with("referrer-policy", "no-referrer"),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            Answer::html(StatusCode::INTERNAL_SERVER_ERROR, "The page could not be written.")
        }
    }
}
