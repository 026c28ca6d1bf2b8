//! `/v3/connect/token`, `/revoke`, `/tokeninfo`: OAuth on our side (RFC 6749, 7009), errors in OAuth shape.

use api::auth::{Token, TokenInfo, TokenRequest as Wire};
use axum::extract::{FromRequest, Request, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::auth::{TokenAnswer, TokenRequest};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::ApplicationId;
use model::secret::ExposeSecret;
use serde_json::json;

use crate::app::App;
use crate::auth::{presented, unauthorized};
use crate::call;
use crate::error::{Answered, Refusal};
use crate::extract::json as body;
use crate::extract::query::Query;
use crate::reply;

/// A token request as JSON (SDKs) or form (RFC 6749 section 4.1.3).
pub struct TokenForm(Wire);

impl FromRequest<App> for TokenForm {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let form = kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
        let bytes = body::read(request, app).await?;
        if !form {
            return body::parse(&bytes).map(Self);
        }
        let wire = serde_urlencoded::from_bytes(&bytes);
        wire.map(Self).map_err(|error| Refusal::invalid("body", format!("the form cannot be read: {error}")))
    }
}

/// `POST /v3/connect/token`
pub async fn exchange(State(app): State<App>, headers: HeaderMap, TokenForm(form): TokenForm) -> Answered {
    let (application, authenticated) = client(&app, &headers, &form).await?;
    let request = wanted(form)?;
    let by_code = matches!(request, TokenRequest::Code { .. });
    let engine = app.engine().clone();
    let answer = app.finish(async move { engine.exchange_token(application, authenticated, request).await }).await?;
    let mut response = reply::json(StatusCode::OK, &render(answer, by_code));
    // RFC 6749 section 5.1.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Which application asks, and whether it proved itself: with an API key as `client_secret`, as Bearer or in Basic.
async fn client(app: &App, headers: &HeaderMap, form: &Wire) -> Result<(ApplicationId, bool), Refusal> {
    let basic = basic(headers);
    let id = form.client_id.as_deref().or(basic.as_ref().map(|(id, _)| id.as_str()));
    let id = id.ok_or_else(|| Refusal::invalid("client_id", "client_id is required: the application id"))?;
    let application: ApplicationId = id
        .parse()
        .map_err(|_| Refusal::invalid("client_id", "client_id is not an application of this installation"))?;
    let secret = match (form.client_secret.clone().filter(|s| !s.is_empty()), basic) {
        (Some(secret), _) => Some(secret),
        (None, Some((_, secret))) if !secret.is_empty() => Some(secret),
        (None, _) => presented(headers)?,
    };
    match secret {
        None => Ok((application, false)),
        Some(key) if app.api_key(&key).await? == Some(application) => Ok((application, true)),
        Some(_) => {
            Err(unauthorized("client_secret is not an API key of the application client_id; send one of its keys"))
        }
    }
}

/// `client_id:client_secret` of RFC 6749 section 2.3.1.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let text = String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    id.parse::<ApplicationId>().is_ok().then(|| (id.to_owned(), secret.to_owned()))
}

fn wanted(form: Wire) -> Result<TokenRequest, Refusal> {
    let required = |name: &'static str, value: Option<String>| {
        let given = value.filter(|text| !text.is_empty());
        given.ok_or_else(|| Refusal::invalid(name, format!("{name} is required for this grant_type")))
    };
    match form.grant_type.as_deref().unwrap_or_default() {
        "authorization_code" => Ok(TokenRequest::Code {
            code: required("code", form.code)?,
            redirect_uri: required("redirect_uri", form.redirect_uri)?,
            verifier: form.code_verifier.filter(|text| !text.is_empty()),
        }),
        "refresh_token" => Ok(TokenRequest::Refresh { refresh_token: required("refresh_token", form.refresh_token)? }),
        "client_credentials" => {
            let id = required("grant_id", form.grant_id)?;
            let grant_id =
                id.parse().map_err(|_| Refusal::invalid("grant_id", "grant_id must be the id of a grant"))?;
            Ok(TokenRequest::ClientCredentials { grant_id })
        }
        other => Err(Refusal::invalid(
            "grant_type",
            format!("grant_type must be authorization_code, refresh_token or client_credentials, not '{other}'"),
        )),
    }
}

fn render(answer: TokenAnswer, by_code: bool) -> Token {
    let grant = answer.grant;
    Token {
        access_token: answer.access_token.expose_secret().to_owned(),
        token_type: "Bearer".to_owned(),
        expires_in: answer.expires_in,
        refresh_token: answer.refresh_token.map(|token| token.expose_secret().to_owned()),
        id_token: answer.id_token,
        grant_id: grant.id.to_string(),
        scope: grant.scopes.join(" "),
        provider: by_code.then(|| grant.provider.as_str().to_owned()),
        email: grant.email,
    }
}

/// `POST /v3/connect/revoke?token=...` (the token also as form or JSON, RFC 7009 section 2.1).
pub async fn revoke(State(app): State<App>, mut query: Query, request: Request) -> Answered {
    let token = match query.text("token") {
        Some(token) => token,
        None => posted_token(&body::read(request, &app).await?)
            .ok_or_else(|| Refusal::invalid("token", "token is required: the token to revoke"))?,
    };
    let engine = app.engine().clone();
    app.finish(async move { engine.revoke_token(&token).await }).await?;
    Ok(reply::json(StatusCode::OK, &json!({"request_id": &*call::current().request_id, "success": true})))
}

fn posted_token(bytes: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Posted {
        token: String,
    }
    let posted: Option<Posted> =
        serde_json::from_slice(bytes).ok().or_else(|| serde_urlencoded::from_bytes(bytes).ok());
    posted.map(|posted| posted.token).filter(|token| !token.is_empty())
}

/// `GET /v3/connect/tokeninfo?access_token=...` or `id_token=...`
pub async fn tokeninfo(State(app): State<App>, mut query: Query) -> Answered {
    let token = query.text("access_token").or_else(|| query.text("id_token")).ok_or_else(|| {
        Refusal::invalid("access_token", "access_token or id_token is required: the token to tell about")
    })?;
    let info = app.engine().token_info(&token).await?;
    Ok(reply::data(&TokenInfo {
        iss: "https://nylas.com".to_owned(),
        aud: info.application_id.to_string(),
        sub: info.grant_id.to_string(),
        email: info.email,
        iat: info.issued_at,
        exp: info.expires_at,
    }))
}
