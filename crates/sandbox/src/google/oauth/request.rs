//! What an application asks of the consent page, checked.

use http::StatusCode;

use super::scopes;
use crate::google::Google;
use crate::google::wire::Query;
use crate::world::permits::Challenge;

/// A checked authorization request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) client_id: String,
    /// What the pages call the application.
    pub(super) client_name: String,
    pub(super) redirect_uri: String,
    pub(super) scopes: Vec<String>,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) login_hint: Option<String>,
    pub(super) offline: bool,
    pub(super) include_granted: bool,
    prompt: String,
    pub(super) challenge: Option<Challenge>,
    /// The parameters as they came, without the sandbox's own.
    pub(super) carried: Query,
}

/// A request so wrong that the application must not hear of it: told on the page (facts 1.5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) detail: String,
}

impl Refused {
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "invalid_request", detail: detail.into() }
    }
}

impl Request {
    /// Checks the parameters, in the order in which Google complains.
    pub(super) fn read(google: &Google, query: &Query) -> Result<Self, Refused> {
        let need = |name: &'static str| {
            query.filled(name).ok_or_else(|| Refused::invalid(format!("Missing required parameter: {name}")))
        };
        let client_id = need("client_id")?.to_owned();
        let (client_name, redirect_uri) = registered_redirect(google, &client_id, query)?;
        match need("response_type")? {
            "code" => {}
            other => return Err(Refused::invalid(format!("Invalid response_type: {other}"))),
        }
        let scopes = known_scopes(need("scope")?)?;
        let challenge = challenge(query)?;
        let owned = |name| query.filled(name).map(str::to_owned);
        let mut carried = query.clone();
        carried.0.retain(|(name, _)| !name.starts_with("_sandbox_"));
        Ok(Self {
            client_id,
            client_name,
            redirect_uri,
            scopes,
            state: query.get("state").map(str::to_owned),
            nonce: owned("nonce"),
            login_hint: owned("login_hint"),
            offline: query.get("access_type") == Some("offline"),
            include_granted: query.get("include_granted_scopes") == Some("true"),
            prompt: query.get("prompt").or(query.get("approval_prompt")).unwrap_or_default().to_owned(),
            challenge,
            carried,
        })
    }

    /// Whether the application asked for this kind of prompt.
    pub(super) fn prompts(&self, kind: &str) -> bool {
        self.prompt.split_whitespace().any(|word| word == kind || (kind == "consent" && word == "force"))
    }
}

fn registered_redirect(google: &Google, client_id: &str, query: &Query) -> Result<(String, String), Refused> {
    let permits = google.world.permits();
    let client = permits.clients.get(client_id).ok_or_else(|| Refused {
        status: StatusCode::UNAUTHORIZED,
        code: "invalid_client",
        detail: "The OAuth client was not found.".to_owned(),
    })?;
    let uri =
        query.filled("redirect_uri").ok_or_else(|| Refused::invalid("Missing required parameter: redirect_uri"))?;
    if !client.allows_redirect(uri) {
        return Err(Refused {
            status: StatusCode::BAD_REQUEST,
            code: "redirect_uri_mismatch",
            detail: format!(
                "The redirect URI in the request, {uri}, does not match the ones authorized for the OAuth client."
            ),
        });
    }
    Ok((client.name.clone(), uri.to_owned()))
}

fn known_scopes(text: &str) -> Result<Vec<String>, Refused> {
    let scopes = scopes::read(text);
    let unknown: Vec<_> = scopes.iter().filter(|scope| !scopes::is_known(scope)).cloned().collect();
    if unknown.is_empty() {
        return Ok(scopes);
    }
    let detail = format!("Some requested scopes were invalid. {{invalid=[{}]}}", unknown.join(", "));
    Err(Refused { status: StatusCode::BAD_REQUEST, code: "invalid_scope", detail })
}

/// RFC 7636 section 4.3; a challenge without a method is plain.
fn challenge(query: &Query) -> Result<Option<Challenge>, Refused> {
    let Some(challenge) = query.filled("code_challenge") else { return Ok(None) };
    match query.filled("code_challenge_method").unwrap_or("plain") {
        "plain" => Ok(Some(Challenge::Plain(challenge.to_owned()))),
        "S256" => Ok(Some(Challenge::S256(challenge.to_owned()))),
        other => Err(Refused::invalid(format!("Invalid code_challenge_method: {other}"))),
    }
}
