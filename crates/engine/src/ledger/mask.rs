//! Masking what is personal or secret in a provider's words: addresses, tokens, ids, and what is known of the person.
//!
//! It errs on the side of masking. Codes (`AADSTS50173`, `5.7.139`, `userRateLimitExceeded`), statuses and dates stay,
//! because they are what a report is about.

/// From this length on a word with letters and digits is taken for a token.
const TOKEN: usize = 16;
/// From this length on even a word of letters alone is: no code of a provider's is longer.
const LONG_TOKEN: usize = 48;
/// So many digits in a row are an id or a number of someone's.
const DIGITS: usize = 5;
/// Digits of a code that stands behind capital letters (`AADSTS7000215`).
const CODE_DIGITS: usize = 7;
/// Shorter names of a person are too likely to be part of other words.
const SHORTEST_NAME: usize = 3;

/// The text with everything masked; `person` are names and addresses to look for as well, in any case.
pub(super) fn mask(text: &str, person: &[&str]) -> String {
    let text = without(text, person);
    let mut masked = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if belongs(c) {
            word.push(c);
        } else {
            masked.push_str(&judged(&word));
            masked.push(c);
            word.clear();
        }
    }
    masked.push_str(&judged(&word));
    masked
}

/// Characters of addresses, tokens and paths.
fn belongs(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+' | '%' | '/' | '~')
}

/// A word, or what stands in its place.
fn judged(word: &str) -> String {
    if word.contains('@') || word.contains("%40") || is_ip(word) {
        return "<address>".to_owned();
    }
    if !word.contains('/') {
        return mark(word).unwrap_or(word).to_owned();
    }
    // A path, or a token in base64 that holds slashes: then its short pieces are part of the secret too.
    let secret = word.split('/').any(|part| mark(part) == Some("<token>"));
    let parts = word.split('/').map(|part| match mark(part) {
        Some(mark) => mark,
        None if secret && !is_plain(part) => "<token>",
        None => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What a word is masked as, if it is.
fn mark(word: &str) -> Option<&'static str> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let dated = word.len() >= 10 && word.as_bytes()[4] == b'-' && word.as_bytes()[7] == b'-' && longest_run(word) <= 4;
    if is_code(word) || dated {
        None
    } else if word.len() >= LONG_TOKEN || (word.len() >= TOKEN && digits > 0 && letters > 0) {
        Some("<token>")
    } else if longest_run(word) >= DIGITS || is_hex(word) {
        Some("<id>")
    } else {
        None
    }
}

/// Capital letters and a few digits.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let capitals = word.len() - digits.len();
    capitals >= 2 && digits.len() <= CODE_DIGITS && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Eight or more hexadecimal digits, a decimal one among them.
fn is_hex(word: &str) -> bool {
    let bare = word.bytes().filter(|b| *b != b'-');
    bare.clone().count() >= 8 && bare.clone().all(|b| b.is_ascii_hexdigit()) && bare.clone().any(|b| b.is_ascii_digit())
}

fn longest_run(word: &str) -> usize {
    word.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0)
}

fn is_ip(word: &str) -> bool {
    let bare = word.trim_end_matches('.');
    bare.bytes().filter(|b| *b == b'.').count() == 3 && bare.parse::<std::net::Ipv4Addr>().is_ok()
}

/// A word as paths and hosts are made of.
fn is_plain(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_lowercase() || b == b'.')
}

/// The text without the names of a person, each masked wherever it stands.
fn without(text: &str, person: &[&str]) -> String {
    let mut text = text.to_owned();
    for name in person.iter().filter(|name| name.chars().count() >= SHORTEST_NAME) {
        text = replaced(&text, name);
    }
    text
}

/// ASCII letters compare without regard to case; others as they are.
fn replaced(text: &str, name: &str) -> String {
    let (low, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in low.match_indices(&name) {
        out.push_str(&text[from..at]);
        out.push_str("<person>");
        from = at + found.len();
    }
    out.push_str(&text[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn addresses_tokens_and_ids_are_masked() {
        for (text, masked) in [
            ("to <ada@example.com>;", "to <<address>>;"),
            ("u=ada%40example.com&x", "u=<address>&x"),
            ("jörg@exämple.de.", "<address>"),
            ("Bearer ya29.a0AfH6SMBx1234567890", "Bearer <token>"),
            ("\"1//0gAbCdEfGhIjKlMn0pQ-x\"", "\"<token>//<token>\""),
            ("/messages/18c0ffee12ab34cd/modify", "/messages/<token>/modify"),
            ("id 1234567890", "id <id>"),
            ("18c0ffee", "<id>"),
            ("6f9619ff-8b86-d011-b42d-00cf4fc964ff", "<token>"),
            ("from 203.0.113.7", "from <address>"),
        ] {
            assert_eq!(mask(text, &[]), masked);
        }
    }

    #[test]
    fn what_a_report_is_about_stays() {
        for text in [
            "HTTP 418 {\"error\": {\"code\": 418, \"status\": \"IM_A_TEAPOT\", \"reason\": \"userRateLimitExceeded\"}}",
            "AADSTS7000215: Invalid client secret provided.",
            "535 5.7.139 Authentication unsuccessful",
            "Retry after 2026-01-05T10:00:00.000Z",
            "https://www.googleapis.com/auth/gmail.modify",
            "ErrorExceededConnectionCount, MailboxNotEnabledForRESTAPI",
        ] {
            assert_eq!(mask(text, &[]), text);
        }
    }

    #[test]
    fn what_is_known_of_the_person_is_masked_in_any_case() {
        assert_eq!(mask("Dear ADA LOVELACE, no", &["ada@example.com", "Ada Lovelace"]), "Dear <person>, no");
        assert_eq!(mask("an A", &["A"]), "an A", "too short to be told from other words");
    }

    #[test]
    fn any_text_is_survived() {
        for text in ["", "@", "////", "%", "ä-ö-ü-ß-é-à", "\u{0}\u{202e}", &"a".repeat(100_000)] {
            mask(text, &["é", "", "xxx"]);
        }
    }
}
