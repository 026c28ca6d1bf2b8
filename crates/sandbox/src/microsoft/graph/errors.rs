//! Every error body of Graph is built here (facts 3).

use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde_json::json;

use crate::google::{Answer, Incoming};
use crate::microsoft::identity::Unopened;
use crate::microsoft::mail::post::SendRefusal;

/// One refusal.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Error {
    pub(crate) status: StatusCode,
    code: &'static str,
    message: String,
    headers: Vec<(&'static str, String)>,
}

impl Error {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code, message: message.into(), headers: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// 400: no such path, or an id whose slash was not encoded.
    pub(crate) fn no_segment(segment: &str) -> Self {
        Self::new(400, "BadRequest", format!("Resource not found for the segment '{segment}'."))
    }

    /// 400: `$select` names what a message does not have.
    pub(crate) fn no_property(name: &str, kind: &str) -> Self {
        let message = format!(
            "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
        );
        Self::new(400, "RequestBroker--ParseUri", message)
    }

    /// 400: a query option that cannot be read or is out of bounds.
    pub(crate) fn bad_query(message: impl Into<String>) -> Self {
        Self::new(400, "ErrorInvalidUrlQuery", message)
    }

    /// 400: `$filter` cannot be read.
    pub(crate) fn bad_filter(message: impl Into<String>) -> Self {
        Self::new(400, "ErrorInvalidUrlQueryFilter", message)
    }

    /// 400: `$orderby` and `$filter` do not go together.
    pub(crate) fn inefficient() -> Self {
        Self::new(400, "InefficientFilter", "The restriction or sort order is too complex for this operation.")
    }

    /// 400: cut short, in the wrong case, or of another mailbox.
    pub(crate) fn malformed_id() -> Self {
        Self::new(400, "ErrorInvalidIdMalformed", "Id is malformed.")
    }

    /// 400: the body is no JSON, or not of the right shape.
    pub(crate) fn bad_body(message: impl Into<String>) -> Self {
        Self::new(400, "RequestBodyRead", message)
    }

    /// 400: a property with a value it cannot have.
    pub(crate) fn bad_property(message: impl Into<String>) -> Self {
        Self::new(400, "ErrorInvalidPropertySet", message)
    }

    /// 400: the body of a MIME request is not base64.
    pub(crate) fn not_base64() -> Self {
        Self::new(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.")
    }

    /// 400: the MIME content has no header at all.
    pub(crate) fn bad_mime() -> Self {
        Self::new(400, "ErrorMimeContentInvalid", "The MIME content of the message is not valid.")
    }

    /// 401 in the gateway's words.
    pub(crate) fn unopened(why: Unopened) -> Self {
        let message = match why {
            Unopened::Empty => "Access token is empty.",
            Unopened::Garbage => "CompactToken parsing failed with error code: 80049217",
            Unopened::Expired => "Access token has expired or is not yet valid.",
            Unopened::Audience => "Access token validation failure. Invalid audience.",
            Unopened::Revoked => {
                "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp"
            }
        };
        let challenge = match why {
            Unopened::Revoked => claims_challenge(NEWER_TOKEN),
            _ => CHALLENGE.to_owned(),
        };
        Self::new(401, "InvalidAuthenticationToken", message).with("www-authenticate", challenge)
    }

    /// 403: a scope is missing, or the mailbox is another person's.
    pub(crate) fn access_denied() -> Self {
        Self::new(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    }

    /// 404: deleted, or moved and asked for by its old id.
    pub(crate) fn no_item() -> Self {
        Self::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    }

    /// 404: no such folder.
    pub(crate) fn no_folder() -> Self {
        Self::new(
            404,
            "ErrorItemNotFound",
            "The specified object was not found in the store., The process failed to get the correct properties.",
        )
    }

    /// 404: the folder that is followed was deleted.
    pub(crate) fn no_sync_folder() -> Self {
        Self::new(404, "ErrorSyncFolderNotFound", "The folder to synchronize was not found.")
    }

    /// 404: the account has no mailbox.
    pub(crate) fn no_mailbox() -> Self {
        Self::new(
            404,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )
    }

    /// 404: nobody is called that.
    pub(crate) fn no_user(user: &str) -> Self {
        Self::new(404, "ErrorInvalidUser", format!("The requested user '{user}' is invalid."))
    }

    /// 405: the path is there and does not take the verb.
    pub(crate) fn no_verb() -> Self {
        Self::new(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    }

    /// 409: the name is taken.
    pub(crate) fn folder_exists() -> Self {
        Self::new(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    }

    /// 412: `If-Match` names an older version.
    pub(crate) fn conflict() -> Self {
        let message = "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.";
        Self::new(412, "ErrorIrresolvableConflict", message)
    }

    /// 410: the state a delta link names is not kept any more.
    pub(crate) fn sync_state(generation: u64, kept: &[u64]) -> Self {
        let highest = kept.first().copied().unwrap_or(generation);
        let kept: String = kept.iter().map(|kept| format!("[{kept}]")).collect();
        let message =
            format!("The sync state generation is not found; generation={generation};[highest={highest}]{kept}");
        Self::new(410, "SyncStateNotFound", message)
    }

    /// 410: a delta link that cannot be read.
    pub(crate) fn sync_state_invalid() -> Self {
        Self::new(410, "SyncStateInvalid", "The sync state is invalid; start again with a full synchronization.")
    }

    /// 413: a JSON body of more than 4 MB.
    pub(crate) fn too_large() -> Self {
        Self::new(413, "RequestEntityTooLarge", "Maximum request length exceeded.")
    }

    /// 429: more calls at once than the mailbox takes of one app.
    pub(crate) fn crowded(wait_ms: Option<i64>) -> Self {
        let error = Self::new(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.");
        match wait_ms {
            Some(wait_ms) => error.with("retry-after", (wait_ms / 1000).to_string()),
            None => error,
        }
    }

    /// 429: a window is used up; `wait_ms` is told as a fraction of seconds, as Graph does.
    pub(crate) fn throttled(wait_ms: i64) -> Self {
        let seconds = format!("{}.{:03}", wait_ms / 1000, wait_ms.rem_euclid(1000));
        Self::new(429, "TooManyRequests", "Please retry again later.").with("retry-after", seconds)
    }

    /// What is refused at once when a message is to be sent.
    pub(crate) fn not_sent(refusal: SendRefusal) -> Self {
        match refusal {
            SendRefusal::Recipients => Self::new(400, "ErrorInvalidRecipients", "At least one recipient is not valid."),
            SendRefusal::TooMany => Self::new(
                400,
                "ErrorExceededMaxRecipientLimit",
                "The message exceeds the maximum number of recipients.",
            ),
            // The two marks side by side are Exchange's own (facts 3).
            SendRefusal::SendAs => Self::new(
                403,
                "ErrorSendAsDenied",
                "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.",
            ),
            SendRefusal::TooLarge => {
                Self::new(400, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
            }
            SendRefusal::Gone => Self::no_item(),
        }
    }

    /// The error on the wire.
    pub(crate) fn answer(&self, incoming: &Incoming, now: Timestamp) -> Answer {
        let body = envelope(self.code, &self.message, incoming, now);
        let mut answer = Answer::new(self.status, "application/json", body.to_string());
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                answer.headers.append(*name, value);
            }
        }
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            answer.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
        }
        answer
    }
}

/// What `WWW-Authenticate` says when no claims are asked for.
const CHALLENGE: &str = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"";

/// Claims that any token has that is bought from now on.
pub(crate) const NEWER_TOKEN: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;

/// The challenge of continuous access evaluation: buy a new token with these claims (facts 3).
pub(crate) fn claims_challenge(claims: &str) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine};
    let claims = BASE64_STANDARD.encode(claims);
    format!("{CHALLENGE}, error=\"insufficient_claims\", claims=\"{claims}\"")
}

/// The body of an error, with the ids that support asks for.
fn envelope(code: &str, message: &str, incoming: &Incoming, now: Timestamp) -> serde_json::Value {
    let request_id = request_id(incoming);
    let client = incoming.header("client-request-id").map_or_else(|| request_id.clone(), str::to_owned);
    let date = now.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    json!({"error": {"code": code, "message": message, "innerError": {
        "date": date, "request-id": request_id, "client-request-id": client}}})
}

/// An id for this request, the same one each time it is asked for.
pub(crate) fn request_id(incoming: &Incoming) -> String {
    let seed = format!("{}{}{}", incoming.method, incoming.path, incoming.query.to_text());
    let hash = crate::world::chance::stable_hash(seed.as_bytes());
    uuid::Uuid::from_u64_pair(hash, hash.rotate_left(17)).to_string()
}
