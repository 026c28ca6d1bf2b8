//! `$search`: the part of KQL that Exchange understands in a mailbox.
//!
//! Words beside each other are all wanted; `AND`, `OR`, `NOT` and `-` do what they say, parentheses group.

use super::errors::Error;
use crate::microsoft::mail::item::Item;
use crate::microsoft::mail::letter;
use crate::world::address;

/// A search that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    Term(Option<Scope>, String),
}

/// Where a term is looked for; everywhere without one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scope {
    From,
    To,
    Cc,
    Bcc,
    Participants,
    Recipients,
    Subject,
    Body,
    Attachment,
    HasAttachments,
    Importance,
    Received,
    Sent,
    IsRead,
    Category,
}

const SCOPES: &[(&str, Scope)] = &[
    ("from", Scope::From),
    ("to", Scope::To),
    ("cc", Scope::Cc),
    ("bcc", Scope::Bcc),
    ("participants", Scope::Participants),
    ("recipients", Scope::Recipients),
    ("subject", Scope::Subject),
    ("body", Scope::Body),
    ("attachment", Scope::Attachment),
    ("attachmentnames", Scope::Attachment),
    ("hasattachments", Scope::HasAttachments),
    ("hasattachment", Scope::HasAttachments),
    ("importance", Scope::Importance),
    ("received", Scope::Received),
    ("sent", Scope::Sent),
    ("isread", Scope::IsRead),
    ("category", Scope::Category),
];

impl Query {
    /// Reads `"..."`; the quotes are the caller's to write.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        if inner.trim().is_empty() {
            return Err(refused(text));
        }
        let inner = inner.replace("\\\"", "\"");
        let words = words(&inner);
        let mut reader = Reader { words: &words, depth: 0 };
        let read = reader.any().ok_or_else(|| refused(text))?;
        if reader.words.is_empty() { Ok(read) } else { Err(refused(text)) }
    }

    /// Whether a message is found.
    pub(crate) fn finds(&self, item: &Item) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.finds(item)),
            Self::Any(any) => any.iter().any(|one| one.finds(item)),
            Self::Not(not) => !not.finds(item),
            Self::Term(scope, text) => term(*scope, text, item),
        }
    }
}

fn term(scope: Option<Scope>, text: &str, item: &Item) -> bool {
    let raw = item.content.raw();
    let people = |fields: &[&str]| {
        let all = fields.iter().flat_map(|field| address::addresses(raw, field).unwrap_or_default());
        all.into_iter().any(|person| has(&person.email, text) || person.name.is_some_and(|name| has(&name, text)))
    };
    match scope {
        None => has(item.subject(), text) || has(&item.content.body().text, text) || people(&["from", "to", "cc"]),
        Some(Scope::From) => people(&["from"]),
        Some(Scope::To) => people(&["to"]),
        Some(Scope::Cc) => people(&["cc"]),
        Some(Scope::Bcc) => people(&["bcc"]),
        Some(Scope::Participants) => people(&["from", "to", "cc", "bcc"]),
        Some(Scope::Recipients) => people(&["to", "cc", "bcc"]),
        Some(Scope::Subject) => has(item.subject(), text),
        Some(Scope::Body) => has(&item.content.body().text, text),
        Some(Scope::Attachment) => letter::content_of(raw).1.iter().any(|file| has(&file.name, text)),
        Some(Scope::HasAttachments) => {
            letter::content_of(raw).1.iter().any(|file| !file.is_inline) == matches!(text, "true" | "yes" | "1")
        }
        Some(Scope::Importance) => item.marks.importance.name() == text,
        Some(Scope::Received) => on(item.received_ms, text),
        Some(Scope::Sent) => on(item.sent_ms, text),
        Some(Scope::IsRead) => item.marks.is_read == matches!(text, "true" | "yes" | "1"),
        Some(Scope::Category) => item.marks.categories.iter().any(|category| has(category, text)),
    }
}

/// Words are found from their beginning: `lun` finds Lunch, `unch` does not.
fn has(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (text.to_lowercase(), wanted.trim_end_matches('*'));
    let mut from = 0;
    while let Some(at) = text[from..].find(wanted) {
        let start = from + at;
        if text[..start].chars().next_back().is_none_or(|before| !before.is_alphanumeric()) {
            return true;
        }
        from = start + wanted.len().max(1);
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    false
}

/// `2026-01-31`, `>=2026-01-31`, `2026-01-01..2026-01-31`: days in UTC.
fn on(at_ms: i64, text: &str) -> bool {
    let day = |text: &str| {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
    };
    const DAY_MS: i64 = 86_400_000;
    if let Some((from, to)) = text.split_once("..") {
        return day(from).zip(day(to)).is_some_and(|(from, to)| at_ms >= from && at_ms < to + DAY_MS);
    }
    type Rule = fn(i64, i64) -> bool;
    let rules: [(&str, Rule); 5] = [
        (">=", |at, day| at >= day),
        ("<=", |at, day| at < day + DAY_MS),
        (">", |at, day| at >= day + DAY_MS),
        ("<", |at, day| at < day),
        ("", |at, day| at >= day && at < day + DAY_MS),
    ];
    let rule = rules.iter().find_map(|(mark, rule)| Some((rule, text.strip_prefix(mark)?)));
    rule.is_some_and(|(rule, rest)| day(rest).is_some_and(|day| rule(at_ms, day)))
}

/// How deep a search may nest.
const DEEPEST: usize = 32;

/// Words; what stands in quotes is one, and stays with the scope before it.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars() {
        match letter {
            '"' => quoted = !quoted,
            '(' | ')' if !quoted => {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
                words.push(letter.to_string());
            }
            _ if letter.is_whitespace() && !quoted => {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)))
            }
            _ => word.push(letter),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

struct Reader<'w> {
    words: &'w [String],
    depth: usize,
}

impl Reader<'_> {
    fn any(&mut self) -> Option<Query> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut some = vec![self.all()?];
        while self.take("OR") {
            some.push(self.all()?);
        }
        self.depth -= 1;
        Some(if some.len() == 1 { some.remove(0) } else { Query::Any(some) })
    }

    fn all(&mut self) -> Option<Query> {
        let mut some = vec![self.one()?];
        loop {
            let and = self.take("AND");
            match self.words.first().map(String::as_str) {
                None | Some(")" | "OR") if and => return None,
                None | Some(")" | "OR") => break,
                Some(_) => some.push(self.one()?),
            }
        }
        Some(if some.len() == 1 { some.remove(0) } else { Query::All(some) })
    }

    fn one(&mut self) -> Option<Query> {
        if self.take("NOT") {
            return Some(Query::Not(Box::new(self.one()?)));
        }
        if self.take("(") {
            let inner = self.any()?;
            return self.take(")").then_some(inner);
        }
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        if word == ")" {
            return None;
        }
        if let Some(unwanted) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            return Some(Query::Not(Box::new(scoped(unwanted))));
        }
        Some(scoped(word))
    }

    fn take(&mut self, word: &str) -> bool {
        let here = self.words.first().is_some_and(|have| have == word);
        if here {
            self.words = &self.words[1..];
        }
        here
    }
}

fn scoped(word: &str) -> Query {
    let scope = word.split_once([':', '=']).and_then(|(name, text)| {
        let (_, scope) = SCOPES.iter().find(|(have, _)| have.eq_ignore_ascii_case(name))?;
        Some((*scope, text))
    });
    match scope {
        Some((scope, text)) if !text.is_empty() => Query::Term(Some(scope), text.to_lowercase()),
        _ => Query::Term(None, word.to_lowercase()),
    }
}

fn refused(text: &str) -> Error {
    Error::new(400, "BadRequest", format!("Syntax error: character '\"' is not valid at position 0 in '{text}'."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_read() {
        let term = |scope, text: &str| Query::Term(scope, text.to_owned());
        assert_eq!(
            Query::parse("\"from:ada subject:\\\"two words\\\"\"").unwrap(),
            Query::All(vec![term(Some(Scope::From), "ada"), term(Some(Scope::Subject), "two words")])
        );
        assert_eq!(
            Query::parse("\"(a OR b) AND NOT c -d\"").unwrap(),
            Query::All(vec![
                Query::Any(vec![term(None, "a"), term(None, "b")]),
                Query::Not(Box::new(term(None, "c"))),
                Query::Not(Box::new(term(None, "d"))),
            ])
        );
        for bad in ["\"\"", "\"(a\"", "\"a OR\"", "\"a AND\"", "\")\""] {
            assert!(Query::parse(bad).is_err(), "{bad}");
        }
        assert!(Query::parse(&"(".repeat(100)).is_err());
    }

    #[test]
    fn words_are_found_from_their_beginning_and_days_by_range() {
        assert!(has("At Lunch, ärger", "lun") && has("ärger", "är") && !has("Lunch", "unch"));
        let noon = 1_767_225_600_000 + 43_200_000;
        for (text, found) in [
            ("2026-01-01", true),
            (">2026-01-01", false),
            (">=2026-01-01", true),
            ("2025-12-01..2026-01-01", true),
            ("<2026-01-01", false),
        ] {
            assert_eq!(on(noon, text), found, "{text}");
        }
    }
}
