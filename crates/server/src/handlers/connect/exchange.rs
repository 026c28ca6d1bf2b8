//! The page for mailboxes on Exchange with a password (`force_password=true`, or `provider=ews`). It asks for no password,
//! because nothing here could use one: this release has no client for Exchange. It says so, tells a mailbox at Microsoft
//! from one elsewhere, and shows the ways that do work.

use askama::Template;
use engine::auth::{HostedRequest, direct_password};
use http::StatusCode;
use model::Provider;

use super::picker::{self, Choice};
use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::query::Query;
use crate::page;

#[derive(Template)]
#[template(path = "exchange.html")]
struct Exchange<'a> {
    application: &'a str,
    /// The connectors of the application that lead to a mailbox.
    choices: Vec<Choice>,
    fields: Vec<(&'a str, &'a str)>,
    email: &'a str,
    tried: bool,
}

/// Shows the page, or what came of the address typed into it.
///
/// # Errors
/// None that the person can mend: a mailbox at Microsoft gets a page with `basic_auth_blocked`.
pub async fn show(app: &App, request: HostedRequest, query: &Query, tried: bool) -> Answered {
    let email = request.login_hint.as_deref().unwrap_or_default();
    let provider = match email.is_empty() || !tried {
        true => None,
        false => app.engine().detect_provider(email)?.provider,
    };
    if provider == Some(Provider::Microsoft) {
        return Ok(page::error(&Refusal::from(direct_password("login_hint"))));
    }
    let application = app.reads().application(request.application_id).await?;
    let application = application.ok_or_else(|| Refusal::invalid("client_id", "client_id is not an application"))?;
    let connectors = app.reads().connectors(request.application_id).await?;
    let open = connectors.iter().map(|connector| connector.provider).filter(|p| app.engine().connects(*p));
    let exchange = Exchange {
        application: &application.name,
        choices: open.map(|provider| picker::choice(query, provider)).collect(),
        fields: query.pairs().filter(|(name, _)| !matches!(*name, "login_hint" | "picker")).collect(),
        email,
        tried: tried && !email.is_empty(),
    };
    Ok(page::html(StatusCode::OK, &exchange))
}
