//! Folding: what counts as the same letter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether a character is part of a word, before or after folding. Marks belong to the letter they stand on.
pub(super) fn in_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() || is_combining_mark(c) }
}

/// Folds a stretch of word characters into `into`: lower case, compatibility forms resolved (full width, ligatures),
/// accents of alphabets dropped, marks that make another letter kept (Japanese voicing, Thai and Indic vowels).
pub(super) fn fold(stretch: &str, into: &mut String) {
    into.clear();
    if stretch.is_ascii() {
        into.extend(stretch.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    let bare = stretch.nfkd().filter(|c| !is_accent(*c)).nfc().flat_map(char::to_lowercase);
    for c in bare {
        match c {
            'ß' => into.push_str("ss"),
            'ς' => into.push('σ'),
            // Compatibility forms can hold spaces and points; lower-casing can leave a dot above.
            c if in_word(c) && !is_accent(c) => into.push(c),
            _ => {}
        }
    }
}

/// Marks without which a word is still found: accents on alphabets, Hebrew points, Arabic vowel signs.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Whether a (folded) character belongs to a script whose words are not told apart by spaces, or carry their particles.
pub(super) fn unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Thai, Lao, Myanmar, Khmer
        | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7ff}' // Hangul
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{31ff}' // radicals, kana, bopomofo
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut into = String::new();
        fold(text, &mut into);
        into
    }

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(folded("Ångström"), "angstrom");
        assert_eq!(folded("A\u{30a}ngstro\u{308}m"), "angstrom");
        assert_eq!(folded("STRASSE"), folded("Straße"));
        assert_eq!(folded("ΟΔΟΣ"), folded("οδος"));
        assert_eq!(folded("İstanbul"), "istanbul");
        assert_eq!(folded("Ёлка"), "елка");
    }

    #[test]
    fn width_and_ligatures_do_not_matter() {
        assert_eq!(folded("ＡＢＣ"), "abc");
        assert_eq!(folded("ﬁne"), "fine");
        assert_eq!(folded("ｶﾞ"), "ガ");
    }

    #[test]
    fn marks_that_make_another_letter_stay() {
        assert_ne!(folded("が"), folded("か"));
        assert_eq!(folded("か\u{3099}"), folded("が"));
        assert_eq!(folded("ที่"), "ที่");
    }

    #[test]
    fn folding_leaves_word_characters_only() {
        assert_eq!(folded("㏂"), "am");
        assert!(folded("ﷺ").chars().all(in_word));
    }
}
