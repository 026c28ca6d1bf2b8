//! Reading what a caller searches for, and writing it as an FTS5 expression.

use super::words::{MARK, Piece, last, pairs, pieces};

/// Terms of a query that count; more only widen the answer by what they would have excluded.
const MOST_TERMS: usize = 32;
/// Words of one phrase that count.
const MOST_WORDS: usize = 64;
/// Characters of a query that are looked at.
const LONGEST: usize = 4096;

/// What a query asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Query {
    /// Nothing was typed: it does not narrow.
    Everything,
    /// Something was typed, but no word: nothing matches.
    Nothing,
    /// An FTS5 expression.
    Match(String),
}

/// Reads words (all required), `"phrases"`, `-excluded`, `begin*`. Never fails: whatever is not one of these separates.
///
/// A word with punctuation inside (`ada@example.com`) is a phrase of its parts.
pub(crate) fn parse(scope: &str, text: &str) -> Query {
    let text = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    if text.trim().is_empty() {
        return Query::Everything;
    }
    let (mut wanted, mut excluded) = (Vec::new(), Vec::new());
    for term in terms(text).take(MOST_TERMS) {
        if let Some(phrase) = phrase(scope, &term) {
            if term.exclude { excluded.push(phrase) } else { wanted.push(phrase) }
        }
    }
    expression(scope, &wanted, &excluded)
}

struct Term<'a> {
    text: &'a str,
    exclude: bool,
    prefix: bool,
}

/// Cuts a query at spaces outside quotes. A quote that is never closed reaches to the end.
fn terms(text: &str) -> impl Iterator<Item = Term<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let exclude = rest.starts_with('-');
        let body = rest.trim_start_matches('-');
        let (text, behind) = match body.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => body.split_at(body.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(body.len())),
        };
        let starred = behind.strip_prefix('*');
        rest = starred.unwrap_or(behind);
        Some(Term { text, exclude, prefix: starred.is_some() || text.ends_with('*') })
    })
}

/// The term as an FTS5 phrase, or none when it holds no word.
fn phrase(scope: &str, term: &Term) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let mut prefix = term.prefix;
    // The last character of the run just read, and whether the run was longer.
    let mut run_end: Option<(String, bool)> = None;
    pieces(term.text, |piece| {
        // A run that something follows ends in the text as well, so its last character stands alone there.
        words.extend(run_end.take().map(|(end, _)| end));
        match piece {
            Piece::Word(word) => words.push(word.to_owned()),
            Piece::Run(run) => {
                words.extend(pairs(run).map(str::to_owned));
                run_end = Some((last(run).to_owned(), pairs(run).next().is_some()));
            }
        }
    });
    match run_end {
        // Its pairs are words already, and say all.
        Some((_, true)) => prefix = false,
        // A single character is the beginning of a pair, or the end of a run: a prefix finds both.
        Some((end, false)) => {
            words.push(end);
            prefix = true;
        }
        None => {}
    }
    words.truncate(MOST_WORDS);
    if words.is_empty() {
        return None;
    }
    if let ([word], true) = (words.as_slice(), prefix) {
        // Every message tells what its words begin with, so that one character is not a search through all of them.
        if word.chars().count() == 1 {
            return Some(format!("\"{scope}{MARK}{word}\""));
        }
    }
    let scoped: Vec<String> = words.iter().map(|word| format!("{scope}{word}")).collect();
    Some(format!("\"{}\"{}", scoped.join(" "), if prefix { " *" } else { "" }))
}

/// Words hold letters, digits and marks only, so nothing in a phrase needs escaping. The scope alone is a word of every
/// message, which gives a query of exclusions something to exclude from.
fn expression(scope: &str, wanted: &[String], excluded: &[String]) -> Query {
    if wanted.is_empty() && excluded.is_empty() {
        return Query::Nothing;
    }
    let wanted = if wanted.is_empty() { format!("\"{scope}\"") } else { wanted.join(" AND ") };
    let excluded: String = excluded.iter().map(|phrase| format!(" NOT {phrase}")).collect();
    Query::Match(format!("({wanted}){excluded}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matching(text: &str) -> String {
        match parse("1x", text) {
            Query::Match(expression) => expression,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn all_words_are_required() {
        assert_eq!(matching("Hello World"), r#"("1xhello" AND "1xworld")"#);
    }

    #[test]
    fn phrases_prefixes_and_exclusions() {
        assert_eq!(matching(r#""hello world" inv* -spam"#), r#"("1xhello 1xworld" AND "1xinv" *) NOT "1xspam""#);
        assert_eq!(matching(r#"-"big news""#), r#"("1x") NOT "1xbig 1xnews""#);
        assert_eq!(matching(r#""big new"*"#), r#"("1xbig 1xnew" *)"#);
    }

    #[test]
    fn punctuation_inside_a_word_makes_a_phrase() {
        assert_eq!(matching("ada@example.com"), r#"("1xada 1xexample 1xcom")"#);
    }

    #[test]
    fn runs_are_phrases_of_pairs() {
        assert_eq!(matching("東京都"), r#"("1x東京 1x京都")"#);
        assert_eq!(matching("京"), "(\"1x\u{e000}京\")");
        assert_eq!(matching("v*"), "(\"1x\u{e000}v\")");
        assert_eq!(matching("\"tower 京\""), r#"("1xtower 1x京" *)"#);
        assert_eq!(matching(r#""東京 tower""#), r#"("1x東京 1x京 1xtower")"#);
    }

    #[test]
    fn what_holds_no_word_finds_nothing_and_blank_finds_everything() {
        assert_eq!(parse("1x", "  "), Query::Everything);
        for text in ["*", "-", "\"", "()", "--\"\"*", "\0"] {
            assert_eq!(parse("1x", text), Query::Nothing, "{text:?}");
        }
    }

    #[test]
    fn the_words_of_the_expression_language_are_words() {
        assert_eq!(matching("a OR b NEAR(c)"), r#"("1xa" AND "1xor" AND "1xb" AND "1xnear 1xc")"#);
    }
}
