//! Who is asking: an application with its API key, or one grant with an access token of ours.

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, header};
use model::{ApplicationId, Fault, FaultKind, GrantId};

use crate::app::App;
use crate::error::Refusal;

/// Longest credential looked at; ours are far shorter.
const LONGEST: usize = 4096;

/// Who is asking.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caller {
    /// An application, with an API key: opens all its grants.
    Application(ApplicationId),
    /// A grant, with an access token: opens only itself.
    Grant(ApplicationId, GrantId),
}

impl Caller {
    /// The application that asks, or whose grant asks.
    pub fn application(self) -> ApplicationId {
        match self {
            Caller::Application(application) | Caller::Grant(application, _) => application,
        }
    }

    /// Who the request's credential belongs to.
    pub async fn identify(headers: &HeaderMap, app: &App) -> Result<Self, Refusal> {
        let credential = presented(headers)?.ok_or_else(|| {
            unauthorized("Unauthorized: the Authorization header is missing; send `Bearer <API key>`")
        })?;
        if let Some(application) = app.api_key(&credential).await? {
            return Ok(Caller::Application(application));
        }
        match app.engine().authenticate_token(&credential).await? {
            Some(token) if token.kind == model::application::TokenKind::Access => {
                Ok(Caller::Grant(token.application_id, token.grant_id))
            }
            _ => Err(unauthorized("Unauthorized: the API key or access token is unknown, expired or revoked")),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        Caller::identify(&parts.headers, app).await
    }
}

/// An application administering itself; within its rate.
#[derive(Clone, Copy, Debug)]
pub struct Admin(pub ApplicationId);

impl FromRequestParts<App> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        match Caller::identify(&parts.headers, app).await? {
            Caller::Application(application) => {
                app.limits().admin(application)?;
                Ok(Admin(application))
            }
            Caller::Grant(..) => {
                Err(unauthorized("Unauthorized: an access token opens only its own grant; use an API key here"))
            }
        }
    }
}

/// The credential of the `Authorization` header: a Bearer token (RFC 6750), or the user name of Basic (RFC 7617).
pub fn presented(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let (scheme, rest) = text.trim().split_once(' ').unwrap_or((text, ""));
    let credential = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => rest.trim().to_owned(),
        "basic" => basic_user(rest.trim()).ok_or_else(|| {
            unauthorized(
                "Unauthorized: Basic needs the base64 of `<API key>:`, for example from `printf %s \"$KEY:\" | base64`",
            )
        })?,
        _ => return Err(unauthorized("Unauthorized: the Authorization header must be `Bearer <API key>` or Basic")),
    };
    if credential.is_empty() || credential.len() > LONGEST {
        return Err(unauthorized("Unauthorized: the Authorization header holds no API key; send `Bearer <API key>`"));
    }
    Ok(Some(credential))
}

fn basic_user(encoded: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.split_once(':').map(|(user, _)| user.to_owned())
}

/// 401 with a sentence.
pub fn unauthorized(message: &str) -> Refusal {
    Fault::new(FaultKind::ApiKeyInvalid, message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(value: &str) -> Result<Option<String>, Refusal> {
        presented(&HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]))
    }

    #[test]
    fn bearer_and_basic_both_carry_a_key() {
        assert_eq!(credential("Bearer nyk_v0_abc").unwrap().unwrap(), "nyk_v0_abc");
        assert_eq!(credential("bearer  nyk_v0_abc ").unwrap().unwrap(), "nyk_v0_abc");
        assert_eq!(credential("Basic bnlrX3YwX2FiYzo=").unwrap().unwrap(), "nyk_v0_abc");
    }

    #[test]
    fn what_is_no_credential_is_refused_with_the_way_to_do_it() {
        for value in ["Basic !!!", "Basic bm9jb2xvbg==", "Bearer", "Digest x", "Bearer  "] {
            let message = credential(value).unwrap_err().fault().message.clone();
            assert!(message.starts_with("Unauthorized: "), "{value}: {message}");
        }
        assert!(presented(&HeaderMap::new()).unwrap().is_none());
    }
}
