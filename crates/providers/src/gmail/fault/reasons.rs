//! Classification by structured fields. Where a field covers several cases, the wording tells them apart.

use model::FaultKind::*;
use model::{FaultKind, Scope, Verdict};

use super::envelope::Envelope;
use super::{Call, Class, texts};
use crate::transport;

/// What an answer of Gmail REST means.
pub(super) fn classify(status: u16, envelope: &Envelope, call: Call) -> Class {
    if call == Call::History && status == 404 {
        return Class::of(SyncStateExpired);
    }
    let words = envelope.words();
    by_info(envelope)
        .or_else(|| envelope.reason().and_then(|reason| by_reason(reason, envelope, &words)))
        .or_else(|| texts::find(&words))
        .or_else(|| envelope.status().and_then(by_status_name))
        .or_else(|| {
            if envelope.is_json() {
                None
            } else {
                texts::reason_in(&words).and_then(|r| by_reason(r, envelope, &words))
            }
        })
        .or_else(|| on_the_way(status, &words))
        .unwrap_or_else(|| by_status(status))
}

/// `google.rpc.ErrorInfo.reason` (googleapis `google/api/error_reason.proto`).
fn by_info(envelope: &Envelope) -> Option<Class> {
    Some(match envelope.info()? {
        "RATE_LIMIT_EXCEEDED" | "RESOURCE_QUOTA_EXCEEDED" => quota(envelope),
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => Class::of(InsufficientScope),
        "ACCESS_TOKEN_EXPIRED" | "ACCESS_TOKEN_TYPE_UNSUPPORTED" | "CREDENTIALS_MISSING" => Class::of(Unauthenticated),
        "ACCOUNT_STATE_INVALID" => Class::of(MailboxUnavailable).scope(Scope::Account),
        "SERVICE_DISABLED" | "CONSUMER_INVALID" | "CONSUMER_SUSPENDED" | "BILLING_DISABLED" => Class::of(ApiDisabled),
        "API_KEY_INVALID" | "API_KEY_SERVICE_BLOCKED" | "USER_PROJECT_DENIED" => Class::of(OauthClientMisconfigured),
        "ORG_RESTRICTION_VIOLATION" | "SECURITY_POLICY_VIOLATED" => Class::of(DomainPolicy),
        _ => return None,
    })
}

/// Which allowance ran out, from the metadata of the refusal (facts 1.3 a).
fn quota(envelope: &Envelope) -> Class {
    let unit = envelope.metadata("quota_unit").unwrap_or_default();
    let limit = envelope.metadata("quota_limit").unwrap_or_default().to_ascii_lowercase();
    if unit.starts_with("1/d") || limit.contains("perday") {
        Class::of(DailyQuotaExhausted)
    } else if unit.contains("{user}") || limit.contains("peruser") {
        Class::of(RateLimitedUser)
    } else if unit.is_empty() && limit.is_empty() {
        throttle("rateLimitExceeded", &envelope.words())
    } else {
        Class::of(RateLimitedProject)
    }
}

/// `errors[0].reason` (facts 1.4). Reasons that cover several cases ask the wording first.
fn by_reason(reason: &str, envelope: &Envelope, words: &str) -> Option<Class> {
    Some(match reason {
        "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" | "RATE_LIMIT_EXCEEDED" => {
            throttle(reason, words)
        }
        "dailyLimitExceeded" | "dailyLimitExceededUnreg" => Class::of(DailyQuotaExhausted),
        "concurrentLimitExceeded" => Class::of(ConcurrencyLimited),
        "insufficientPermissions" | "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => Class::of(InsufficientScope),
        "authError" | "required" if envelope.status() == Some("UNAUTHENTICATED") || reason == "authError" => {
            Class::of(Unauthenticated)
        }
        "accessNotConfigured" | "SERVICE_DISABLED" => Class::of(ApiDisabled),
        "domainPolicy" => Class::of(DomainPolicy),
        "notFound" => Class::of(NotFound),
        "uploadTooLarge" => Class::of(MessageTooLarge),
        "backendError" | "internalError" => Class::of(TransientBackend),
        // Refused while another change was under way: worth repeating; a taken name is not, and the wording tells.
        "aborted" => texts::find(words).unwrap_or(Class::of(ConflictOrPrecondition).verdict(Verdict::Backoff)),
        "conflict" | "alreadyExists" | "duplicate" | "conditionNotMet" => Class::of(ConflictOrPrecondition),
        "failedPrecondition" => texts::find(words).unwrap_or(Class::of(ConflictOrPrecondition)),
        "forbidden" | "permissionDenied" => texts::find(words).unwrap_or(Class::of(PermissionDenied)),
        "invalidArgument" | "badRequest" | "invalid" | "invalidParameter" | "parseError" | "required" => {
            texts::find(words).unwrap_or(Class::of(InvalidRequest))
        }
        _ => return None,
    })
}

/// The four things that share the reason `rateLimitExceeded` (facts 1.3).
fn throttle(reason: &str, words: &str) -> Class {
    if let Some(class) = texts::throttle(words) {
        return class;
    }
    match reason {
        "rateLimitExceeded" => Class::of(RateLimitedProject),
        _ => Class::of(RateLimitedUser),
    }
}

/// Canonical codes (googleapis `google/rpc/code.proto`) that mean one thing.
fn by_status_name(name: &str) -> Option<Class> {
    Some(Class::of(match name {
        "UNAUTHENTICATED" => Unauthenticated,
        "NOT_FOUND" => NotFound,
        "ALREADY_EXISTS" | "ABORTED" | "FAILED_PRECONDITION" => ConflictOrPrecondition,
        "INVALID_ARGUMENT" | "OUT_OF_RANGE" => InvalidRequest,
        "RESOURCE_EXHAUSTED" => RateLimitedUser,
        "UNAVAILABLE" | "INTERNAL" | "DATA_LOSS" => TransientBackend,
        "DEADLINE_EXCEEDED" => GatewayTimeout,
        "PERMISSION_DENIED" => PermissionDenied,
        _ => return None,
    }))
}

/// A log line of a library instead of an answer.
pub(super) fn on_the_way(status: u16, words: &str) -> Option<Class> {
    let ruling = (status < 300).then(|| transport::fault::by_text(&words.to_ascii_lowercase()))?;
    ruling.map(|ruling| Class::of(ruling.kind))
}

/// All that is left when the body says nothing.
pub(super) fn by_status(status: u16) -> Class {
    Class::of(match status {
        400 | 405 | 406 | 411 | 415 | 422 => InvalidRequest,
        401 => Unauthenticated,
        403 => PermissionDenied,
        404 | 410 => NotFound,
        408 | 504 => GatewayTimeout,
        409 | 412 => ConflictOrPrecondition,
        413 => MessageTooLarge,
        429 => RateLimitedUser,
        500.. => TransientBackend,
        _ => FaultKind::Unknown,
    })
}
