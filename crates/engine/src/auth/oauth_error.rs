//! Faults of the token endpoints as OAuth 2.0 errors (RFC 6749 section 5.2, nylas-v3.md 3.1).
//!
//! Carried inside a [`Fault`]: `provider_code` holds the error's name, `provider_error.error_code` its number and
//! `message` its description.

use model::{Fault, FaultKind};
use serde_json::json;

/// An OAuth error as the contract writes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OauthError {
    /// `invalid_grant`, `invalid_client`, `invalid_token`, `invalid_request`, `server_error`.
    pub error: String,
    /// The contract's number; 400 where it has none.
    pub code: u64,
    /// One sentence.
    pub description: String,
}

/// The names that are ours; a provider's own codes are not handed out as OAuth errors.
const NAMES: [&str; 3] = ["invalid_grant", "invalid_client", "invalid_token"];

impl OauthError {
    /// The OAuth error that a fault of [`crate::Engine::exchange_token`], [`crate::Engine::revoke_token`] or
    /// [`crate::Engine::token_info`] amounts to. Any other fault is `invalid_request` or `server_error`.
    pub fn of(fault: &Fault) -> Self {
        let own = fault.provider_code.as_deref().filter(|name| NAMES.contains(name));
        let name = own.unwrap_or(match fault.kind {
            FaultKind::Internal => "server_error",
            FaultKind::ApiKeyInvalid => "invalid_client",
            _ => "invalid_request",
        });
        let code = fault.provider_error.as_ref().and_then(|error| error["error_code"].as_u64());
        Self { error: name.to_owned(), code: code.unwrap_or(400), description: fault.message.clone() }
    }
}

fn fault(kind: FaultKind, name: &str, code: u64, description: &str) -> Fault {
    Fault {
        provider_code: Some(name.to_owned()),
        provider_error: Some(json!({ "error": name, "error_code": code })),
        ..Fault::new(kind, description)
    }
}

/// The code or refresh token is wrong, used, expired or another application's.
pub(super) fn invalid_grant(description: &str) -> Fault {
    fault(FaultKind::InvalidRequest, "invalid_grant", 400, description)
}

/// The verifier does not answer the challenge.
pub(super) fn pkce_failed() -> Fault {
    fault(FaultKind::InvalidRequest, "invalid_grant", 45004, "Code verifier challenge failed")
}

/// The client has to authenticate.
pub(super) fn invalid_client() -> Fault {
    let description =
        "Client authentication failed; send the application's API key as `client_secret` or Bearer token.";
    fault(FaultKind::ApiKeyInvalid, "invalid_client", 401, description)
}

/// The token is none of ours, or no longer.
pub(super) fn invalid_token() -> Fault {
    fault(FaultKind::InvalidRequest, "invalid_token", 400, "Token expired or revoked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oauth_errors_come_out_as_they_went_in() {
        let error = OauthError::of(&pkce_failed());
        assert_eq!((error.error.as_str(), error.code), ("invalid_grant", 45004));
        assert_eq!(error.description, "Code verifier challenge failed");
        assert_eq!(OauthError::of(&Fault::internal("x")).error, "server_error");
        assert_eq!(OauthError::of(&Fault::invalid("code", "x")).error, "invalid_request");
    }
}
