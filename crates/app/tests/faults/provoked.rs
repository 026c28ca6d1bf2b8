//! Which tests provoke which kind of fault. A kind without a test, and a test that is gone or no longer speaks of its kind,
//! both fail here.

use std::path::Path;

use model::FaultKind::{self, *};

const GOOGLE: &str = "crates/app/tests/faults/google.rs";
const OAUTH: &str = "crates/app/tests/faults/google_oauth.rs";
const MICROSOFT: &str = "crates/app/tests/faults/microsoft.rs";
const SERVERS: &str = "crates/app/tests/faults/mail_servers.rs";
const INPUT: &str = "crates/server/tests/http/bad_input.rs";

/// Kind, file, test.
const PROVOKED: &[(FaultKind, &str, &str)] = &[
    (InvalidRequest, GOOGLE, "a_bad_request_is_400"),
    (Unauthenticated, GOOGLE, "an_auth_error_is_401_once_refreshing_did_not_help"),
    (Unauthenticated, SERVERS, "a_wrong_password_is_400_where_it_was_brought_and_401_later"),
    (ReauthRequired, OAUTH, "a_dead_refresh_token_is_403_for_mail"),
    (ReauthRequired, OAUTH, "a_dead_refresh_token_that_was_brought_is_400"),
    (ReauthRequired, MICROSOFT, "a_revoked_grant_is_403"),
    (InsufficientScope, GOOGLE, "a_missing_scope_is_403"),
    (PermissionDenied, GOOGLE, "delegation_denied_is_403"),
    (ApiDisabled, GOOGLE, "an_api_that_is_not_enabled_is_403_and_the_operators"),
    (DomainPolicy, GOOGLE, "a_domain_policy_is_403_and_the_administrators"),
    (DomainPolicy, MICROSOFT, "conditional_access_is_the_administrators"),
    (OauthClientMisconfigured, OAUTH, "a_wrong_client_is_the_operators_and_never_the_persons"),
    (OauthClientMisconfigured, MICROSOFT, "an_expired_secret_is_the_operators"),
    (NotFound, GOOGLE, "things_that_are_not_there_are_404_and_lost_cursors_are_not"),
    (SyncStateExpired, GOOGLE, "things_that_are_not_there_are_404_and_lost_cursors_are_not"),
    (ConflictOrPrecondition, GOOGLE, "what_exists_already_is_409"),
    (RateLimitedUser, GOOGLE, "a_user_rate_limit_is_429_whatever_number_gmail_gives_it"),
    (RateLimitedUser, GOOGLE, "exhausted_resources_are_429_with_advice"),
    (RateLimitedProject, GOOGLE, "a_project_rate_limit_is_429_and_the_applications"),
    (DailyQuotaExhausted, GOOGLE, "a_daily_limit_is_429_until_the_providers_midnight"),
    (ConcurrencyLimited, GOOGLE, "too_many_concurrent_requests_are_429"),
    (ConcurrencyLimited, MICROSOFT, "mailbox_concurrency_is_429"),
    (BandwidthLimited, SERVERS, "too_many_bytes_are_429"),
    (SendingQuotaExceeded, GOOGLE, "a_sending_quota_is_429_until_the_instant_gmail_names"),
    (SendingQuotaExceeded, SERVERS, "a_sending_quota_is_429"),
    (AccountThrottled, MICROSOFT, "a_throttled_exchange_account_is_429_though_the_server_said_503"),
    (AccountThrottled, MICROSOFT, "the_back_off_of_ews_becomes_retry_after"),
    (MailboxFull, MICROSOFT, "a_full_mailbox_is_422"),
    (MailboxUnavailable, GOOGLE, "a_mailbox_without_mail_is_422"),
    (SenderNotAllowed, MICROSOFT, "another_sender_than_the_grants_is_422_with_the_servers_words"),
    (RecipientRejected, SERVERS, "an_unknown_recipient_is_402"),
    (MessageRejected, SERVERS, "a_refused_message_is_422_with_the_servers_words"),
    (MessageTooLarge, GOOGLE, "a_request_too_large_is_400"),
    (NonAsciiRecipient, SERVERS, "a_recipient_beyond_ascii_is_402"),
    (AttachmentInvalid, GOOGLE, "an_invalid_attachment_is_400"),
    (QuarantinedDevice, MICROSOFT, "a_quarantined_device_is_422"),
    (BasicAuthBlocked, MICROSOFT, "passwords_where_oauth_is_required_are_400"),
    (ConnectionLimit, SERVERS, "too_many_connections_are_429"),
    (TransientBackend, GOOGLE, "a_backend_error_is_503_and_worth_repeating"),
    (GatewayTimeout, GOOGLE, "a_gateway_that_gave_up_is_504_and_a_bad_one_503"),
    (Network, SERVERS, "a_server_out_of_reach_is_504"),
    (Unknown, GOOGLE, "what_nobody_knows_is_unknown_and_handed_on"),
    (ApiKeyInvalid, INPUT, "credentials_are_asked_for_with_the_way_to_send_them"),
    (Unsupported, INPUT, "what_is_not_offered_says_so"),
    (ApiRateLimited, "crates/server/tests/http/edges.rs", "over_the_rate_the_answer_says_when_to_come_back"),
    (RedirectUriInvalid, "crates/server/tests/http/connect.rs", "wrong_requests_are_json_and_never_a_redirect"),
    (WrongAccount, "crates/engine/src/auth/tests/custom.rs", "a_grants_credential_is_renewed_by_its_own_account_only"),
    (Internal, "crates/server/src/error/tests.rs", "what_went_wrong_inside_stays_inside"),
];

#[test]
fn every_kind_is_provoked_by_a_test() {
    let missing: Vec<_> =
        FaultKind::ALL.iter().filter(|kind| !PROVOKED.iter().any(|(provoked, ..)| provoked == *kind)).collect();
    assert!(missing.is_empty(), "no test provokes {missing:?}");
}

#[test]
fn every_test_that_is_named_is_there_and_speaks_of_its_kind() {
    for (kind, file, name) in PROVOKED {
        let body = test_named(file, name).unwrap_or_else(|| panic!("{file} has no test {name}"));
        let speaks = body.contains(&format!("{kind:?}")) || body.contains(&format!("\"{}\"", kind.as_str()));
        assert!(speaks, "{name} in {file} does not speak of {}", kind.as_str());
    }
}

/// The text of a test function, if the file has it and it is a test.
fn test_named(file: &str, name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    let text = std::fs::read_to_string(path).ok()?;
    let at = text.find(&format!("fn {name}("))?;
    let line = text[..at].rfind('\n')?;
    let attribute = text[..line].rsplit('\n').next()?.trim();
    let body = text[at..].split("\n}").next()?;
    (attribute == "#[test]" || attribute.starts_with("#[tokio::test")).then(|| body.to_owned())
}
