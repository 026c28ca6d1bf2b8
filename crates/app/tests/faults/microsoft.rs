//! What Microsoft's services say, and what our callers are told.

use model::FaultKind::*;
use providers::classify::Protocol;
use serde_json::json;

use crate::told::{CUSTOM, Said, http, line};

fn graph(status: u16, code: &str, message: &str) -> Said {
    http(Protocol::Graph, status, json!({"error": {"code": code, "message": message, "innerError": {}}}).to_string())
}

fn sign_in(error: &str, number: u32, sentence: &str) -> Said {
    let body =
        json!({"error": error, "error_description": format!("AADSTS{number}: {sentence}"), "error_codes": [number]});
    http(Protocol::MicrosoftIdentity, 400, body.to_string())
}

#[tokio::test]
async fn passwords_where_oauth_is_required_are_400() {
    let refusal = "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.";
    let told = line(Protocol::Smtp, refusal).during(CUSTOM).told().await;
    told.is(400, "grant.invalid_authentication", BasicAuthBlocked).retry("after_reauth").advises("OAuth");
    line(Protocol::Smtp, refusal).told().await.is(400, "invalid_request_error", BasicAuthBlocked);
}

#[tokio::test]
async fn a_revoked_grant_is_403() {
    let told = sign_in("invalid_grant", 50173, "The provided grant has expired due to it being revoked.").told().await;
    told.is(403, "unauthorized", ReauthRequired).retry("after_reauth");
}

#[tokio::test]
async fn an_expired_secret_is_the_operators() {
    let told = sign_in("invalid_client", 7000222, "The provided client secret keys are expired.").told().await;
    told.is(403, "provider_error", OauthClientMisconfigured).scope("app").retry("never");
}

#[tokio::test]
async fn conditional_access_is_the_administrators() {
    let told = sign_in("invalid_grant", 53003, "Access has been blocked by Conditional Access policies.").told().await;
    told.is(403, "provider_error", DomainPolicy).scope("tenant").retry("never");
}

#[tokio::test]
async fn mailbox_concurrency_is_429() {
    let told = graph(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.").told().await;
    told.is(429, "rate_limit_error", ConcurrencyLimited)
        .scope("mailbox")
        .retry("backoff")
        .advises("Spread requests out");
    let told = graph(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.")
        .with("Retry-After", "10")
        .told()
        .await;
    told.is(429, "rate_limit_error", ConcurrencyLimited).after(10);
}

#[tokio::test]
async fn a_braking_graph_is_429_with_fractions_rounded_up() {
    let told = graph(429, "TooManyRequests", "Please retry again later.").with("Retry-After", "2.128").told().await;
    told.is(429, "rate_limit_error", AccountThrottled).after(3);
}

#[tokio::test]
async fn a_throttled_exchange_account_is_429_though_the_server_said_503() {
    let told = http(Protocol::Eas, 503, "")
        .with("X-MS-ASThrottle", "CommandFrequency")
        .with("Retry-After", "1200")
        .to("SendMail")
        .told()
        .await;
    told.is(429, "rate_limit_error", AccountThrottled).scope("mailbox").after(1200);
    let busy = "The server encountered an unknown error, the device SHOULD retry later.<85>";
    http(Protocol::Eas, 503, busy).told().await.is(429, "rate_limit_error", AccountThrottled).retry("backoff");
}

#[tokio::test]
async fn the_back_off_of_ews_becomes_retry_after() {
    let body = "<s:Fault><detail><e:ResponseCode>ErrorServerBusy</e:ResponseCode><t:MessageXml>\
                <t:Value Name=\"BackOffMilliseconds\">297749</t:Value></t:MessageXml></detail></s:Fault>";
    http(Protocol::Ews, 500, body).told().await.is(429, "rate_limit_error", AccountThrottled).after(298);
}

#[tokio::test]
async fn a_sending_quota_is_429() {
    let told = graph(429, "ErrorExceededMessageLimit", "Cannot send mail.").to("sendMail").told().await;
    told.is(429, "rate_limit_error", SendingQuotaExceeded);
}

#[tokio::test]
async fn another_sender_than_the_grants_is_422_with_the_servers_words() {
    let message = "The user account which was used to submit this request does not have the right to send mail on behalf of \
                   the specified sending account.";
    let told = graph(403, "ErrorSendAsDenied", message).to("sendMail").told().await;
    told.is(422, "provider_error", SenderNotAllowed)
        .retry("never")
        .has("/error/server_error", message)
        .advises("alias");
}

#[tokio::test]
async fn a_quarantined_device_is_422() {
    let told = http(Protocol::Eas, 200, "<Sync><Status>129</Status></Sync>").to("Sync").told().await;
    told.is(422, "provider_error", QuarantinedDevice).scope("account").retry("never").advises("administrator");
}

#[tokio::test]
async fn refused_recipients_are_402() {
    let body = "<m:MessageText>At least one recipient is not valid.</m:MessageText>\
                <m:ResponseCode>ErrorInvalidRecipients</m:ResponseCode>";
    http(Protocol::Ews, 200, body).to("SendItem").told().await.is(402, "provider_error", RecipientRejected);
}

#[tokio::test]
async fn a_full_mailbox_is_422() {
    let told = graph(403, "ErrorQuotaExceeded", "The mailbox exceeded its maximum size.").told().await;
    told.is(422, "provider_error", MailboxFull).has("/error/server_error", "The mailbox exceeded its maximum size.");
}
