//! What Microsoft's services say: fed byte for byte behind a scripted client where the sandbox has no such service.

use model::FaultKind::*;
use providers::classify::Protocol;
use serde_json::json;

use super::row::*;

pub fn rows() -> Vec<Row> {
    [credentials(), sending(), throttles()].into_iter().flatten().collect()
}

fn says(protocol: Protocol, status: u16, body: impl Into<String>) -> Wire {
    Wire { protocol, status: Some(status), headers: &[], body: body.into(), operation: "messages.send" }
}

fn graph(status: u16, code: &str, message: &str) -> Wire {
    says(Protocol::Graph, status, json!({"error": {"code": code, "message": message}}).to_string())
}

fn smtp(line: &str) -> Before {
    Before::Says(Wire {
        protocol: Protocol::Smtp,
        status: None,
        headers: &[],
        body: line.into(),
        operation: "messages.send",
    })
}

fn credentials() -> Vec<Row> {
    let password = "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.";
    let blocked =
        |wire_type| refused(400, wire_type, BasicAuthBlocked).scope("tenant").retry("after_reauth").words(&["OAuth"]);
    let of = "Microsoft does not allow direct password entry";
    vec![
        row("password_brought", of, Call::Bring(Brought::Good), smtp(password))
            .is(blocked("grant.invalid_authentication"))
            .grant(Grant::None),
        row("password_at_send", of, Call::Send, smtp(password))
            .is(blocked("invalid_request_error"))
            .grant(Grant::Expired)
            .then(Then::Expired),
    ]
}

fn sending() -> Vec<Row> {
    let invalid = "<m:MessageText>At least one recipient is not valid.</m:MessageText><m:ResponseCode>ErrorInvalidRecipients</m:ResponseCode>";
    let failed = || refused(402, "provider_error", RecipientRejected);
    let spam = "554 5.7.1 Message rejected as spam";
    let denied = "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.";
    let quarantined = "<Sync><Status>129</Status></Sync>";
    let of = "at least one recipient failed";
    vec![
        row("recipient_ews", of, Call::Send, Before::Says(says(Protocol::Ews, 200, invalid))).is(failed()),
        row(
            "recipient_smtp",
            of,
            Call::Send,
            smtp("550 5.1.1 The email account that you tried to reach does not exist."),
        )
        .is(failed().says("/enhanced_code", "5.1.1")),
        row("recipient_not_ascii", of, Call::Send, smtp("550 5.6.7 SMTPUTF8 address required but not supported"))
            .is(refused(402, "invalid_request_error", NonAsciiRecipient).words(&["ASCII"])),
        row("refused_message", "mail provider error", Call::Send, smtp(spam)).is(refused(
            422,
            "provider_error",
            MessageRejected,
        )
        .server_error(spam)),
        row(
            "send_as_denied",
            "sender differs from the grant",
            Call::Send,
            Before::Says(graph(403, "ErrorSendAsDenied", denied)),
        )
        .is(refused(422, "provider_error", SenderNotAllowed).server_error(denied).words(&["alias"])),
        row(
            "quarantined",
            "Exchange device quarantined",
            Call::Send,
            Before::Says(says(Protocol::Eas, 200, quarantined)),
        )
        .is(refused(422, "provider_error", QuarantinedDevice).scope("account").words(&["administrator"])),
    ]
}

fn throttles() -> Vec<Row> {
    let throttled = |kind| refused(429, "rate_limit_error", kind).scope("mailbox");
    let with = |wire: Wire, headers| Before::Says(Wire { headers, ..wire });
    let concurrency = || graph(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.");
    let many = graph(429, "TooManyRequests", "Please retry again later.");
    let busy = "<s:Fault><detail><e:ResponseCode>ErrorServerBusy</e:ResponseCode><t:MessageXml>\
                <t:Value Name=\"BackOffMilliseconds\">297749</t:Value></t:MessageXml></detail></s:Fault>";
    let command: &[(&str, &str)] = &[("X-MS-ASThrottle", "CommandFrequency"), ("Retry-After", "1200")];
    vec![
        row("graph_throttled", "account throttled", Call::Search, with(many, &[("Retry-After", "20.128")]))
            .is(throttled(AccountThrottled).after(15, 21))
            .then(Then::HeldBack),
        row(
            "graph_sending_limit",
            "sending quota exceeded",
            Call::Send,
            Before::Says(graph(429, "ErrorExceededMessageLimit", "Cannot send mail.")),
        )
        .is(throttled(SendingQuotaExceeded).soon()),
        row("mailbox_concurrency", "MailboxConcurrency", Call::Search, with(concurrency(), &[("Retry-After", "10")]))
            .is(throttled(ConcurrencyLimited).after(5, 10)),
        row("mailbox_concurrency_untold", "MailboxConcurrency", Call::Search, Before::Says(concurrency()))
            .is(throttled(ConcurrencyLimited).soon())
            .asked(1..=3),
        row("eas_throttled", "Exchange account throttled", Call::Search, with(says(Protocol::Eas, 503, ""), command))
            .is(throttled(AccountThrottled).after(1100, 1200))
            .then(Then::SendHeldBack),
        row(
            "eas_throttled_at_send",
            "Exchange account throttled",
            Call::Send,
            with(says(Protocol::Eas, 503, ""), command),
        )
        .is(throttled(AccountThrottled).after(1100, 1200))
        .then(Then::HeldBack),
        row("ews_back_off", "Exchange account throttled", Call::Search, Before::Says(says(Protocol::Ews, 500, busy)))
            .is(throttled(AccountThrottled).after(290, 298))
            .then(Then::SendHeldBack),
    ]
}
