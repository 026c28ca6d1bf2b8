use model::FaultKind::*;
use model::Timestamp;

use super::*;

#[test]
fn every_protocol_is_read_by_its_name() {
    for protocol in Protocol::ALL {
        assert_eq!(Protocol::parse(protocol.as_str()), Some(protocol));
    }
    assert_eq!(Protocol::parse("pop3"), None);
}

#[test]
fn waits_are_written_as_the_answer_states_them() {
    let headers = [("Retry-After", "2.128")];
    let seen = Observation { http_status: Some(429), headers: &headers, ..Observation::default() };
    assert_eq!(retry_word(&classify(Protocol::Graph, &seen), &seen), "after:2.128");
    let line = "BAD Request is throttled. Suggested Backoff Time: 10000 milliseconds";
    let seen = Observation { imap_response: Some(line), now: Some(Timestamp::UNIX_EPOCH), ..Observation::default() };
    assert_eq!(retry_word(&classify(Protocol::Imap, &seen), &seen), "after:10");
}

#[test]
fn a_code_that_was_taken_out_counts() {
    let seen =
        Observation { body: b"Cannot.", provider_code: Some("ErrorExceededMessageLimit"), ..Observation::default() };
    assert_eq!(classify(Protocol::Graph, &seen).kind, SendingQuotaExceeded);
}

#[test]
fn nothing_at_all_is_unknown() {
    for protocol in Protocol::ALL {
        assert_eq!(classify(protocol, &Observation::default()).kind, Unknown, "{}", protocol.as_str());
    }
}
