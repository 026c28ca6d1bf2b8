//! Faults become HTTP answers here, and nowhere else: status, contract type, explanation, Retry-After.
//!
//! Sources: contract facts sections 3.1 to 3.4, and the catalogue of client errors the contract's vendor publishes
//! (400 to 429), which decides where the two differ.

use api::error::{ErrorAnswer, ErrorBody, FaultView, OauthErrorAnswer};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use model::{Fault, FaultKind, Verdict};

use crate::call::{self, Call, Family};
use crate::reply;

/// Characters of a mail server's sentence that are handed on.
const SERVER_ERROR_LIMIT: usize = 500;

/// What handlers answer with.
pub type Answered = Result<Response, Refusal>;

/// A request that is not carried out.
#[derive(Debug)]
pub struct Refusal {
    fault: Box<Fault>,
    /// Where the contract names a type for just this case.
    kind: Option<&'static str>,
    /// Where the contract names a status for just this case.
    status: Option<StatusCode>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// A field of the request that has to be mended.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Fault::invalid(field, message).into()
    }

    /// Something that does not exist, or belongs to somebody else: the two are never told apart.
    pub fn not_found(message: impl Into<String>) -> Self {
        Fault::not_found(message).into()
    }

    /// Something this installation does not do.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Fault::new(FaultKind::Unsupported, message).into()
    }

    /// The same refusal under the contract's type for this case.
    pub fn typed(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The same refusal with the contract's status for this case.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// The same refusal with one more header.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }

    /// What is wrong.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The status it is answered with.
    pub fn status(&self, family: Family) -> StatusCode {
        self.status.unwrap_or_else(|| status_of(self.fault.kind, family))
    }

    fn wire_type(&self, family: Family) -> &'static str {
        self.kind.unwrap_or_else(|| type_of(self.fault.kind, family))
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let kind = idempotency_type(&fault);
        Self { fault: Box::new(fault), kind, status: None, header: None }
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound(what) => Fault::not_found(format!("There is no such {what}.")),
            store::Error::Exists(what) => {
                Fault::new(FaultKind::ConflictOrPrecondition, format!("This {what} exists already."))
            }
            other => Fault::internal(other.to_string()),
        }
        .into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let call = call::current();
        self.log(&call);
        let status = self.status(call.family);
        // One reading of the clock, so that header and body say the same.
        let view = self.view(&call);
        let mut response = match call.family {
            Family::Oauth => reply::json(status, &self.oauth_answer(&call, view.clone())),
            _ => reply::json(status, &self.answer_with(&call, view.clone())),
        };
        let headers = response.headers_mut();
        if let Some(seconds) = view.retry.after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"postroad\""));
        }
        if let Some((name, value)) = self.header {
            headers.insert(name, value);
        }
        response
    }
}

impl Refusal {
    /// The answer in the contract's envelope.
    pub fn answer(&self, call: &Call) -> ErrorAnswer {
        self.answer_with(call, self.view(call))
    }

    fn answer_with(&self, call: &Call, view: FaultView) -> ErrorAnswer {
        let provider_error = self.fault.provider_error.clone().filter(serde_json::Value::is_object);
        ErrorAnswer {
            request_id: call.request_id.to_string(),
            error: ErrorBody {
                kind: self.wire_type(call.family).to_owned(),
                message: self.sentence(),
                server_error: self.server_error(call.family),
                provider_error,
                fault: Some(view),
            },
        }
    }

    /// What the mail server said, where the contract's catalogue points its readers to it (422 "Mail provider error").
    fn server_error(&self, family: Family) -> Option<String> {
        let refused = self.status(family) == StatusCode::UNPROCESSABLE_ENTITY;
        let error = self.fault.provider_error.as_ref().filter(|_| refused)?;
        let said =
            ["/error/message", "/message", "/error_description"].iter().find_map(|at| error.pointer(at)?.as_str());
        said.map(|text| text.chars().filter(|c| !c.is_control()).take(SERVER_ERROR_LIMIT).collect())
    }

    fn oauth_answer(&self, call: &Call, view: FaultView) -> OauthErrorAnswer {
        let (error, error_code) = oauth_error(&self.fault);
        OauthErrorAnswer {
            request_id: call.request_id.to_string(),
            error: error.to_owned(),
            error_code,
            error_description: self.sentence(),
            error_uri: docs_link(call, self.fault.kind),
            fault: Some(view),
        }
    }

    fn view(&self, call: &Call) -> FaultView {
        FaultView::render(&self.fault, call.clock.now(), docs_link(call, self.fault.kind))
    }

    /// The fault's sentence, with the field at fault in front unless it names the field already.
    fn sentence(&self) -> String {
        match &self.fault.field {
            Some(field) if !self.fault.message.contains(field.as_str()) => format!("{field}: {}", self.fault.message),
            _ => self.fault.message.clone(),
        }
    }

    fn log(&self, call: &Call) {
        let (request_id, kind, raw) = (&*call.request_id, self.fault.kind.as_str(), self.fault.raw.as_deref());
        match self.fault.kind {
            FaultKind::Internal => tracing::error!(request_id, kind, raw, "{}", self.fault.message),
            _ => tracing::debug!(request_id, kind, raw, "{}", self.fault.message),
        }
    }
}

/// Where a kind of fault is explained.
pub fn docs_link(call: &Call, kind: FaultKind) -> String {
    format!("{}/docs/faults/{}", call.public_url, kind.as_str())
}

/// The HTTP status of a kind of fault.
pub fn status_of(kind: FaultKind, family: Family) -> StatusCode {
    use FaultKind::*;
    let code = match kind {
        // The caller brought the credential, so its refusal is a bad request (vendor catalogue, "400 Authentication failed").
        // Requests about grants themselves meet it only when they bring one.
        ReauthRequired | Unauthenticated | InsufficientScope if matches!(family, Family::Custom | Family::Grants) => {
            400
        }
        // The contract answers every failure of the token endpoints with 400, wrong client credentials with 401.
        InvalidRequest | NotFound | Unauthenticated | ReauthRequired if family == Family::Oauth => 400,
        InvalidRequest | RedirectUriInvalid | BasicAuthBlocked | MessageTooLarge | AttachmentInvalid => 400,
        ApiKeyInvalid | Unauthenticated => 401,
        RecipientRejected | NonAsciiRecipient => 402,
        ReauthRequired
        | InsufficientScope
        | PermissionDenied
        | ApiDisabled
        | DomainPolicy
        | OauthClientMisconfigured
        | WrongAccount => 403,
        NotFound | Unsupported => 404,
        ConflictOrPrecondition => 409,
        MailboxFull | MailboxUnavailable | SenderNotAllowed | MessageRejected | QuarantinedDevice => 422,
        RateLimitedUser | RateLimitedProject | DailyQuotaExhausted | ConcurrencyLimited | BandwidthLimited
        | SendingQuotaExceeded | AccountThrottled | ConnectionLimit | ApiRateLimited => 429,
        Internal => 500,
        SyncStateExpired | TransientBackend => 503,
        GatewayTimeout | Network | Unknown => 504,
        #[allow(unreachable_patterns)]
        _ => 500,
    };
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The contract's types for what is wrong with an idempotency key (contract facts, section 1.5).
fn idempotency_type(fault: &Fault) -> Option<&'static str> {
    if fault.field.as_deref() != Some("Idempotency-Key") {
        return None;
    }
    Some(match (fault.kind, &fault.verdict) {
        // Under way, or ended without a known outcome.
        (FaultKind::ConflictOrPrecondition, Verdict::At(_) | Verdict::LookFirst) => "api.concurrent_idempotent_request",
        (FaultKind::ConflictOrPrecondition, _) => "api.invalid_idempotent_request",
        _ => "api.invalid_idempotency_key",
    })
}

/// The contract's `error.type` of a kind of fault.
pub fn type_of(kind: FaultKind, family: Family) -> &'static str {
    use FaultKind::*;
    match kind {
        NotFound => match family {
            Family::Grants => "grant.not_found",
            Family::Connectors => "connector.not_found_error",
            Family::Applications => "application.not_found_error",
            Family::Webhooks => "70000",
            Family::Mail => "not_found_error",
            _ => "api.not_found_error",
        },
        Unsupported => "api.not_found_error",
        ReauthRequired | Unauthenticated | InsufficientScope | BasicAuthBlocked
            if matches!(family, Family::Custom | Family::Grants) =>
        {
            "grant.invalid_authentication"
        }
        ApiKeyInvalid if family != Family::Mail => "invalid_request_error",
        ApiKeyInvalid | Unauthenticated | ReauthRequired => "unauthorized",
        InsufficientScope => "insufficient_scopes",
        WrongAccount => "grant.reauth_email_invalid",
        RedirectUriInvalid if family == Family::Applications => "invalid_request_error",
        RedirectUriInvalid => "grant.callback_uri_not_allowed",
        ApiRateLimited => "nylas_rate_limit_exceeded",
        RateLimitedUser | RateLimitedProject | DailyQuotaExhausted | ConcurrencyLimited | BandwidthLimited
        | SendingQuotaExceeded | AccountThrottled | ConnectionLimit => "rate_limit_error",
        InvalidRequest if family == Family::Webhooks => "70005",
        InvalidRequest
        | MessageTooLarge
        | AttachmentInvalid
        | BasicAuthBlocked
        | ConflictOrPrecondition
        | NonAsciiRecipient => "invalid_request_error",
        Internal => "api.internal_error",
        _ => "provider_error",
    }
}

/// `error` and `error_code` of the OAuth shape (RFC 6749 section 5.2). The engine names its own OAuth errors in the fault;
/// what the server refuses before it gets there is named here.
fn oauth_error(fault: &Fault) -> (&'static str, u64) {
    let named = fault.provider_code.as_deref();
    let code = fault.provider_error.as_ref().and_then(|error| error["error_code"].as_u64());
    match (named, fault.kind, fault.field.as_deref()) {
        (Some("invalid_grant"), ..) => ("invalid_grant", code.unwrap_or(400)),
        (Some("invalid_token"), ..) => ("invalid_token", code.unwrap_or(400)),
        (Some("invalid_client"), ..) | (_, FaultKind::ApiKeyInvalid, _) => ("invalid_client", code.unwrap_or(401)),
        (_, FaultKind::InvalidRequest, Some("client_id")) => ("invalid_client", 401),
        (_, FaultKind::InvalidRequest, Some("grant_type")) => ("unsupported_grant_type", 400),
        (_, FaultKind::Internal, _) => ("server_error", 500),
        (_, FaultKind::ApiRateLimited, _) => ("temporarily_unavailable", 429),
        _ => ("invalid_request", 400),
    }
}

#[cfg(test)]
mod tests;
