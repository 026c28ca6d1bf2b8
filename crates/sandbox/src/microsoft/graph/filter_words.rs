//! The words of a `$filter`.

use super::errors::Error;
use super::filter::syntax;

/// One word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Word {
    /// A property's path, a relation, a function, a number or an instant.
    Name(String),
    /// A text, its quotes undone.
    Text(String),
    Open,
    Close,
    Comma,
    Colon,
}

/// Takes an expression apart.
pub(super) fn words(text: &str) -> Result<Vec<Word>, Error> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, length) = match first {
            '(' => (Word::Open, 1),
            ')' => (Word::Close, 1),
            ',' => (Word::Comma, 1),
            '\'' => quoted(rest)?,
            // `c:c` binds a name; the colons of an instant stand between digits.
            ':' => (Word::Colon, 1),
            _ => name(rest),
        };
        if length == 0 {
            return Err(syntax());
        }
        words.push(word);
        rest = rest[length..].trim_start();
    }
    Ok(words)
}

/// A quote inside is written twice.
fn quoted(text: &str) -> Result<(Word, usize), Error> {
    let mut out = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '\'' {
            out.push(letter);
        } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
            out.push('\'');
        } else {
            return Ok((Word::Text(out), at + 1));
        }
    }
    Err(syntax())
}

fn name(text: &str) -> (Word, usize) {
    let is_instant = text.starts_with(|first: char| first.is_ascii_digit());
    let inside = |letter: char| letter.is_alphanumeric() || "/_-.@+".contains(letter) || is_instant && letter == ':';
    let length = text.find(|letter: char| !inside(letter)).unwrap_or(text.len());
    (Word::Name(text[..length].to_owned()), length)
}

#[cfg(test)]
mod tests {
    use super::super::filter::{Condition, Field, Relation, TextTest, Value};

    #[test]
    fn expressions_are_read() {
        let read = Condition::parse(
            "receivedDateTime ge 2026-01-01T00:00:00Z and (isRead eq false or contains(subject,'It''s'))",
        );
        let Condition::All(all) = read.unwrap() else { panic!("an and") };
        assert_eq!(all[0], Condition::Compare(Field::Received, Relation::Ge, Value::At(1_767_225_600_000)));
        let Condition::Any(any) = &all[1] else { panic!("an or") };
        assert_eq!(any[1], Condition::Text(TextTest::Contains, Field::Subject, "it's".into()));
        assert_eq!(Condition::parse("categories/any(c:c eq 'Red')").unwrap(), Condition::HasCategory("Red".into()));
        let extended =
            Condition::parse("singleValueExtendedProperties/Any(ep: ep/id eq 'String {a} Name b' and ep/value eq 'c')");
        assert_eq!(extended.unwrap(), Condition::HasExtended("String {a} Name b".into(), "c".into()));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in
            ["isRead", "isRead eq", "isRead eq 'x'", "(isRead eq true", "nonsense eq 1", "subject eq 'x", "a b c", "§"]
        {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
        assert!(Condition::parse(&"(".repeat(1000)).is_err(), "nesting is bounded");
    }
}
