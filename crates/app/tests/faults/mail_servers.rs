//! What IMAP and SMTP servers say, and what our callers are told.

use model::FaultKind::*;
use model::{Fault, Provider};
use providers::classify::Protocol::{Imap, Smtp};
use providers::transport::fault::{Failure, classify};

use crate::told::{CUSTOM, MAIL, Told, line};

#[tokio::test]
async fn a_recipient_beyond_ascii_is_402() {
    let told = line(Smtp, "550 5.6.7 SMTPUTF8 address required but not supported").told().await;
    told.is(402, "invalid_request_error", NonAsciiRecipient).retry("never").advises("ASCII");
}

#[tokio::test]
async fn an_unknown_recipient_is_402() {
    let told = line(Smtp, "550 5.1.1 The email account that you tried to reach does not exist.").told().await;
    told.is(402, "provider_error", RecipientRejected).has("/error/provider_error/enhanced_code", "5.1.1");
}

#[tokio::test]
async fn a_refused_message_is_422_with_the_servers_words() {
    let text = "554 5.7.1 Message rejected as spam";
    let told = line(Smtp, text).told().await;
    told.is(422, "provider_error", MessageRejected).retry("never").has("/error/server_error", text);
}

#[tokio::test]
async fn a_sending_quota_is_429() {
    let told = line(Smtp, "550 5.4.5 Daily user sending limit exceeded.").told().await;
    told.is(429, "rate_limit_error", SendingQuotaExceeded).scope("mailbox").retry("backoff");
}

#[tokio::test]
async fn a_greylisting_is_429() {
    let told = line(Smtp, "450 4.7.1 Greylisted, try again later").told().await;
    told.is(429, "rate_limit_error", AccountThrottled).retry("backoff");
}

#[tokio::test]
async fn too_many_connections_are_429() {
    for said in [
        line(Imap, "a1 NO [ALERT] Too many simultaneous connections. (Failure)"),
        line(Smtp, "432 4.3.2 Concurrent connections limit exceeded"),
    ] {
        said.told().await.is(429, "rate_limit_error", ConnectionLimit).scope("mailbox").retry("backoff");
    }
}

#[tokio::test]
async fn too_many_bytes_are_429() {
    let told = line(Imap, "a1 NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)").told().await;
    told.is(429, "rate_limit_error", BandwidthLimited).scope("mailbox");
}

#[tokio::test]
async fn a_pause_in_a_sentence_becomes_retry_after() {
    let told = line(Imap, "a1 BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds").told().await;
    told.is(429, "rate_limit_error", AccountThrottled).after(300);
}

#[tokio::test]
async fn a_wrong_password_is_400_where_it_was_brought_and_401_later() {
    let said = || line(Imap, "a1 NO [AUTHENTICATIONFAILED] Authentication failed.");
    said().during(CUSTOM).told().await.is(400, "grant.invalid_authentication", Unauthenticated);
    said().told().await.is(401, "unauthorized", Unauthenticated);
}

#[tokio::test]
async fn a_server_out_of_reach_is_504() {
    let refused = classify(Failure::Refused, Provider::Imap, Some("messages.list"), "connection refused");
    Told::of(refused, MAIL).await.is(504, "provider_error", Network).retry("backoff");
    let cut: Fault = classify(Failure::Reset, Provider::Imap, Some("messages.send"), "connection reset");
    Told::of(cut, MAIL).await.is(504, "provider_error", Network).retry("look_first");
}
