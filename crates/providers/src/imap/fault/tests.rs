use model::Verdict;

use super::*;

fn fault(line: &str, command: &str) -> Fault {
    classify(&ImapResponse { line: line.as_bytes(), command: Some(command), now: Timestamp::UNIX_EPOCH })
}

#[test]
fn the_response_code_decides() {
    assert_eq!(fault("a NO [NONEXISTENT] foo already exists", "SELECT").kind, NotFound);
    assert_eq!(fault("a NO [EXPIRED] That password isn't valid any more", "LOGIN").verdict, Verdict::AfterReauth);
    assert_eq!(fault("a NO [AUTHENTICATIONFAILED] Authentication failed.", "LOGIN").verdict, Verdict::AfterRefresh);
}

#[test]
fn stretched_codes_let_the_text_speak() {
    assert_eq!(fault("a NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", "APPEND").kind, MailboxFull);
    assert_eq!(
        fault("* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.", "FETCH").kind,
        BandwidthLimited
    );
    assert_eq!(fault("a NO [UNAVAILABLE] Temporary authentication failure. [h:1]", "LOGIN").verdict, Verdict::Backoff);
    assert_eq!(fault("a NO [LIMIT] At most 32 flags in one mailbox supported", "STORE").kind, InvalidRequest);
    assert_eq!(fault("a NO [LIMIT] x", "LOGIN").kind, ConnectionLimit);
}

#[test]
fn exchange_says_how_long() {
    let fault = fault("BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds", "SELECT");
    assert_eq!(fault.kind, AccountThrottled);
    assert_eq!(fault.verdict, Verdict::At(Timestamp::from_millisecond(299_961).unwrap()));
}

#[test]
fn without_words_the_command_decides() {
    assert_eq!(fault("a NO nope", "LOGIN").kind, Unauthenticated);
    assert_eq!(fault("a NO nope", "SELECT").kind, NotFound);
    assert_eq!(fault("a BAD nope", "SELECT").kind, InvalidRequest);
    assert_eq!(fault("* BYE nope", "NOOP").verdict, Verdict::Backoff);
    assert_eq!(fault("a NO nope", "NOOP").kind, Unknown);
}

#[test]
fn hostile_lines_stay_bounded() {
    let fault = fault(&format!("a NO [{}\r\nX: y", "[A".repeat(90_000)), "NOOP");
    assert!(fault.raw.is_some_and(|raw| raw.chars().count() <= 500));
}
