//! Cutting text into words.

use std::collections::BTreeSet;

use super::fold::{fold, in_word, unspaced};

/// Characters of a word that count; longer ones (encoded data, mostly) are found by their beginning.
const LONGEST: usize = 48;

/// A stretch of a text after folding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece<'a> {
    /// A word of a script that puts spaces between words.
    Word(&'a str),
    /// A stretch of a script that does not; its words are its pairs of neighbours.
    Run(&'a str),
}

/// Gives every piece of a text, in order.
pub(super) fn pieces(text: &str, mut take: impl FnMut(Piece)) {
    let mut folded = String::new();
    for stretch in text.split(|c| !in_word(c)).filter(|stretch| !stretch.is_empty()) {
        fold(stretch, &mut folded);
        split_scripts(&folded, &mut take);
    }
}

fn split_scripts(mut rest: &str, take: &mut impl FnMut(Piece)) {
    while let Some(first) = rest.chars().next() {
        let kind = unspaced(first);
        let end = rest.find(|c| unspaced(c) != kind).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        take(if kind { Piece::Run(piece) } else { Piece::Word(shortened(piece)) });
        rest = behind;
    }
}

fn shortened(word: &str) -> &str {
    match word.char_indices().nth(LONGEST) {
        Some((end, _)) => &word[..end],
        None => word,
    }
}

/// The pairs of neighbours of a run.
pub(super) fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let starts = run.char_indices().map(|(start, _)| start);
    let ends = run.char_indices().map(|(start, c)| start + c.len_utf8()).skip(1);
    starts.zip(ends).map(|(start, end)| &run[start..end])
}

/// The last character of a run.
pub(super) fn last(run: &str) -> &str {
    run.char_indices().next_back().map_or(run, |(start, _)| &run[start..])
}

/// Stands between the scope and a single character in [`Index::marks`]. It is no word character, so no text holds it.
pub(super) const MARK: char = '\u{e000}';

/// Writes what the full-text index is given.
pub(crate) struct Index<'a> {
    scope: &'a str,
    /// One bit per ASCII character that begins a word.
    ascii_beginnings: u128,
    other_beginnings: BTreeSet<char>,
}

impl<'a> Index<'a> {
    /// Every word written will have `scope` in front.
    pub(crate) fn new(scope: &'a str) -> Self {
        Self { scope, ascii_beginnings: 0, other_beginnings: BTreeSet::new() }
    }

    /// The words of a text, each with the scope, separated by spaces. Words beyond about `limit` bytes are left out.
    ///
    /// A run is given as its pairs and then its last character alone, so that a phrase can go on behind it.
    pub(crate) fn words(&mut self, text: &str, limit: usize) -> String {
        let mut out = String::with_capacity((text.len() + text.len() / 2).min(limit + 64));
        let mut put = |word: &str| {
            if out.len() < limit {
                out.push_str(self.scope);
                out.push_str(word);
                out.push(' ');
                match word.chars().next() {
                    Some(ascii) if ascii.is_ascii() => self.ascii_beginnings |= 1 << u32::from(ascii),
                    other => self.other_beginnings.extend(other),
                }
            }
        };
        pieces(text, |piece| match piece {
            Piece::Word(word) => put(word),
            Piece::Run(run) => {
                pairs(run).for_each(&mut put);
                put(last(run));
            }
        });
        out
    }

    /// What answers two questions that would otherwise read half the index: the scope alone is in every message, for
    /// queries that only exclude; and each character that begins a word, for a prefix (or a query in a script without
    /// spaces) of one character.
    pub(crate) fn marks(self) -> String {
        let mut out = format!("{} ", self.scope);
        let ascii = (0..128u8).filter(|c| self.ascii_beginnings >> c & 1 == 1).map(char::from);
        for beginning in ascii.chain(self.other_beginnings) {
            out.push_str(self.scope);
            out.push(MARK);
            out.push(beginning);
            out.push(' ');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(scope: &str, text: &str) -> String {
        Index::new(scope).words(text, 1000)
    }

    #[test]
    fn words_are_cut_at_everything_else() {
        assert_eq!(words("", "Re: ada@example.com, it's 3.5%"), "re ada example com it s 3 5 ");
    }

    #[test]
    fn each_word_carries_the_scope() {
        assert_eq!(words("7x", "Hello World"), "7xhello 7xworld ");
    }

    #[test]
    fn unspaced_scripts_become_pairs_and_a_last_character() {
        assert_eq!(words("", "東京都"), "東京 京都 都 ");
        assert_eq!(words("", "iPhone手机!"), "iphone 手机 机 ");
        assert_eq!(words("", "水"), "水 ");
    }

    #[test]
    fn marks_tell_the_scope_and_what_words_begin_with() {
        let mut index = Index::new("7x");
        index.words("beta alpha Beta", 1000);
        assert_eq!(index.marks(), "7x 7x\u{e000}a 7x\u{e000}b ");
    }

    #[test]
    fn long_words_and_long_texts_are_bounded() {
        assert_eq!(words("", &"x".repeat(500)).trim().len(), LONGEST);
        assert!(Index::new("").words(&"word ".repeat(500), 100).len() < 110);
    }
}
