//! Words: cutting text into them, and comparing them without regard to case and diacritics.
//!
//! Scripts written without blanks (Han, Kana, Thai, Lao, Khmer, Myanmar) are cut into single characters, and a run of
//! them in a search becomes a phrase; everything else matches by whole words only.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One or more words that must stand next to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    words: Vec<String>,
    exact: bool,
}

impl Phrase {
    /// `exact` (from `+word`) compares diacritics too. `None` when the text holds no word at all.
    pub(super) fn new(text: &str, exact: bool) -> Option<Phrase> {
        let words: Vec<String> = tokens(text).map(|token| fold(token, exact)).collect();
        (!words.is_empty()).then_some(Phrase { words, exact })
    }

    /// Whether the phrase occurs in the text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self.words.as_slice() {
            [word] => tokens(text).any(|token| same(token, word, self.exact)),
            _ => self.positions(text).next().is_some(),
        }
    }

    /// The places (counted in words) where the phrase begins.
    pub(super) fn positions<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        let starts = tokens(text).enumerate();
        starts.filter(move |(_, token)| same(token, &self.words[0], self.exact)).filter_map(move |(at, first)| {
            let offset = first.as_ptr() as usize - text.as_ptr() as usize;
            let mut following = tokens(&text[offset..]);
            let all = self.words.iter().all(|word| following.next().is_some_and(|token| same(token, word, self.exact)));
            all.then_some(at)
        })
    }

    /// How many words the phrase has.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
}

/// Cuts text into words, lazily and without copying.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    Tokens { rest: text }
}

struct Tokens<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let start = self.rest.find(char::is_alphanumeric)?;
        let text = &self.rest[start..];
        let first = text.chars().next()?;
        let end = if stands_alone(first) { first.len_utf8() } else { word_end(text) };
        let end = end + text[end..].find(|c| !is_combining_mark(c)).unwrap_or(text.len() - end);
        self.rest = &text[end..];
        Some(&text[..end])
    }
}

fn word_end(text: &str) -> usize {
    let inside = |c: char| (c.is_alphanumeric() && !stands_alone(c)) || is_combining_mark(c);
    text.find(|c| !inside(c)).unwrap_or(text.len())
}

/// Letters of scripts that are written without blanks between words.
fn stands_alone(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

fn same(token: &str, word: &str, exact: bool) -> bool {
    if token.is_ascii() { token.eq_ignore_ascii_case(word) } else { fold(token, exact) == word }
}

/// Lower case; without `exact` also without diacritics, and with ligatures and special letters spelt out.
pub(super) fn fold(text: &str, exact: bool) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.to_lowercase();
    if exact {
        return lower.nfc().collect();
    }
    let mut folded = String::with_capacity(lower.len());
    for c in lower.nfkd().filter(|c| !is_accent(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c => folded.push(c),
        }
    }
    folded
}

/// Marks that readers leave out: accents, Hebrew points, Arabic vowel signs and the Arabic stretcher.
fn is_accent(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F | 0x0591..=0x05C7 | 0x0610..=0x061A | 0x0640 | 0x064B..=0x065F | 0x0670)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        tokens(text).collect()
    }

    #[test]
    fn words_end_at_punctuation_and_single_characters_where_no_blanks_are_written() {
        assert_eq!(cut("Re: don't, ann@sandbox.test"), ["Re", "don", "t", "ann", "sandbox", "test"]);
        assert_eq!(cut("会議のA1"), ["会", "議", "の", "A1"]);
        assert_eq!(cut("회의 자료"), ["회의", "자료"]);
        assert_eq!(cut("हिन्दी में"), ["हिन्दी", "में"]);
        assert_eq!(cut("ที่นี่").len(), 2);
        assert_eq!(cut("... --"), [""; 0]);
    }

    #[test]
    fn folding_takes_case_and_diacritics_away() {
        for (text, folded) in [
            ("Müller", "muller"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("Ñandú", "nandu"),
            ("ΟΔΌΣ", "οδοσ"),
            ("Ёлка", "елка"),
            ("ﬁn", "fin"),
        ] {
            assert_eq!(fold(text, false), folded, "{text}");
        }
        assert_eq!(fold("Müller", true), "müller");
    }

    #[test]
    fn phrases_are_found_whole_and_in_order() {
        let phrase = Phrase::new("quarterly report", false).unwrap();
        assert!(phrase.is_in("The Quarterly, Report!"));
        assert!(phrase.is_in("quarterly quarterly report"));
        assert!(!phrase.is_in("quarterly reports") && !phrase.is_in("report quarterly"));
        assert_eq!(Phrase::new("a b", false).unwrap().positions("x a b a b").collect::<Vec<_>>(), [1, 3]);
        assert!(Phrase::new("!?", false).is_none());
    }
}
