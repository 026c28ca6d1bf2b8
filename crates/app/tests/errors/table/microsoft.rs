//! What Microsoft's services say: Graph through the sandbox; what the sandbox has no service for, and Graph's lesser words, fed
//! byte for byte behind a scripted client.

use model::FaultKind::*;
use providers::classify::Protocol;
use serde_json::json;

use super::row::*;

pub fn rows() -> Vec<Row> {
    [credentials(), graph_sends(), graph_throttles(), sending(), throttles()].into_iter().flatten().collect()
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

/// Sends that Graph refuses: the draft was saved, and nothing of it is left.
fn graph_sends() -> Vec<Row> {
    let at_send = |name, of, fault| row(name, of, Call::Send, sandbox(fault));
    let limited = |name, fault| {
        let told = refused(429, "rate_limit_error", SendingQuotaExceeded).scope("mailbox").after(3500, 3600);
        at_send(name, "sending quota exceeded", fault).is(told).then(Then::SendHeldBack)
    };
    let denied = "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.";
    let code = |status, wire_type, kind, code: &'static str| refused(status, wire_type, kind).says("/error/code", code);
    vec![
        at_send("graph_send_as", "sender differs from the grant", "graph.send_as_denied").is(code(
            422,
            "provider_error",
            SenderNotAllowed,
            "ErrorSendAsDenied",
        )
        .server_error(denied)
        .words(&["alias"])),
        at_send("graph_recipients", "at least one recipient failed", "graph.invalid_recipients").is(code(
            402,
            "provider_error",
            RecipientRejected,
            "ErrorInvalidRecipients",
        )),
        at_send("graph_message_blocked", "mail provider error", "graph.message_blocked").is(refused(
            422,
            "provider_error",
            MessageRejected,
        )
        .server_error("The message was blocked.")),
        limited("graph_message_limit", "graph.message_limit"),
        limited("graph_message_limit_429", "graph.message_limit_429"),
        limited("graph_recipient_limit", "graph.recipient_limit"),
        limited("graph_submission_quota", "graph.submission_quota"),
    ]
}

fn graph_throttles() -> Vec<Row> {
    let throttled = |kind| refused(429, "rate_limit_error", kind).scope("mailbox");
    let search = |name, of, before| row(name, of, Call::Search, before);
    // So long that it has not passed when the next request comes.
    let busy = Before::Sandbox { fault: "graph.throttled_503", times: None, with: &[("seconds", "60")] };
    vec![
        search("graph_concurrency", "MailboxConcurrency", sandbox("graph.mailbox_concurrency"))
            .is(throttled(ConcurrencyLimited).says("/error/code", "ApplicationThrottled").soon())
            .asked(1..=3),
        search("graph_busy", "account throttled", busy)
            .is(throttled(AccountThrottled).after(50, 60))
            .then(Then::HeldBack),
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
        row("graph_throttled", "account throttled", Call::Search, with(many, &[("Retry-After", "60.128")]))
            .is(throttled(AccountThrottled).after(50, 61))
            .then(Then::HeldBack),
        row(
            "graph_sending_limit",
            "sending quota exceeded",
            Call::Send,
            Before::Says(graph(429, "ErrorExceededMessageLimit", "Cannot send mail.")),
        )
        .is(throttled(SendingQuotaExceeded).after(3500, 3600)),
        row("mailbox_concurrency", "MailboxConcurrency", Call::Search, with(concurrency(), &[("Retry-After", "60")]))
            .is(throttled(ConcurrencyLimited).after(50, 60)),
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
