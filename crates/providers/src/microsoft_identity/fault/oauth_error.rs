//! `error` and `suberror` of token answers.
//!
//! Sources: RFC 6749, 5.2 and 4.1.2.1; RFC 8628, 3.5; OpenID Connect Core, 3.1.2.6; "handling error codes in your
//! application" (learn.microsoft.com/entra/identity-platform/reference-error-codes); for the suberrors, the sets for
//! which Microsoft's own client libraries ask for interaction.

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Advice, Ruling, is};

/// Whether a word is an `error` that this platform sends.
pub(super) fn is_known(error: &str) -> bool {
    ruling(error).is_some() || transient(error).is_some()
}

/// Errors that say that the service failed, whatever number comes with them.
pub(super) fn transient(error: &str) -> Option<Ruling> {
    Some(match error {
        "temporarily_unavailable" | "server_error" | "service_unavailable" => is(TransientBackend),
        "slow_down" => is(AccountThrottled).on(Scope::App),
        _ => return None,
    })
}

/// What an `error` means when nothing more exact was said.
pub(super) fn ruling(error: &str) -> Option<Ruling> {
    Some(match error {
        "invalid_grant"
        | "interaction_required"
        | "login_required"
        | "account_selection_required"
        | "expired_token"
        | "bad_token" => is(ReauthRequired),
        "consent_required" => is(InsufficientScope),
        "access_denied" | "authorization_declined" => is(PermissionDenied).on(Scope::Account),
        "invalid_client" | "unauthorized_client" | "invalid_resource" => is(OauthClientMisconfigured),
        "invalid_request"
        | "invalid_scope"
        | "unsupported_grant_type"
        | "unsupported_response_type"
        | "bad_verification_code" => is(InvalidRequest).on(Scope::App),
        "authorization_pending" => is(ConflictOrPrecondition).but(Advice::Backoff),
        "invalid_token" => is(Unauthenticated),
        "insufficient_scope" => is(InsufficientScope),
        _ => return None,
    })
}

/// What a `suberror` of `invalid_grant` or `interaction_required` means.
pub(super) fn suberror(suberror: &str) -> Option<Ruling> {
    Some(match suberror {
        "consent_required" => is(InsufficientScope),
        "basic_action"
        | "additional_action"
        | "user_password_expired"
        | "bad_token"
        | "token_expired"
        | "ui_not_allowed"
        | "interrupted_user"
        | "device_authentication_failed" => is(ReauthRequired),
        // Nothing that the person can do at once, and an app protection policy, which the administrator sets.
        "message_only" | "protection_policy_required" => is(DomainPolicy),
        // The token was bought by another client id.
        "client_mismatch" => is(OauthClientMisconfigured),
        _ => return None,
    })
}
