//! Whatever a server sends, a classifier answers, soon, with bounded and printable text.

mod mutate;

use std::io::Write as _;
use std::sync::LazyLock;

use model::{Fault, Timestamp, Verdict};
use proptest::prelude::*;
use providers::classify::{Labelled, Observation, Protocol, classify, guess, retry_word};

const NOW: i64 = 1_800_000_000;
/// Longest JSON of a fault's `provider_error`. An object of 16 KB is handed on; escapes lengthen it sixfold at most.
const ERROR_LIMIT: usize = 6 * 16 * 1024;

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
    r#"{"error":{"code":403,"message":"Quota exceeded","errors":[{"reason":"rateLimitExceeded"}],"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","metadata":{"quota_unit":"1/min/{project}/{user}","window_start_time":"1800000000"}},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"5.5s"}]}}"#,
    "<!DOCTYPE html>\n<title>Error 502 (Server Error)!!1</title><style>*{margin:0}</style><p>Please try again in 30 seconds.",
    "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=",
];

fn check(protocol: Protocol, status: Option<u16>, header: &str, body: &[u8]) -> Fault {
    let headers =
        [("Retry-After", header), ("x-ms-retry-after-ms", header), ("X-MS-ASThrottle", header), ("Date", header)];
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
    // A code that a client took out of the answer is as hostile as the answer.
    let coded =
        Observation { ews_code: Some(&line), smtp_code: Some(&line), provider_code: Some(&line), now: None, ..seen };
    assert_bounded(&classify(protocol, &coded));
    fault
}

/// Nothing of the answer may break a log line or a header field.
fn assert_bounded(fault: &Fault) {
    let raw = fault.raw.as_deref().unwrap_or_default();
    assert!(raw.chars().count() <= 500, "{} characters of raw text", raw.chars().count());
    let code = fault.provider_code.as_deref().unwrap_or_default();
    assert!(code.len() <= 64 && code.bytes().all(|b| b.is_ascii_graphic() || b == b' '), "{code:?}");
    for text in [raw, &fault.message, fault.field.as_deref().unwrap_or_default()] {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
    assert!(fault.message.len() < 400);
    if let Some(error) = &fault.provider_error {
        assert!(error.is_object());
        let length = error.to_string().len();
        assert!(length <= ERROR_LIMIT, "an error object of {length} bytes is handed on");
    }
}

fn mutated(body: &[u8], changes: &[mutate::Change]) -> Vec<u8> {
    changes.iter().fold(body.to_vec(), mutate::apply)
}

/// A collected body and the protocol it came over.
type Case = (Protocol, Vec<u8>);

/// The bodies of other people's errors, where a collection of them lies beside the checkout.
fn collected() -> Option<&'static [Case]> {
    static ALL: LazyLock<Option<Vec<Case>>> = LazyLock::new(read);
    ALL.as_deref()
}

fn read() -> Option<Vec<Case>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/open.jsonl");
    let text = std::fs::read_to_string(path).ok()?;
    let cases = text.lines().filter_map(|line| Labelled::read(line).ok());
    Some(cases.filter_map(|case| Some((case.protocol()?, case.text("body")?.as_bytes().to_vec()))).collect())
}

proptest! {
    #[test]
    fn any_bytes_are_classified(
        body in proptest::collection::vec(any::<u8>(), 0..2000),
        status in proptest::option::of(0_u16..1000),
        header in mutate::header(),
    ) {
        for protocol in Protocol::ALL {
            check(protocol, status, &header, &body);
        }
    }

    #[test]
    fn mutated_answers_are_classified(
        changes in proptest::collection::vec(mutate::change(), 0..8),
        status in proptest::option::of(100_u16..600),
        header in mutate::header(),
        pick in any::<prop::sample::Index>(),
    ) {
        let body = mutated(SEEDS[pick.index(SEEDS.len())].as_bytes(), &changes);
        for protocol in Protocol::ALL {
            check(protocol, status, &header, &body);
        }
    }

    #[test]
    fn mutated_collected_answers_are_classified(
        changes in proptest::collection::vec(mutate::change(), 0..8),
        status in proptest::option::of(100_u16..600),
        header in mutate::header(),
        pick in any::<prop::sample::Index>(),
    ) {
        let Some(collected) = collected() else {
            let _ = writeln!(std::io::stdout(), "skipped: no ../shared/corpus/open.jsonl beside the checkout");
            return Ok(());
        };
        let (protocol, body) = &collected[pick.index(collected.len())];
        check(*protocol, status, &header, &mutated(body, &changes));
    }
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
        "\u{0}".repeat(3_000_000),
        format!("{{\"error\":{{\"message\":\"{}\"}}}}", "x".repeat(3_000_000)),
        format!("{{\"error\":{{\"code\":\"x\",\"details\":[{}0]}}}}", "0,".repeat(20_000)),
        "<Status>".repeat(300_000),
        "2026-01-01T00:00:00Z".repeat(100_000),
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

#[test]
fn what_lies_beyond_the_part_that_is_looked_at_changes_nothing() {
    for (seed, protocol) in SEEDS.iter().flat_map(|seed| Protocol::ALL.map(|protocol| (seed, protocol))) {
        let short = format!("{seed}{}", " ".repeat(64 * 1024));
        let long = format!("{short}{}", SEEDS.join(" ").repeat(500));
        let (short, long) =
            (check(protocol, Some(500), "", short.as_bytes()), check(protocol, Some(500), "", long.as_bytes()));
        assert_eq!(short, long, "{}", protocol.as_str());
    }
}
