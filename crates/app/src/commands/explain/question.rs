//! What is asked: the name of a kind, one of our own answers, or something a provider said.

use model::{FaultKind, Timestamp, Verdict};
use serde_json::Value;

use super::paste::Paste;

/// What a paste turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Question {
    /// The name of a kind.
    Kind(FaultKind),
    /// An answer of ours, which says itself what it is.
    Ours { kind: FaultKind, verdict: Verdict, message: Option<String> },
    /// Somebody else's error.
    Theirs,
}

impl Question {
    /// Looks at the body only: header fields and status never make it ours.
    pub fn of(paste: &Paste) -> Self {
        if let Some(kind) = named(&paste.body) {
            return Question::Kind(kind);
        }
        serde_json::from_str(&paste.body).ok().and_then(|body: Value| ours(&body)).unwrap_or(Question::Theirs)
    }
}

/// `rate_limited_user`, also as people write it: `RateLimitedUser`, `rate limited user`, `.../docs/faults/network`.
fn named(text: &str) -> Option<FaultKind> {
    let word =
        text.rsplit("/docs/faults/").next().unwrap_or(text).trim_matches(|c: char| c == '"' || c.is_whitespace());
    if word.len() > 40 {
        return None;
    }
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
    };
    // Words that providers use for things of their own are theirs unless written exactly as ours.
    FaultKind::parse(word).or_else(|| {
        let spelled = word.contains([' ', '-']) || word.starts_with(|c: char| c.is_ascii_uppercase());
        let same = |kind: &&FaultKind| kind.as_str().contains('_') && plain(kind.as_str()) == plain(word);
        FaultKind::ALL.iter().filter(|_| spelled).find(same).copied()
    })
}

fn ours(body: &Value) -> Option<Question> {
    let fault = [&body["error"]["fault"], &body["fault"]].into_iter().find(|fault| fault.is_object())?;
    let kind = FaultKind::parse(fault["kind"].as_str()?)?;
    let retry = &fault["retry"];
    let at = retry["at"].as_i64().and_then(|second| Timestamp::from_second(second).ok());
    let verdict = match (retry["verdict"].as_str(), at) {
        (Some("at"), Some(at)) => Verdict::At(at),
        (Some(word), _) => verdict(word).unwrap_or_else(|| kind.usual_verdict()),
        _ => kind.usual_verdict(),
    };
    let message = body["error"]["message"].as_str().or(body["error_description"].as_str()).map(str::to_owned);
    Some(Question::Ours { kind, verdict, message })
}

fn verdict(word: &str) -> Option<Verdict> {
    use Verdict::*;
    [Never, AfterRefresh, AfterReauth, Backoff, Resync, LookFirst].into_iter().find(|verdict| verdict.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(body: &str) -> Question {
        Question::of(&Paste { body: body.to_owned(), ..Paste::default() })
    }

    #[test]
    fn kinds_are_read_as_people_write_them() {
        for text in
            ["rate_limited_user", "RateLimitedUser", "rate limited user", "https://x.org/docs/faults/rate_limited_user"]
        {
            assert_eq!(question(text), Question::Kind(FaultKind::RateLimitedUser), "{text}");
        }
        assert_eq!(question("network"), Question::Kind(FaultKind::Network));
        assert_eq!(question("notFound"), Question::Theirs, "a reason of Gmail");
    }

    #[test]
    fn our_own_answers_say_what_they_are() {
        let body = r#"{"request_id":"r","error":{"type":"rate_limit_error","message":"Wait.",
            "fault":{"kind":"rate_limited_user","retry":{"verdict":"at","at":1700000000}}}}"#;
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        let expected = Question::Ours {
            kind: FaultKind::RateLimitedUser,
            verdict: Verdict::At(at),
            message: Some("Wait.".into()),
        };
        assert_eq!(question(body), expected);
        assert_eq!(question(r#"{"error":{"fault":{"kind":"of another world"}}}"#), Question::Theirs);
    }
}
