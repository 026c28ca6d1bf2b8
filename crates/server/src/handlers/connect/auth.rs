//! `GET /v3/connect/auth`: checks everything before anything is shown, because a browser is never sent to a place that
//! is not registered. Then the provider, or a page to choose one.

use axum::extract::State;
use axum::response::Response;
use engine::auth::{HostedRequest, HostedStart};
use http::{HeaderMap, header};
use model::{ApplicationId, Provider};

use super::custom::LONGEST_STATE;
use super::{cookie, exchange, picker};
use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::query::Query;
use crate::handlers::connectors::offered;
use crate::page;

/// How the picker begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prompt {
    /// Providers, then the address field.
    Both,
    /// The address field, then providers.
    DetectFirst,
    /// Providers only.
    Select,
    /// The address field only.
    Detect,
}

const PROMPTS: [(&str, Prompt); 4] = [
    ("select_provider", Prompt::Select),
    ("detect", Prompt::Detect),
    ("select_provider,detect", Prompt::Both),
    ("detect,select_provider", Prompt::DetectFirst),
];

/// `GET /v3/connect/auth`. People see this, so failures are pages where pages are wanted.
pub async fn auth(State(app): State<App>, headers: HeaderMap, query: Query) -> Answered {
    let answered = admitted(app, query).await;
    match answered {
        Err(refusal) if page::is_wanted(&headers) => Ok(page::error(&refusal)),
        answered => answered,
    }
}

async fn admitted(app: App, mut query: Query) -> Answered {
    let (request, response_type) = (request(&mut query)?, response_type(&mut query)?);
    app.engine().check_hosted(request.application_id, &request.redirect_uri).await?;
    let named = providers(&mut query)?;
    let prompt = query.choice("prompt", &PROMPTS).unwrap_or(Prompt::Both);
    let from_picker = query.flag("picker").unwrap_or(false);
    let password = query.flag("force_password").unwrap_or(false);
    query.check()?;
    if response_type == Wanted::AdminConsent {
        return ask_administrator(&app, request, &named).await;
    }
    if password || named == [Provider::Ews] {
        return exchange::show(&app, request, &query, from_picker).await;
    }
    let choice = choice(&app, request.application_id, &named).await?;
    if choice == [Provider::Ews] {
        return exchange::show(&app, request, &query, from_picker).await;
    }
    if let [provider] = choice[..] {
        return begin(&app, request, provider).await;
    }
    match detected(&app, &request, &choice, prompt, from_picker) {
        Some(provider) if from_picker => Ok(picker::onward(&query, provider)),
        Some(provider) => begin(&app, request, provider).await,
        None => picker::show(&app, request, &query, &choice, prompt, from_picker).await,
    }
}

/// What the application wants of the person's browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    /// A code for a grant.
    Code,
    /// An administrator's consent for everybody.
    AdminConsent,
}

fn response_type(query: &mut Query) -> Result<Wanted, Refusal> {
    match query.text("response_type").as_deref() {
        Some("code") => Ok(Wanted::Code),
        Some("adminconsent") => Ok(Wanted::AdminConsent),
        Some(other) => {
            let message = format!("response_type must be code or adminconsent, not '{other}'");
            Err(Refusal::invalid("response_type", message))
        }
        None => Err(Refusal::invalid("response_type", "response_type is required")),
    }
}

fn request(query: &mut Query) -> Result<HostedRequest, Refusal> {
    let missing = |name: &'static str| Refusal::invalid(name, format!("{name} is required"));
    let client_id = query.text("client_id").ok_or_else(|| missing("client_id"))?;
    let application_id: ApplicationId = client_id
        .parse()
        .map_err(|_| Refusal::invalid("client_id", "client_id is not an application of this installation"))?;
    let redirect_uri = query.text("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    let state = query.text("state");
    if state.as_ref().is_some_and(|state| state.chars().count() > LONGEST_STATE) {
        return Err(Refusal::invalid("state", "state must have at most 256 characters"));
    }
    Ok(HostedRequest {
        application_id,
        redirect_uri,
        scopes: query.text("scope").map(|s| s.split_whitespace().map(str::to_owned).collect()).unwrap_or_default(),
        state,
        login_hint: query.address("login_hint"),
        offline: query.choice("access_type", &[("online", false), ("offline", true)]).unwrap_or(false),
        code_challenge: challenge(query)?,
        credential_id: credential(query)?,
        include_granted_scopes: query.flag("include_grant_scopes").unwrap_or(true)
            && query.text("options").is_none_or(|options| !options.contains("exclude_google_granted_scopes")),
    })
}

fn challenge(query: &mut Query) -> Result<Option<(String, String)>, Refusal> {
    let method = query.text("code_challenge_method").unwrap_or_else(|| "plain".to_owned()).to_ascii_lowercase();
    let Some(challenge) = query.text("code_challenge") else { return Ok(None) };
    if !matches!(method.as_str(), "plain" | "s256") {
        return Err(Refusal::invalid("code_challenge_method", "code_challenge_method must be plain or S256"));
    }
    if challenge.len() > 256 {
        return Err(Refusal::invalid("code_challenge", "code_challenge must have at most 256 characters"));
    }
    Ok(Some((challenge, method)))
}

fn credential(query: &mut Query) -> Result<Option<model::ConnectorCredentialId>, Refusal> {
    let id = query.text("credential_id").map(|id| id.parse());
    id.transpose()
        .map_err(|_| Refusal::invalid("credential_id", "credential_id must be the id of a connector's credential"))
}

fn providers(query: &mut Query) -> Result<Vec<Provider>, Refusal> {
    query.list("provider").iter().map(|name| offered(name)).collect()
}

/// The providers a person may choose from: those named, as far as there are connectors.
async fn choice(app: &App, application: ApplicationId, named: &[Provider]) -> Result<Vec<Provider>, Refusal> {
    let all = app.reads().connectors(application).await?;
    let wanted = |provider: &Provider| named.is_empty() || named.contains(provider);
    let choice: Vec<_> = all.iter().map(|connector| connector.provider).filter(wanted).collect();
    if choice.is_empty() {
        let names: Vec<_> = named.iter().map(|p| p.as_str()).collect();
        let message = match names.as_slice() {
            [] => "provider: this application has no connector yet; make one with POST /v3/connectors".to_owned(),
            _ => format!("provider: this application has no connector for {}", names.join(", ")),
        };
        return Err(Refusal::invalid("provider", message).typed("grant.provider_required"));
    }
    Ok(choice)
}

fn detected(
    app: &App,
    request: &HostedRequest,
    choice: &[Provider],
    prompt: Prompt,
    from_picker: bool,
) -> Option<Provider> {
    let asked = from_picker || matches!(prompt, Prompt::Detect | Prompt::DetectFirst);
    let email = request.login_hint.as_ref().filter(|_| asked)?;
    app.engine().detect_provider(email).ok()?.provider.filter(|provider| choice.contains(provider))
}

/// Sends an administrator's browser to the one provider that is named, or to Microsoft, which has such a page.
async fn ask_administrator(app: &App, request: HostedRequest, named: &[Provider]) -> Answered {
    let [provider] = (if named.is_empty() { &[Provider::Microsoft] } else { named })[..] else {
        return Err(Refusal::invalid("provider", "provider must be one provider with response_type adminconsent"));
    };
    let engine = app.engine().clone();
    let start = app.finish(async move { engine.begin_admin_consent(request, provider).await }).await?;
    Ok(onward(app, &start))
}

async fn begin(app: &App, request: HostedRequest, provider: Provider) -> Result<Response, Refusal> {
    let engine = app.engine().clone();
    let start = app.finish(async move { engine.begin_hosted(request, provider).await }).await?;
    Ok(onward(app, &start))
}

/// To the provider's page; the browser is remembered by a cookie.
fn onward(app: &App, start: &HostedStart) -> Response {
    let mut response = page::redirect(&start.location);
    if let Some(value) = cookie::bind(&start.location, &start.browser_secret, page::secure(app)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
