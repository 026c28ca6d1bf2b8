//! Whatever a server sends, a classifier answers, soon, with bounded and printable text.

use model::{Fault, Timestamp, Verdict};
use proptest::prelude::*;
use providers::classify::{Observation, Protocol, classify, guess, retry_word};

const NOW: i64 = 1_800_000_000;

/// Bodies like those that providers send, to be mutated.
const SEEDS: &[&str] = &[
    r#"{"error":{"code":"ErrorItemNotFound","message":"m","innerError":{"code":"x","date":"2026-01-01T00:00:00"}}}"#,
    r#"{"id":"1","status":429,"headers":{"Retry-After":"2.5"},"body":{"error":{"code":"TooManyRequests"}}}"#,
    r#"{"error":"invalid_grant","suberror":"bad_token","error_codes":[70043],"error_description":"AADSTS70043: x\r\nTrace"}"#,
    "received HTTP status 401 with response: {\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: é",
    "<m:ResponseCode>ErrorServerBusy</m:ResponseCode><t:Value Name=\"BackOffMilliseconds\">297749</t:Value>",
    "<Sync><Status>3</Status></Sync>",
    "a1 NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
    "BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds",
    "550-5.1.1 The email account 550 5.1.1 does not exist - gsmtp",
    "SMTPDataError: (554, b'5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; verdict is S",
    "{\"error\":{\"code\":429,\"message\":\"User-rate limit exceeded.  Retry after 2026-09-16T03:57:19.386Z (Mail sending)\"}}",
];

fn check(protocol: Protocol, status: Option<u16>, header: &str, body: &[u8]) -> Fault {
    let headers = [("Retry-After", header)];
    let line = String::from_utf8_lossy(body);
    let now = Timestamp::from_second(NOW).unwrap();
    let seen = Observation {
        http_status: status,
        headers: &headers,
        body,
        imap_response: Some(&line),
        operation: Some("messages.send"),
        now: Some(now),
        ..Observation::default()
    };
    assert!(guess(&Observation { imap_response: None, ..seen }).iter().all(|guess| guess.weight <= 100));
    let fault = classify(protocol, &seen);
    assert_bounded(&fault);
    if let Verdict::At(instant) = fault.verdict {
        let wait = instant.duration_since(now).as_secs_f64();
        assert!(wait > 0.0 && wait <= 86_400.0, "waits {wait} s");
    }
    assert!(retry_word(&fault, &seen).len() < 100);
    fault
}

/// Nothing of the answer may break a log line or a header field.
fn assert_bounded(fault: &Fault) {
    let raw = fault.raw.as_deref().unwrap_or_default();
    assert!(raw.chars().count() <= 500, "{} characters of raw text", raw.chars().count());
    for text in [raw, &fault.message, fault.provider_code.as_deref().unwrap_or_default()] {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
    assert!(fault.message.len() < 400);
    let error = fault.provider_error.as_ref();
    assert!(error.is_none_or(serde_json::Value::is_object));
}

proptest! {
    #[test]
    fn any_bytes_are_classified(
        body in proptest::collection::vec(any::<u8>(), 0..2000),
        status in proptest::option::of(0_u16..1000),
        header in "\\PC{0,40}",
    ) {
        for protocol in Protocol::ALL {
            check(protocol, status, &header, &body);
        }
    }

    #[test]
    fn mutated_answers_are_classified(
        seed in 0..SEEDS.len(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 0..12),
    ) {
        let body = cuts.into_iter().fold(SEEDS[seed].as_bytes().to_vec(), |body, (at, byte, how)| mutate(body, at, byte, how));
        for protocol in Protocol::ALL {
            check(protocol, Some(400), "1", &body);
        }
    }
}

fn mutate(mut body: Vec<u8>, at: prop::sample::Index, byte: u8, how: u8) -> Vec<u8> {
    if body.is_empty() {
        return body;
    }
    let at = at.index(body.len());
    match how {
        0 => body[at] = byte,
        1 => body.insert(at, byte),
        2 => body.truncate(at),
        _ => {
            let tail = body[at..].to_vec();
            body.extend(tail);
        }
    }
    body
}

#[test]
fn great_and_deep_bodies_are_cut() {
    let bodies = [
        "[".repeat(3_000_000),
        r#"{"error":"#.repeat(300_000),
        "<html>".repeat(500_000),
        "AADSTS".repeat(400_000),
        "\"code\"".repeat(400_000),
        "<ResponseCode>".repeat(200_000),
        "550-5.1.1 ".repeat(300_000),
        "a NO [".repeat(300_000),
        r#"{"error":{"code":"A","innerError":"#.repeat(90_000),
        "\u{0}\u{1b}]0;title\u{7}".repeat(200_000),
        "T".repeat(2_000_000),
        "\\\"".repeat(1_000_000),
    ];
    for body in &bodies {
        for protocol in Protocol::ALL {
            check(protocol, Some(500), "x", body.as_bytes());
        }
    }
}

#[test]
fn nothing_of_an_answer_becomes_a_header_or_a_line() {
    let body = "{\"error\":{\"code\":\"Bad\\r\\nSet-Cookie: a=b\",\"message\":\"x\\u0000y\"}}";
    let fault = check(Protocol::Graph, Some(400), "1\r\nX: y", body.as_bytes());
    assert_eq!(fault.provider_code, None);
    let body = r#"{"error":{"code":400,"status":"Bad\r\nSet-Cookie: a=b","message":"x\u0000y"}}"#;
    assert_eq!(check(Protocol::GmailRest, Some(400), "1", body.as_bytes()).provider_code, None);
    let body = r#"{"error":"bad\u001b[31m","error_description":"x\r\ny"}"#;
    assert_eq!(check(Protocol::GoogleOauth, Some(400), "1", body.as_bytes()).provider_code, None);
}
