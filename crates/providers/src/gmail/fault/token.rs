//! Classifying errors of Google's token, revocation and userinfo endpoints: flat `{"error", "error_description"}`
//! (RFC 6749 section 5.2), with words of Google's own (facts 1.5).

use model::FaultKind::*;
use model::{Fault, Scope, Timestamp, Verdict};
use reqwest::header::HeaderMap;

use super::envelope::Envelope;
use super::{Class, build, may_wait, reasons};
use crate::retry_after;
use crate::wire::short_raw;

/// Error words, most special first where one contains another.
const WORDS: &[&str] = &[
    "invalid_grant",
    "invalid_client",
    "deleted_client",
    "unauthorized_client",
    "redirect_uri_mismatch",
    "invalid_request",
    "invalid_scope",
    "admin_policy_enforced",
    "access_denied",
    "unsupported_grant_type",
    "rate_limit_exceeded",
    "org_internal",
    "restricted_client",
    "disallowed_useragent",
    "interaction_required",
    "login_required",
    "disabled_client",
    "internal_failure",
    "server_error",
    "temporarily_unavailable",
    "invalid_token",
];

/// Classifies an error answer of the identity platform.
pub fn token(status: u16, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Fault {
    let envelope = Envelope::read(body);
    let words = envelope.words();
    let word = envelope.word().map(str::to_owned);
    // A rendered or broken body still mentions its word.
    let word = word.or_else(|| {
        let found = WORDS.iter().find(|w| !envelope.is_json() && words.contains(**w));
        found.map(|w| (*w).to_owned())
    });
    let class = word
        .as_deref()
        .and_then(|w| by_word(w, &words.to_lowercase(), envelope.subtype()))
        .or_else(|| throttled(status, &words))
        .or_else(|| reasons::on_the_way(status, &words));
    let class = class.unwrap_or_else(|| by_status(status));
    let mut fault = build(class, word.or_else(|| envelope.code()), status, b"");
    // The body of a token endpoint may repeat what was sent; the log gets the error alone.
    let line = format!("HTTP {status} {} {words}", fault.provider_code.as_deref().unwrap_or("-"));
    fault.raw = Some(short_raw(line.as_bytes()));
    if may_wait(&fault)
        && let Some(instant) = retry_after::from_header_map(headers, now)
    {
        fault.verdict = Verdict::At(instant);
    }
    drop(words);
    fault.provider_error = envelope.into_object();
    fault
}

fn by_word(word: &str, description: &str, subtype: Option<&str>) -> Option<Class> {
    Some(match word {
        "invalid_grant" => grant(description, subtype),
        "invalid_client" | "deleted_client" | "disabled_client" | "redirect_uri_mismatch" => {
            Class::of(OauthClientMisconfigured)
        }
        "unauthorized_client" => unauthorized(description),
        "invalid_request" => request(description),
        "invalid_scope" | "unsupported_grant_type" => Class::of(InvalidRequest),
        // The consent screen was opened inside an embedded browser, which Google refuses.
        "disallowed_useragent" => Class::of(InvalidRequest),
        // OpenID Connect Core, section 3.1.2.6: `prompt=none`, and the person has to be asked after all.
        "interaction_required" | "login_required" | "consent_required" | "account_selection_required" => {
            Class::of(ReauthRequired)
        }
        "admin_policy_enforced" | "org_internal" => Class::of(DomainPolicy),
        "access_denied" | "restricted_client" => Class::of(PermissionDenied).scope(Scope::Tenant),
        "rate_limit_exceeded" => Class::of(RateLimitedProject),
        "invalid_token" => Class::of(Unauthenticated),
        "internal_failure" | "server_error" | "temporarily_unavailable" => Class::of(TransientBackend),
        _ => return None,
    })
}

/// `invalid_grant` is almost always a dead refresh token; the descriptions below are not.
fn grant(description: &str, subtype: Option<&str>) -> Class {
    if subtype.is_some_and(|s| s.contains("rapt")) {
        return Class::of(ReauthRequired);
    }
    if description.contains("invalid email or user id") || description.contains("account has been deleted") {
        Class::of(MailboxUnavailable).scope(Scope::Account)
    } else if description.contains("not a valid email") {
        Class::of(InvalidRequest)
    } else if description.contains("code verifier") || description.contains("code_verifier") {
        Class::of(InvalidRequest).field("code_verifier").says("The PKCE verifier does not match the challenge.")
    } else if description.contains("invalid jwt") {
        Class::of(OauthClientMisconfigured)
    } else {
        Class::of(ReauthRequired)
    }
}

/// A bare "Unauthorized" says that the token belongs to another client id; the longer forms say that an organisation
/// did not authorise the client.
fn unauthorized(description: &str) -> Class {
    if description.contains("client is unauthorized") || description.contains("unauthorized client or scope") {
        Class::of(PermissionDenied).scope(Scope::Tenant)
    } else {
        Class::of(OauthClientMisconfigured)
    }
}

fn request(description: &str) -> Class {
    if description.contains("client_secret is missing") {
        Class::of(OauthClientMisconfigured)
    } else if description.contains("could not determine client id") {
        Class::of(InvalidRequest).scope(Scope::App)
    } else if description.contains("invalid credentials") {
        // userinfo's word for a dead access token.
        Class::of(Unauthenticated)
    } else {
        Class::of(InvalidRequest)
    }
}

/// Bursts at the token endpoint have been answered with HTML "User Rate Limit Exceeded" under 403 (facts 1.5).
fn throttled(status: u16, words: &str) -> Option<Class> {
    let limited = words.to_lowercase().contains("rate limit exceeded");
    (status == 429 || limited).then(|| Class::of(RateLimitedProject))
}

fn by_status(status: u16) -> Class {
    match status {
        // Nothing says what was wrong with the request: neither the person nor the client is to blame yet.
        400..=499 if status != 401 && status != 408 => Class::of(InvalidRequest),
        _ => reasons::by_status(status),
    }
}
