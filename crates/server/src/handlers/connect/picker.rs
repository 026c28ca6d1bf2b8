//! The page on which a person chooses a provider, or types an address to have it found.

use askama::Template;
use axum::response::Response;
use engine::auth::HostedRequest;
use http::{HeaderValue, StatusCode, header};
use model::Provider;

use super::auth::Prompt;
use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::query::Query;
use crate::page;

/// A way to go on.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) mark: &'static str,
    pub(super) hint: &'static str,
    pub(super) link: String,
}

#[derive(Template)]
#[template(path = "picker.html")]
struct Picker<'a> {
    application: &'a str,
    choices: Vec<Choice>,
    detect_first: bool,
    shows_choices: bool,
    shows_detect: bool,
    fields: Vec<(&'a str, &'a str)>,
    email: &'a str,
    not_found: bool,
}

/// Shows the choice.
pub async fn show(
    app: &App,
    request: HostedRequest,
    query: &Query,
    providers: &[Provider],
    prompt: Prompt,
    tried: bool,
) -> Answered {
    let application = app.reads().application(request.application_id).await?;
    let application = application.ok_or_else(|| Refusal::invalid("client_id", "client_id is not an application"))?;
    let email = request.login_hint.as_deref().unwrap_or_default();
    let picker = Picker {
        application: &application.name,
        choices: providers.iter().map(|provider| choice(query, *provider)).collect(),
        detect_first: matches!(prompt, Prompt::Detect | Prompt::DetectFirst),
        // An address that gave no provider must not leave a person without a way on.
        shows_choices: prompt != Prompt::Detect || tried,
        shows_detect: prompt != Prompt::Select,
        fields: query.pairs().filter(|(name, _)| !matches!(*name, "login_hint" | "picker")).collect(),
        email,
        not_found: tried && !email.is_empty(),
    };
    Ok(page::html(StatusCode::OK, &picker))
}

/// The same request with a provider chosen, as a link.
pub(super) fn choice(query: &Query, provider: Provider) -> Choice {
    let (name, mark, hint) = words(provider);
    Choice { name, mark, hint, link: link(query, provider) }
}

fn words(provider: Provider) -> (&'static str, &'static str, &'static str) {
    match provider {
        Provider::Google => ("Google", "G", "Gmail and Google Workspace"),
        Provider::Microsoft => ("Microsoft", "M", "Outlook.com and Microsoft 365"),
        Provider::Ews => ("Exchange", "E", "On-premises Exchange"),
        Provider::Imap => ("IMAP", "@", "Any other mail host"),
    }
}

/// The same request with the provider chosen.
fn link(query: &Query, provider: Provider) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(
        query.pairs().filter(|(name, _)| !matches!(*name, "provider" | "picker" | "prompt" | "force_password")),
    );
    format!("/v3/connect/auth?{}", pairs.append_pair("provider", provider.as_str()).finish())
}

#[derive(Template)]
#[template(path = "onward.html")]
struct Onward {
    name: &'static str,
    link: String,
}

/// On to the provider that an address typed into the picker led to. By way of a page, because browsers hold a form to its
/// `form-action` through every redirect that follows.
pub fn onward(query: &Query, provider: Provider) -> Response {
    let (name, ..) = words(provider);
    let link = link(query, provider);
    let refresh = HeaderValue::from_str(&format!("0; url={link}"));
    let mut response = page::html(StatusCode::OK, &Onward { name, link });
    if let Ok(refresh) = refresh {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    response
}
