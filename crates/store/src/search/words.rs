//! Cutting text into words.

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

/// What the index is given for a text: its words with `scope` in front of each, separated by spaces.
///
/// A run is given as its pairs and then its last character alone, so that every character begins some word and a
/// single one can be found as a prefix. Words beyond about `limit` bytes of output are left out.
pub(crate) fn index(scope: &str, text: &str, limit: usize) -> String {
    let mut out = String::with_capacity((text.len() + text.len() / 2).min(limit + 64));
    let put = |out: &mut String, word: &str| {
        if out.len() < limit {
            out.push_str(scope);
            out.push_str(word);
            out.push(' ');
        }
    };
    pieces(text, |piece| match piece {
        Piece::Word(word) => put(&mut out, word),
        Piece::Run(run) => {
            pairs(run).for_each(|pair| put(&mut out, pair));
            put(&mut out, last(run));
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_at_everything_else() {
        assert_eq!(index("", "Re: ada@example.com, it's 3.5%", 1000), "re ada example com it s 3 5 ");
    }

    #[test]
    fn each_word_carries_the_scope() {
        assert_eq!(index("7x", "Hello World", 1000), "7xhello 7xworld ");
    }

    #[test]
    fn unspaced_scripts_become_pairs_and_a_last_character() {
        assert_eq!(index("", "東京都", 1000), "東京 京都 都 ");
        assert_eq!(index("", "iPhone手机!", 1000), "iphone 手机 机 ");
        assert_eq!(index("", "水", 1000), "水 ");
    }

    #[test]
    fn long_words_and_long_texts_are_bounded() {
        assert_eq!(index("", &"x".repeat(500), 1000).trim().len(), LONGEST);
        assert!(index("", &"word ".repeat(500), 100).len() < 110);
    }
}
