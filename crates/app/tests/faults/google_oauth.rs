//! What Google's token endpoint says, while mail is asked for and while a credential is brought.

use model::FaultKind::*;
use providers::classify::Protocol;
use serde_json::json;

use crate::told::{CUSTOM, Said, http};

fn token(status: u16, error: &str, description: &str) -> Said {
    http(Protocol::GoogleOauth, status, json!({"error": error, "error_description": description}).to_string())
}

#[tokio::test]
async fn a_dead_refresh_token_is_403_for_mail() {
    let told = token(400, "invalid_grant", "Token has been expired or revoked.").told().await;
    told.is(403, "unauthorized", ReauthRequired)
        .scope("account")
        .retry("after_reauth")
        .advises("hosted authentication");
}

#[tokio::test]
async fn a_dead_refresh_token_that_was_brought_is_400() {
    let told = token(400, "invalid_grant", "Token has been expired or revoked.").during(CUSTOM).told().await;
    told.is(400, "grant.invalid_authentication", ReauthRequired).advises("revoked, expired or of another client");
}

#[tokio::test]
async fn a_wrong_client_is_the_operators_and_never_the_persons() {
    for (error, description) in
        [("invalid_client", "The OAuth client was not found."), ("unauthorized_client", "Unauthorized")]
    {
        let told = token(401, error, description).told().await;
        told.is(403, "provider_error", OauthClientMisconfigured).scope("app").retry("never").advises("connector");
    }
}

#[tokio::test]
async fn an_administrators_policy_is_403() {
    let told = token(400, "admin_policy_enforced", "Blocked by the administrator.").told().await;
    told.is(403, "provider_error", DomainPolicy).scope("tenant");
}

#[tokio::test]
async fn a_token_endpoint_that_fails_is_503() {
    let told = token(500, "internal_failure", "Backend Error").told().await;
    told.is(503, "provider_error", TransientBackend).retry("backoff");
}
