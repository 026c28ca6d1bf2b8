//! Errors on the wire (contract facts, section 3.1), with Postroad's explanation beside the contract's own fields.

use model::{Fault, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The error envelope of everything but the token endpoints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorAnswer {
    /// Names this request in logs and support questions; equals the `x-request-id` header.
    pub request_id: String,
    /// What went wrong.
    pub error: ErrorBody,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// The contract's class of error.
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence; names the field and what would be right.
    pub message: String,
    /// What the mail server said, on 422 answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_error: Option<String>,
    /// The provider's own error object, untouched. Absent, or an object: SDKs break on anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub provider_error: Option<Value>,
    /// Postroad's addition to the contract: why, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultView>,
}

/// The error shape of `/v3/connect/token`, `/revoke` and `/tokeninfo`. All four contract fields are always there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OauthErrorAnswer {
    /// Names this request in logs and support questions.
    pub request_id: String,
    /// RFC 6749 section 5.2 (`invalid_grant`, ...).
    pub error: String,
    /// A number.
    pub error_code: u64,
    /// One sentence.
    pub error_description: String,
    /// Where to read more.
    pub error_uri: String,
    /// Postroad's addition to the contract: why, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultView>,
}

/// A failure that explains itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FaultView {
    /// The class of failure; never changes once released.
    pub kind: String,
    /// Who is affected: `request`, `mailbox`, `account`, `app` or `tenant`.
    pub scope: String,
    /// The request field to mend, when a field is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why it happens.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
    /// Whether and when to try again.
    pub retry: Retry,
    /// More about this kind.
    pub docs: String,
}

/// Whether and when to try again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Retry {
    /// `never`, `after_refresh`, `after_reauth`, `at`, `backoff`, `resync` or `look_first`.
    pub verdict: String,
    /// Not before this instant, Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// The same as seconds from now, rounded up, at least one; also in the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_seconds: Option<i64>,
}

impl FaultView {
    /// The wire form of a fault at an instant; `docs` is where its kind is explained.
    pub fn render(fault: &Fault, now: Timestamp, docs: String) -> Self {
        let at = fault.retry_at();
        Self {
            kind: fault.kind.as_str().to_owned(),
            scope: fault.scope.as_str().to_owned(),
            field: fault.field.clone(),
            cause: fault.kind.cause().to_owned(),
            remedy: fault.kind.remedy().to_owned(),
            retry: Retry {
                verdict: fault.verdict.as_str().to_owned(),
                at: at.map(seconds_up),
                after_seconds: at.map(|instant| seconds_until(instant, now)),
            },
            docs,
        }
    }
}

/// Whole seconds until an instant, at least one: an invitation to come back at once would be a storm.
fn seconds_until(instant: Timestamp, now: Timestamp) -> i64 {
    let wait = instant.as_millisecond().saturating_sub(now.as_millisecond()).max(1).unsigned_abs();
    i64::try_from(wait.div_ceil(1000)).unwrap_or(i64::MAX)
}

/// A floor must not be rounded down to before itself.
fn seconds_up(instant: Timestamp) -> i64 {
    instant.as_second() + i64::from(instant.subsec_nanosecond() > 0)
}
