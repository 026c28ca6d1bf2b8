//! What an application asks of the sign-in page, checked.

use url::Url;

use super::super::Microsoft;
use super::authority::Authority;
use super::claims::Claims;
use super::endpoints::Asked;
use super::refusal::{Refusal, missing};
use super::scopes::{self, BadScope};
use super::tokens::Resource;
use crate::google::Query;
use crate::world::permits::Challenge;

/// How the answer gets back to the application (facts 4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// A checked authorization request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) authority: Authority,
    pub(super) app: String,
    /// What the pages call the application.
    pub(super) app_name: String,
    pub(super) audience: super::apps::Audience,
    pub(super) redirect_uri: Url,
    /// As the application wrote it; compared at the exchange.
    pub(super) redirect_text: String,
    pub(super) mode: Mode,
    pub(super) resource: Resource,
    /// What is consented to, of every resource.
    pub(super) scopes: Vec<String>,
    /// What the code buys a token for.
    pub(super) bought: Vec<String>,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) login_hint: Option<String>,
    /// What the token has to be able to say, where anything is asked.
    pub(super) claims: Option<Claims>,
    prompt: String,
    pub(super) challenge: Option<Challenge>,
    /// The page's own address, for its forms.
    pub(super) path: String,
    /// The parameters as they came, without the sandbox's own.
    pub(super) carried: Query,
}

impl Request {
    /// Checks the parameters.
    pub(super) fn read(microsoft: &Microsoft, asked: &Asked<'_>) -> Result<Self, Refusal> {
        let query = &asked.incoming.query;
        let need = |name: &'static str| query.filled(name).ok_or_else(|| page(missing(name)));
        let app = need("client_id")?.to_owned();
        let (authority, app_name, audience, redirect_uri) = registered(microsoft, asked, &app)?;
        if need("response_type")? != "code" {
            return Err(Refusal::of("aadsts.page.700054").about("type", need("response_type")?));
        }
        let wanted = scopes::read(need("scope")?).map_err(|bad| refused_scope(bad, "page"))?;
        let owned = |name| query.filled(name).map(str::to_owned);
        let mut carried = query.clone();
        carried.0.retain(|(name, _)| !name.starts_with("_sandbox_"));
        Ok(Self {
            authority,
            app,
            app_name,
            audience,
            redirect_text: redirect_uri.1,
            redirect_uri: redirect_uri.0,
            mode: mode(query)?,
            resource: wanted.resource,
            scopes: wanted.scopes.iter().chain(&wanted.elsewhere).cloned().collect(),
            bought: wanted.scopes,
            state: query.get("state").map(str::to_owned),
            nonce: owned("nonce"),
            login_hint: owned("login_hint"),
            claims: claims(query, microsoft.world.clock().now_ms() / 1000)?,
            prompt: query.get("prompt").unwrap_or_default().to_owned(),
            challenge: challenge(query)?,
            path: asked.incoming.path.clone(),
            carried,
        })
    }

    /// Whether the application asked for this kind of prompt.
    pub(super) fn prompts(&self, kind: &str) -> bool {
        self.prompt.split_whitespace().any(|word| word == kind)
    }
}

type Registered = (Authority, String, super::apps::Audience, (Url, String));

/// The app as registered; a browser is never sent to an address that is not.
fn registered(microsoft: &Microsoft, asked: &Asked<'_>, id: &str) -> Result<Registered, Refusal> {
    let query = &asked.incoming.query;
    let state = microsoft.world.identity().state();
    let authority = Authority::read(asked.tenant, &state.directory).map_err(page)?;
    let app = state.apps.get(id).ok_or_else(|| Refusal::of("aadsts.page.700016").about("app", id))?;
    authority.admits(app).map_err(page)?;
    let text = query.filled("redirect_uri").ok_or_else(|| page(missing("redirect_uri")))?;
    let mismatch = || Refusal::of("aadsts.page.50011").about("uri", text).about("app", id);
    let uri = Url::parse(text).ok().filter(|_| app.allows_redirect(text)).ok_or_else(mismatch)?;
    Ok((authority, app.name.clone(), app.audience, (uri, text.to_owned())))
}

/// The same refusal, told on the page instead of at the token endpoint.
fn page(refusal: Refusal) -> Refusal {
    refusal.on_page()
}

/// What is said of a scope that cannot be asked for.
pub(super) fn refused_scope(bad: BadScope, place: &str) -> Refusal {
    let refusal = match bad {
        BadScope::Unknown(scope) => Refusal::of("aadsts.650053").about("scope", &scope),
        BadScope::Resource(resource) => Refusal::of("aadsts.500011").about("resource", &resource),
    };
    if place == "page" { refusal.on_page() } else { refusal }
}

fn mode(query: &Query) -> Result<Mode, Refusal> {
    match query.filled("response_mode").unwrap_or("query") {
        "query" => Ok(Mode::Query),
        "fragment" => Ok(Mode::Fragment),
        "form_post" => Ok(Mode::FormPost),
        _ => Err(Refusal::of("aadsts.page.900144").about("parameter", "response_mode")),
    }
}

/// `claims` must be JSON (OpenID Connect Core section 5.5).
fn claims(query: &Query, now_s: i64) -> Result<Option<Claims>, Refusal> {
    let Some(text) = query.filled("claims") else { return Ok(None) };
    Claims::read(text, now_s).map(Some).ok_or_else(|| Refusal::of("aadsts.page.9002313"))
}

/// RFC 7636 section 4.3; a challenge without a method is plain.
fn challenge(query: &Query) -> Result<Option<Challenge>, Refusal> {
    let Some(challenge) = query.filled("code_challenge") else { return Ok(None) };
    if !(43..=128).contains(&challenge.len()) {
        return Err(Refusal::of("aadsts.page.50147"));
    }
    Ok(Some(match query.filled("code_challenge_method").unwrap_or("plain") {
        "S256" => Challenge::S256(challenge.to_owned()),
        _ => Challenge::Plain(challenge.to_owned()),
    }))
}
