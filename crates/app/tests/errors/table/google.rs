//! Google refuses: requests, credentials, applications.

use model::FaultKind::*;

use super::row::*;

const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";

pub fn rows() -> Vec<Row> {
    [bringing(), requests(), credentials(), applications()].into_iter().flatten().collect()
}

/// Grants from refresh tokens.
fn bringing() -> Vec<Row> {
    let lacking = |name, of, scope, words| {
        let answer = refused(400, "invalid_request_error", InvalidRequest).field("scope").words(words);
        row(name, of, Call::Bring(Brought::Lacking(scope)), Before::Nothing).is(answer).grant(Grant::None)
    };
    let dead = |name, of, brought| {
        let answer = refused(400, "grant.invalid_authentication", ReauthRequired)
            .scope("account")
            .retry("after_reauth")
            .says("/error", "invalid_grant")
            .field("settings.refresh_token")
            .words(&["Invalid or revoked refresh token"]);
        row(name, of, Call::Bring(brought), Before::Nothing).is(answer).grant(Grant::None)
    };
    vec![
        lacking("no_email", "Google refresh token lacking userinfo.email", EMAIL, &["userinfo.email"]),
        lacking("no_profile", "Google refresh token lacking userinfo.profile", PROFILE, &["userinfo.profile"]),
        lacking("no_openid", "Google refresh token lacking openid", "openid", &["openid"]),
        dead("unknown_token", "invalid refresh token", Brought::Unknown),
        dead("revoked_token", "revoked refresh token", Brought::Revoked),
    ]
}

fn requests() -> Vec<Row> {
    let bad = refused(400, "invalid_request_error", InvalidRequest).says("/error/errors/0/reason", "badRequest");
    let attachment =
        refused(400, "invalid_request_error", AttachmentInvalid).says("/error/errors/0/reason", "badRequest");
    let no_mailbox = refused(422, "provider_error", MailboxUnavailable)
        .scope("account")
        .says("/error/errors/0/reason", "failedPrecondition")
        .server_error("Mail service not enabled");
    vec![
        row("bad_request", "Gmail badRequest", Call::Search, sandbox("gmail.sorting_not_supported")).is(bad),
        row("invalid_attachment", "Gmail invalid attachment", Call::Send, sandbox("gmail.invalid_attachment"))
            .is(attachment),
        row("no_mailbox", "mail provider error", Call::Search, sandbox("gmail.mail_service_not_enabled"))
            .is(no_mailbox),
    ]
}

fn credentials() -> Vec<Row> {
    let unauthenticated = || {
        let answer = refused(401, "unauthorized", Unauthenticated);
        answer.scope("account").retry("after_refresh").says("/error/errors/0/reason", "authError")
    };
    let dead = || {
        let answer = refused(403, "unauthorized", ReauthRequired).scope("account").retry("after_reauth");
        answer.says("/error", "invalid_grant").words(&["hosted authentication"])
    };
    vec![
        // The token died before its time: a new one is bought, and nobody notices. What is asked with a dead token is
        // asked about no mailbox, so that it does not count.
        row("token_expired", "Gmail authError", Call::Search, Before::Expired).bought(1),
        row("token_expired_at_send", "Gmail authError", Call::Send, Before::Expired).bought(1).sent(1),
        // Gmail refuses the new token as well: once, not in circles.
        row("auth_error", "Gmail authError", Call::Search, sandbox("gmail.invalid_credentials"))
            .is(unauthenticated())
            .asked(2..=2)
            .bought(1),
        row("auth_error_at_send", "Gmail authError", Call::Send, sandbox("gmail.invalid_credentials"))
            .is(unauthenticated())
            .asked(2..=2)
            .bought(1),
        // No new token is to be had: only the person can help.
        row("revoked", "provider authentication failed", Call::Search, Before::Revoked)
            .is(dead())
            .grant(Grant::Expired)
            .asked(0..=0)
            .bought(1)
            .then(Then::Expired),
        row("revoked_at_send", "provider authentication failed", Call::Send, Before::Revoked)
            .is(dead())
            .grant(Grant::Expired)
            .asked(0..=0)
            .bought(1)
            .then(Then::Expired),
    ]
}

fn applications() -> Vec<Row> {
    let disabled = || {
        let answer = refused(403, "provider_error", ApiDisabled).scope("app");
        answer.says("/error/errors/0/reason", "accessNotConfigured").words(&["Enable the API"])
    };
    let policy = refused(403, "provider_error", DomainPolicy)
        .scope("tenant")
        .says("/error/errors/0/reason", "domainPolicy")
        .words(&["administrator"]);
    let (not_enabled, not_enabled_old) = ("gmail.access_not_configured", "gmail.access_not_configured_old");
    vec![
        row("api_disabled", "Gmail API not enabled in the project", Call::Search, sandbox(not_enabled)).is(disabled()),
        row("api_disabled_at_send", "Gmail API not enabled in the project", Call::Send, sandbox(not_enabled_old))
            .is(disabled()),
        row("domain_policy", "domainPolicy", Call::Search, sandbox("gmail.domain_policy")).is(policy.clone()),
        row("domain_policy_at_send", "domainPolicy", Call::Send, sandbox("gmail.domain_policy")).is(policy),
    ]
}
