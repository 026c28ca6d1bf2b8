//! What a row of a classifier's table says, and how a ruling becomes a [`Fault`].
//!
//! Every classifier ends in the same two steps: a table gives a [`Ruling`], and [`Finding`] dresses it with what the
//! answer held. The tables stay data, so that they can be read against the page they were taken from.

use std::collections::HashMap;

use memchr::memmem::Finder;
use model::{Fault, FaultKind, Provider, Scope, Timestamp, Verdict};
use serde_json::Value;

use crate::wire;

/// What a row says instead of its kind's usual verdict. An instant comes from the answer, never from a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Advice {
    Never,
    Backoff,
}

/// One classification: a kind, and where the kind's usual scope or verdict does not fit, another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Ruling {
    pub kind: FaultKind,
    scope: Option<Scope>,
    advice: Option<Advice>,
    sentence: Option<&'static str>,
}

/// A ruling with the usual scope and verdict of its kind.
pub(crate) const fn is(kind: FaultKind) -> Ruling {
    Ruling { kind, scope: None, advice: None, sentence: None }
}

impl Ruling {
    /// The same about someone else.
    pub const fn on(self, scope: Scope) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// The same with another verdict.
    pub const fn but(self, advice: Advice) -> Self {
        Self { advice: Some(advice), ..self }
    }

    /// Whether the row itself gives this advice.
    pub fn advises(&self, advice: Advice) -> bool {
        self.advice == Some(advice)
    }

    /// The same with a sentence more exact than the kind's.
    pub const fn say(self, sentence: &'static str) -> Self {
        Self { sentence: Some(sentence), ..self }
    }

    /// The verdict, with `wait` where waiting is what it asks for.
    pub fn verdict(&self, wait: Option<Timestamp>) -> Verdict {
        let verdict = match self.advice {
            None => self.kind.usual_verdict(),
            Some(Advice::Never) => Verdict::Never,
            Some(Advice::Backoff) => Verdict::Backoff,
        };
        match (verdict, wait) {
            (Verdict::Backoff, Some(instant)) => Verdict::At(instant),
            (verdict, _) => verdict,
        }
    }
}

/// What a classifier found in one answer.
pub(crate) struct Finding<'a> {
    pub ruling: Ruling,
    /// The instant the answer names, already within bounds.
    pub wait: Option<Timestamp>,
    pub provider: Provider,
    pub code: Option<String>,
    /// The provider's error object, if it sent one.
    pub error: Option<Value>,
    /// What the log keeps.
    pub raw: &'a [u8],
}

impl Finding<'_> {
    /// The fault to hand up.
    pub fn into_fault(self) -> Fault {
        let sentence = self.ruling.sentence.unwrap_or(self.ruling.kind.cause());
        let code = self.code.and_then(|code| wire::safe_code(&code));
        let message = match &code {
            Some(code) => format!("{sentence} The provider's code is {code}."),
            None => sentence.to_owned(),
        };
        let raw = wire::short_raw(self.raw);
        Fault {
            scope: self.ruling.scope.unwrap_or(self.ruling.kind.usual_scope()),
            verdict: self.ruling.verdict(self.wait),
            provider: Some(self.provider),
            provider_code: code,
            provider_error: self.error.filter(Value::is_object),
            raw: (!raw.is_empty()).then_some(raw),
            ..Fault::new(self.ruling.kind, message)
        }
    }
}

/// Rulings by code, compared without regard to case.
pub(crate) struct CodeTable(HashMap<String, Ruling>);

impl CodeTable {
    /// Builds the table; a code may stand in one row only.
    pub fn new(rows: &[(&[&str], Ruling)]) -> Self {
        let mut table = HashMap::new();
        for (codes, ruling) in rows {
            for code in *codes {
                let earlier = table.insert(code.to_ascii_lowercase(), *ruling);
                debug_assert!(earlier.is_none(), "{code} stands in two rows");
            }
        }
        Self(table)
    }

    /// The ruling for a code, if it is listed.
    pub fn get(&self, code: &str) -> Option<Ruling> {
        let mut low = [0_u8; LONGEST_CODE];
        let low = low.get_mut(..code.len())?;
        low.copy_from_slice(code.as_bytes());
        low.make_ascii_lowercase();
        self.0.get(std::str::from_utf8(low).ok()?).copied()
    }
}

/// No code of any provider is longer.
const LONGEST_CODE: usize = 80;

/// Rulings by the provider's wording: the last resort, one table per provider, each row with its source.
pub(crate) struct PhraseTable(Vec<(Vec<Finder<'static>>, Ruling)>);

/// A row: phrases in lower case that must all occur, and what they mean.
pub(crate) type PhraseRow = (&'static [&'static str], Ruling);

impl PhraseTable {
    /// Builds the table; earlier rows win.
    pub fn new(rows: &'static [PhraseRow]) -> Self {
        Self(rows.iter().map(|(all, ruling)| (all.iter().map(Finder::new).collect(), *ruling)).collect())
    }

    /// The first row whose phrases all occur in `low`, which is in lower case.
    pub fn find(&self, low: &str) -> Option<Ruling> {
        let hit = |phrases: &[Finder<'_>]| phrases.iter().all(|phrase| phrase.find(low.as_bytes()).is_some());
        self.0.iter().find(|(phrases, _)| hit(phrases)).map(|(_, ruling)| *ruling)
    }
}

#[cfg(test)]
mod tests {
    use model::FaultKind::*;

    use super::*;

    #[test]
    fn an_instant_only_replaces_backoff() {
        let soon = Timestamp::from_second(10).unwrap();
        assert_eq!(is(AccountThrottled).verdict(Some(soon)), Verdict::At(soon));
        assert_eq!(is(InvalidRequest).verdict(Some(soon)), Verdict::Never);
        assert_eq!(is(Unknown).verdict(None), Verdict::Backoff);
    }

    #[test]
    fn codes_are_found_in_any_case_and_never_by_part() {
        let table = CodeTable::new(&[(&["ErrorItemNotFound"], is(NotFound))]);
        assert_eq!(table.get("erroritemnotfound"), Some(is(NotFound)));
        assert_eq!(table.get("ErrorItem"), None);
        assert_eq!(table.get(&"x".repeat(5000)), None);
    }

    #[test]
    fn a_row_needs_all_its_phrases() {
        static ROWS: &[PhraseRow] = &[(&["mailbox", "full"], is(MailboxFull))];
        let table = PhraseTable::new(ROWS);
        assert_eq!(table.find("the mailbox is full"), Some(is(MailboxFull)));
        assert_eq!(table.find("the mailbox is fine"), None);
    }
}
