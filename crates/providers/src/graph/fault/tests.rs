use model::Timestamp;

use super::*;

fn fault(status: u16, operation: &str, body: &str) -> Fault {
    let operation = Some(operation);
    classify(&WireAnswer {
        status: Some(status),
        headers: &[],
        body: body.as_bytes(),
        operation,
        now: Timestamp::UNIX_EPOCH,
    })
}

#[test]
fn the_innermost_exact_code_decides() {
    let body = r#"{"error":{"code":"invalidRequest","message":"m","innerError":{"code":"ErrorItemNotFound"}}}"#;
    let fault = fault(400, "messages.get", body);
    assert_eq!(fault.kind, NotFound);
    assert_eq!(fault.provider_code.as_deref(), Some("ErrorItemNotFound"));
    assert!(fault.provider_error.is_some_and(|error| error["error"]["message"] == "m"));
}

#[test]
fn a_batch_item_brings_its_own_status_and_instant() {
    let body =
        r#"{"id":"1","status":429,"headers":{"Retry-After":"2.128"},"body":{"error":{"code":"TooManyRequests"}}}"#;
    let fault = fault(200, "$batch", body);
    assert_eq!(fault.kind, AccountThrottled);
    assert_eq!(fault.verdict, Verdict::At(Timestamp::from_millisecond(2128).unwrap()));
}

#[test]
fn a_5xx_that_is_permanent_for_one_item_is_not_retried() {
    let body = r#"{"error":{"code":"ErrorCorruptData","message":"Data is corrupt."}}"#;
    assert_eq!(fault(500, "messages.get", body).verdict, Verdict::Never);
}

#[test]
fn too_many_recipients_in_one_message_close_no_mailbox() {
    let body = r#"{"error":{"code":"ErrorExceededMaxRecipientLimit","message":"m"}}"#;
    let one = fault(400, "messages.send", body);
    assert_eq!((one.kind, one.verdict, one.scope), (RecipientRejected, Verdict::Never, model::Scope::Request));
    for status in [403, 429] {
        assert_eq!(fault(status, "messages.send", body).kind, SendingQuotaExceeded);
    }
}

#[test]
fn a_send_with_unknown_outcome_is_looked_up() {
    assert_eq!(fault(504, "sendMail", "").verdict, Verdict::LookFirst);
    assert_eq!(fault(504, "messages.list", "").verdict, Verdict::Backoff);
    let refused = r#"{"error":{"code":"ErrorSendAsDenied"}}"#;
    assert_eq!(fault(403, "sendMail", refused).verdict, Verdict::Never);
}

#[test]
fn a_send_that_failed_at_the_server_is_looked_up_whatever_time_it_names() {
    let told = |status, operation, body: &str| {
        let headers = &[("Retry-After", "5")];
        let (body, operation, now) = (body.as_bytes(), Some(operation), Timestamp::UNIX_EPOCH);
        classify(&WireAnswer { status: Some(status), headers, body, operation, now }).verdict
    };
    let soon = Verdict::At(Timestamp::from_second(5).unwrap());
    for operation in ["sendMail", "messages.send"] {
        for (status, code) in
            [(500, "InternalServerError"), (503, "ServiceUnavailable"), (503, ""), (504, "UnknownError")]
        {
            let body = format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
            assert_eq!(told(status, operation, &body), Verdict::LookFirst, "{status} {code} to {operation}");
        }
        let cut = r#"{"error":{"code":"ErrorClientDisconnected","message":"m"}}"#;
        assert_eq!(told(500, operation, cut), Verdict::LookFirst, "{operation}");
        // A brake says that it was not taken.
        for (status, code) in [(429, "TooManyRequests"), (503, "ErrorServerBusy")] {
            let body = format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
            assert_eq!(told(status, operation, &body), soon, "{status} {code} to {operation}");
        }
    }
    assert_eq!(told(503, "messages.list", ""), soon);
}

#[test]
fn a_permission_of_the_directory_is_not_the_persons_to_grant() {
    for message in ["Insufficient privileges to complete the operation.", ""] {
        let body = format!(r#"{{"error":{{"code":"Authorization_RequestDenied","message":"{message}"}}}}"#);
        let fault = fault(403, "me.get", &body);
        assert_eq!((fault.kind, fault.verdict), (InsufficientScope, Verdict::Never), "{message}");
        assert_eq!(fault.scope, model::Scope::Tenant, "{message}");
    }
}

#[test]
fn claims_that_are_named_are_asked_for_and_without_them_it_is_a_policy() {
    let named = r#"Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ==""#;
    for (header, kind) in [("Bearer realm=\"\"", DomainPolicy), (named, Unauthenticated)] {
        let fault = classify(&WireAnswer {
            status: Some(403),
            headers: &[("WWW-Authenticate", header)],
            body: br#"{"error":{"code":"insufficient_claims","message":""}}"#,
            operation: Some("messages.list"),
            now: Timestamp::UNIX_EPOCH,
        });
        assert_eq!((fault.kind, fault.challenge.is_some()), (kind, kind == Unauthenticated), "{header}");
    }
}

#[test]
fn printed_and_broken_bodies_still_tell_their_code() {
    assert_eq!(fault(404, "messages.get", "APIError: code='x' ErrorItemNotFound").kind, NotFound);
    assert_eq!(fault(429, "x", r#"{"error":{"code":"ErrorQuotaExceeded","#).kind, MailboxFull);
}

#[test]
fn only_a_lost_delta_token_asks_for_a_resync() {
    assert_eq!(fault(410, "messages.delta", "").kind, SyncStateExpired);
    assert_eq!(fault(410, "messages.get", "").kind, NotFound);
}

#[test]
fn a_subscription_that_is_gone_says_nothing_of_the_mailbox() {
    let body = r#"{"error":{"code":"ResourceNotFound","message":"The object was not found."}}"#;
    assert_eq!(fault(404, "subscriptions.update", body).kind, NotFound);
    assert_eq!(fault(404, "messages.get", body).kind, MailboxUnavailable);
}

#[test]
fn html_of_a_gateway_is_its_status() {
    let page = format!("<html><body>{}</body></html>", "Bad gateway ".repeat(9000));
    let fault = fault(502, "messages.list", &page);
    assert_eq!(fault.kind, TransientBackend);
    assert!(fault.raw.is_some_and(|raw| raw.len() <= 500));
}
