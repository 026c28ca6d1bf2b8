//! The explanation, for people and for scripts.

use model::{Fault, FaultKind, Timestamp, Verdict};
use serde_json::{Value, json};
use server::faults;

use super::reading::{Reading, Source, Subject};

/// Width of a line for people.
const WIDTH: usize = 100;
/// Width of the column of headings.
const HEADING: usize = 17;

/// The explanation as lines.
pub(super) fn as_lines(subject: &Subject) -> Vec<String> {
    let (fault, entry) = (&subject.fault, subject.fault.kind.entry());
    let mut page = Page::default();
    let guessed = !subject.is_sure() && fault.kind != FaultKind::Unknown;
    let perhaps = if guessed { "Probably " } else { "" };
    page.line(&format!("{perhaps}{}: {}", fault.kind.as_str(), entry.cause));
    page.line("");
    page.source(&subject.source, fault);
    page.doubts(&subject.source, subject.now);
    page.item("What it means", entry.meaning);
    page.item("What to do", entry.remedy);
    entry.steps.iter().for_each(|step| page.item("", &format!("- {step}")));
    page.item("When to retry", &retry_in_words(&fault.verdict, subject.now));
    page.item("Who is affected", fault.scope.in_words());
    page.item("Who can end it", entry.actor.as_str());
    page.item("By itself", entry.by_itself);
    let (status, kind) = (faults::status(fault.kind), faults::wire_type(fault.kind));
    page.item("Answered as", &format!("HTTP {status}, error.type {kind}"));
    page.item("More", &format!("/docs/faults/{} on your installation, docs/FAULTS.md", fault.kind.as_str()));
    page.0
}

/// The explanation as JSON.
pub(super) fn as_json(subject: &Subject) -> Value {
    let (fault, entry) = (&subject.fault, subject.fault.kind.entry());
    json!({
        "kind": fault.kind.as_str(),
        "scope": fault.scope.as_str(),
        "retry": retry(&fault.verdict, subject.now),
        "read_as": reading(subject),
        "provider_code": fault.provider_code,
        "message": fault.message,
        "meaning": entry.meaning,
        "cause": entry.cause,
        "remedy": entry.remedy,
        "steps": entry.steps,
        "actor": entry.actor.as_str(),
        "by_itself": entry.by_itself,
        "http": { "status": faults::status(fault.kind), "type": faults::wire_type(fault.kind) },
        "docs": format!("/docs/faults/{}", fault.kind.as_str()),
    })
}

fn retry(verdict: &Verdict, now: Timestamp) -> Value {
    match verdict {
        Verdict::At(at) => json!({ "verdict": "at", "at": at.to_string(), "after_seconds": seconds(*at, now) }),
        other => json!({ "verdict": other.as_str() }),
    }
}

fn reading(subject: &Subject) -> Value {
    match &subject.source {
        Source::Named => json!({ "source": "kind", "sure": true }),
        Source::Ours => json!({ "source": "postroad", "sure": true }),
        Source::Read(reading) => {
            let other = reading.runner_up.as_deref().map(|(protocol, fault)| {
                let retry = retry(&fault.verdict, subject.now);
                json!({ "protocol": protocol.as_str(), "kind": fault.kind.as_str(), "retry": retry })
            });
            json!({
                "source": "provider",
                "protocol": reading.protocol.as_str(),
                "because": reading.because,
                "sure": reading.sure,
                "runner_up": other,
            })
        }
    }
}

fn retry_in_words(verdict: &Verdict, now: Timestamp) -> String {
    match verdict {
        Verdict::At(at) => format!("Not before {at}, {} after the error.", spoken(seconds(*at, now))),
        other => other.in_words().to_owned(),
    }
}

/// Whole seconds until an instant, rounded up.
fn seconds(at: Timestamp, now: Timestamp) -> i64 {
    let millis = at.duration_since(now).as_millis().max(0);
    i64::try_from((millis + 999) / 1000).unwrap_or(i64::MAX)
}

fn spoken(seconds: i64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", (seconds + 59) / 60),
        _ => format!("{} h", (seconds + 3599) / 3600),
    }
}

/// Lines with headings, wrapped.
#[derive(Default)]
struct Page(Vec<String>);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push(text.to_owned());
    }

    fn item(&mut self, heading: &str, text: &str) {
        let mut lead = format!("{heading:<HEADING$}");
        let indent = if text.starts_with("- ") { "  " } else { "" };
        for (number, line) in wrapped(text, WIDTH - HEADING - indent.len()).iter().enumerate() {
            let indent = if number > 0 { indent } else { "" };
            self.line(format!("{lead}{indent}{line}").trim_end());
            lead = " ".repeat(HEADING);
        }
    }

    fn source(&mut self, source: &Source, fault: &Fault) {
        match source {
            Source::Named => {}
            Source::Ours => self.item("Read as", &format!("an answer of Postroad: {}", fault.message)),
            Source::Read(reading) => {
                self.item("Read as", &read_as(reading));
                if let Some(code) = &fault.provider_code {
                    self.item("Provider's code", code);
                }
            }
        }
    }

    fn doubts(&mut self, source: &Source, now: Timestamp) {
        let Source::Read(reading) = source else { return };
        if reading.sure {
            return;
        }
        match reading.runner_up.as_deref() {
            Some((protocol, fault)) => {
                let retry = retry_in_words(&fault.verdict, now);
                let other = format!("from {} it would be {}. {retry}", protocol.in_words(), fault.kind.as_str());
                self.item("Not sure", &format!("{other} Say --provider {} if it is.", protocol.as_str()));
            }
            None => self.item("Not sure", "where it comes from; --provider names it."),
        }
        self.item("", "A whole answer (status, header fields, body) tells more than a piece of one.");
    }
}

fn read_as(reading: &Reading) -> String {
    let name = reading.protocol.in_words();
    match reading.because {
        Some(because) => format!("{name}, because {because}"),
        None => name.to_owned(),
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let used = lines[last].chars().count();
        if used > 0 && used + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            let gap = if used > 0 { " " } else { "" };
            lines[last].push_str(gap);
            lines[last].push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::paste::Paste;
    use super::*;

    fn shown(text: &str) -> (String, Value) {
        let subject = Subject::of(&Paste::of(text, None, Vec::new()), None, None);
        (as_lines(&subject).join("\n"), as_json(&subject))
    }

    #[test]
    fn an_explanation_says_what_why_what_to_do_and_when() {
        let (text, json) = shown("AADSTS7000215: Invalid client secret provided.");
        assert!(text.starts_with("oauth_client_misconfigured: The provider rejects"), "{text}");
        for part in ["Read as", "AADSTS7000215", "What to do", "Correct the connector", "When to retry", "HTTP 403"] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert_eq!(json["retry"]["verdict"], "never");
        assert_eq!(json["read_as"]["protocol"], "microsoft_oauth");
        assert_eq!(json["read_as"]["sure"], true);
    }

    #[test]
    fn doubt_is_told_with_what_else_it_may_be() {
        let (text, json) = shown("{\"error\":\"unauthorized_client\"}");
        assert_eq!(json["read_as"]["sure"], false);
        assert!(text.starts_with("Probably ") && text.contains("Not sure"), "{text}");
    }

    #[test]
    fn a_piece_of_a_sentence_is_taken_with_a_grain_of_salt() {
        let (text, json) = shown("Quota exceeded for quota metric");
        assert_eq!(json["read_as"]["sure"], false);
        let first = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is missing in {text}"));
        assert!(text.starts_with("Probably rate_limited_"), "{text}");
        assert!(first("Not sure") < first("What to do"), "doubt comes before advice: {text}");
    }

    #[test]
    fn an_instant_is_told_with_its_distance() {
        let (text, json) = shown("User-rate limit exceeded.  Retry after 2026-01-15T12:20:00.000Z");
        assert!(text.contains("Not before 2026-01-15T12:20:00Z"), "{text}");
        assert_eq!(json["retry"]["verdict"], "at");
    }

    #[test]
    fn every_kind_is_explained_within_the_width() {
        for kind in model::FaultKind::ALL {
            let (text, json) = shown(kind.as_str());
            assert!(text.starts_with(kind.as_str()), "{text}");
            assert!(text.lines().skip(1).all(|line| line.chars().count() <= WIDTH), "{text}");
            assert_eq!(json["kind"], kind.as_str());
        }
    }
}
