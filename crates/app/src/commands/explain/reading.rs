//! An error, read: by the classifier of the protocol that was named or guessed.

use model::{Clock as _, Fault, FaultKind, Timestamp, Verdict};
use providers::classify::{Guess, Observation, Protocol, classify, guess};

use super::paste::Paste;
use super::question::Question;
use crate::clock::SystemClock;

/// What is to be explained.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub fault: Fault,
    /// The instant from which waits count.
    pub now: Timestamp,
    /// How it was come by.
    pub source: Source,
}

/// How a subject was come by.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// Its name was given.
    Named,
    /// An answer of ours said it.
    Ours,
    /// A classifier found it.
    Read(Reading),
}

/// Whose error it was taken for.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub protocol: Protocol,
    /// Why this protocol; `None` when it was named.
    pub because: Option<&'static str>,
    /// Whether nothing else comes close.
    pub sure: bool,
    /// What else it may be.
    pub runner_up: Option<Box<(Protocol, Fault)>>,
}

impl Subject {
    /// Whether nothing else comes close.
    pub fn is_sure(&self) -> bool {
        match &self.source {
            Source::Named | Source::Ours => true,
            Source::Read(reading) => reading.sure,
        }
    }

    /// Reads a paste.
    pub fn of(paste: &Paste, protocol: Option<Protocol>, operation: Option<&str>) -> Self {
        let now = SystemClock.now();
        match Question::of(paste) {
            Question::Kind(kind) => Self { fault: Fault::new(kind, kind.cause()), now, source: Source::Named },
            Question::Ours { kind, verdict, message } => {
                let fault = Fault::new(kind, message.unwrap_or_else(|| kind.cause().to_owned())).with_verdict(verdict);
                Self { fault, now, source: Source::Ours }
            }
            Question::Theirs => theirs(paste, protocol, operation, now),
        }
    }
}

fn theirs(paste: &Paste, protocol: Option<Protocol>, operation: Option<&str>, clock: Timestamp) -> Subject {
    let headers: Vec<(&str, &str)> = paste.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let body = spelled_out(&paste.body);
    let undated = Observation {
        http_status: paste.status,
        headers: &headers,
        body: body.as_bytes(),
        operation,
        ..Observation::default()
    };
    // An answer that tells its own time is read as of then; any other as if it had come just now.
    let told = Some(undated.observed_at()).filter(|at| *at != Timestamp::UNIX_EPOCH);
    let now = told.unwrap_or(clock);
    let seen = Observation { now: Some(now), ..undated };
    let (fault, reading) = match protocol {
        Some(protocol) => (classify(protocol, &seen), named(protocol)),
        None => guessed(&seen),
    };
    Subject { fault, now, source: Source::Read(reading) }
}

/// A number of five to seven digits alone is one of Microsoft's sign-in errors.
fn spelled_out(body: &str) -> String {
    let is_number = (5..=7).contains(&body.len()) && body.bytes().all(|b| b.is_ascii_digit());
    if is_number { format!("AADSTS{body}") } else { body.to_owned() }
}

fn named(protocol: Protocol) -> Reading {
    Reading { protocol, because: None, sure: true, runner_up: None }
}

/// The likeliest protocol whose classifier recognises the error; the next one is kept when it may be that as well.
pub(super) fn guessed(seen: &Observation<'_>) -> (Fault, Reading) {
    let mut guesses = guess(seen);
    let clueless = guesses.is_empty();
    if clueless {
        let any =
            |protocol| Guess { protocol, weight: 0, because: "nothing tells its protocol; this one recognises it" };
        guesses = Protocol::ALL.map(any).to_vec();
    }
    let sure = Guess::is_sure(&guesses);
    let mut read: Vec<(Guess, Fault)> = guesses.into_iter().map(|g| (g, classify(g.protocol, seen))).collect();
    // What nobody recognises stays with the likeliest.
    let recognised = read.iter().position(|(_, fault)| fault.kind != FaultKind::Unknown).unwrap_or(0);
    let (first, fault) = read.remove(recognised);
    let differs = |other: &Fault| other.kind != fault.kind || !same_advice(&other.verdict, &fault.verdict);
    let other = read.into_iter().find(|(_, other)| other.kind != FaultKind::Unknown && differs(other));
    let runner_up = other.filter(|_| !sure || recognised > 0).map(|(guess, fault)| Box::new((guess.protocol, fault)));
    let sure = sure && recognised == 0;
    let because = match clueless && fault.kind == FaultKind::Unknown {
        true => "nothing tells its protocol, and it is tried first; nobody recognises it",
        false => first.because,
    };
    (fault, Reading { protocol: first.protocol, because: Some(because), sure, runner_up })
}

fn same_advice(a: &Verdict, b: &Verdict) -> bool {
    a.as_str() == b.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Fault, Reading) {
        let subject = Subject::of(&Paste::of(body, None, Vec::new()), None, None);
        match subject.source {
            Source::Read(reading) => (subject.fault, reading),
            other => panic!("{body} was read as {other:?}"),
        }
    }

    #[test]
    fn numbers_of_microsofts_sign_in_need_no_prefix() {
        for text in ["AADSTS50173", "50173"] {
            let (fault, reading) = read(text);
            assert_eq!((fault.kind, reading.protocol), (FaultKind::ReauthRequired, Protocol::MicrosoftIdentity));
            assert!(reading.sure);
        }
    }

    #[test]
    fn smtp_and_imap_lines_are_known_by_their_beginning() {
        let (fault, reading) = read("550 5.4.5 Daily user sending limit exceeded.");
        assert_eq!((fault.kind, reading.protocol), (FaultKind::SendingQuotaExceeded, Protocol::Smtp));
        let (fault, reading) = read("a1 NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)");
        assert_eq!((fault.kind, reading.protocol), (FaultKind::BandwidthLimited, Protocol::Imap));
    }

    #[test]
    fn what_two_sides_mean_differently_names_the_other() {
        let (_, reading) = read("unauthorized_client");
        assert!(!reading.sure);
        let (fault, reading) = read("connection refused");
        assert_eq!((fault.kind, reading.sure), (FaultKind::Network, false));
        assert!(reading.runner_up.is_none(), "all of them say the same");
    }

    #[test]
    fn what_nobody_recognises_is_not_said_to_be_recognised() {
        let (fault, reading) = read("blorp");
        assert_eq!(fault.kind, FaultKind::Unknown);
        assert!(reading.because.unwrap().ends_with("nobody recognises it") && !reading.sure);
    }

    #[test]
    fn a_named_protocol_is_not_doubted() {
        let paste = Paste::of("", Some(429), vec![("Retry-After".into(), "10".into())]);
        let subject = Subject::of(&paste, Some(Protocol::Graph), None);
        let Source::Read(reading) = &subject.source else { panic!() };
        assert!(reading.sure && reading.because.is_none());
        let wait = subject.fault.retry_at().unwrap().duration_since(subject.now);
        assert_eq!(wait.as_secs(), 10);
    }

    #[test]
    fn an_error_with_a_date_is_read_as_of_then() {
        let paste = Paste::of(
            "HTTP/1.1 429 Too Many\nDate: Thu, 15 Jan 2026 12:00:00 GMT\nRetry-After: 60\n\n{}",
            None,
            Vec::new(),
        );
        let subject = Subject::of(&paste, Some(Protocol::Graph), None);
        assert_eq!(subject.fault.retry_at().unwrap().to_string(), "2026-01-15T12:01:00Z");
    }
}
