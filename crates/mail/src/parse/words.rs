//! Encoded words in header fields (RFC 2047), as they occur and not only as they should.
//!
//! Adjacent words of one charset are joined before the charset is applied, because many senders split multi-byte
//! characters over two words. The scan is linear: the next `?=` is looked up once, however many openings precede it.

use std::ops::Range;

use super::{charset, transfer};

/// Decodes every encoded word in `text`; everything else stays as it is.
pub(crate) fn decode(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let mut scan = Scan { text, next_end: 0 };
    let mut out = String::with_capacity(text.len());
    let mut run: Option<Run> = None;
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&text.as_bytes()[at..], b"=?") {
        let start = at + found;
        let Some(word) = scan.word_at(start) else {
            at = start + 2;
            continue;
        };
        let between = &text[copied..start];
        match &mut run {
            // White space between encoded words is not part of the text (RFC 2047 section 6.2).
            Some(run) if between.trim().is_empty() => run.push(&word, &mut out),
            _ => {
                Run::finish(run.take(), &mut out);
                out.push_str(between);
                run = Some(Run::start(&word));
            }
        }
        copied = word.range.end;
        at = copied;
    }
    Run::finish(run, &mut out);
    out.push_str(&text[copied..]);
    out
}

struct Scan<'x> {
    text: &'x str,
    /// Where the last looked-up `?=` is; valid for every opening before it.
    next_end: usize,
}

struct Word<'x> {
    charset: &'x str,
    bytes: Vec<u8>,
    range: Range<usize>,
}

impl<'x> Scan<'x> {
    /// `=?charset?B|Q?data?=` at `start`, or nothing.
    fn word_at(&mut self, start: usize) -> Option<Word<'x>> {
        let rest = self.text.get(start + 2..)?;
        // RFC 2978 limits charset names to 40 characters; RFC 2231 section 5 allows a language after `*`.
        let mut window = rest.len().min(100);
        while !rest.is_char_boundary(window) {
            window -= 1;
        }
        let question = rest[..window].find('?')?;
        let charset = rest[..question].split('*').next().unwrap_or_default();
        if charset.is_empty() || charset.contains(char::is_whitespace) {
            return None;
        }
        let after = rest.get(question + 1..)?;
        let encoding = after.chars().next()?;
        if !after[encoding.len_utf8()..].starts_with('?') {
            return None;
        }
        let data_start = start + 2 + question + 1 + encoding.len_utf8() + 1;
        let data_end = self.end_after(data_start)?;
        let data = self.text.get(data_start..data_end)?;
        let bytes = match encoding {
            'B' | 'b' => transfer::base64(data.as_bytes()),
            'Q' | 'q' => transfer::q_word(data.as_bytes()),
            _ => return None,
        };
        let range = start..data_end + 2;
        // Raw 8-bit characters inside a word were decoded with the field; only the rest is in the word's charset.
        if !data.is_ascii() && !charset.eq_ignore_ascii_case("utf-8") {
            return Some(Word { charset: "utf-8", bytes: mixed(data, encoding, charset).into_bytes(), range });
        }
        Some(Word { charset, bytes, range })
    }

    fn end_after(&mut self, from: usize) -> Option<usize> {
        if self.next_end < from {
            let found = memchr::memmem::find(self.text.as_bytes().get(from..)?, b"?=");
            self.next_end = found.map_or(usize::MAX, |f| from + f);
        }
        (self.next_end != usize::MAX).then_some(self.next_end)
    }
}

/// Decodes the ASCII stretches of `Q` data and keeps what lies between them; `B` data has no such stretches.
fn mixed(data: &str, encoding: char, charset: &str) -> String {
    if !encoding.eq_ignore_ascii_case(&'q') {
        return charset::decode(&transfer::base64(data.as_bytes()), Some(charset));
    }
    let mut out = String::with_capacity(data.len());
    for stretch in data.split_inclusive(|c: char| !c.is_ascii()) {
        let end = stretch.find(|c: char| !c.is_ascii()).unwrap_or(stretch.len());
        out.push_str(&charset::decode(&transfer::q_word(&stretch.as_bytes()[..end]), Some(charset)));
        out.push_str(&stretch[end..]);
    }
    out
}

/// Adjacent words of one charset.
struct Run {
    charset: String,
    bytes: Vec<u8>,
}

impl Run {
    fn start(word: &Word<'_>) -> Self {
        Self { charset: word.charset.to_owned(), bytes: word.bytes.clone() }
    }

    fn push(&mut self, word: &Word<'_>, out: &mut String) {
        if self.charset.eq_ignore_ascii_case(word.charset) && !stateful(&self.charset) {
            self.bytes.extend_from_slice(&word.bytes);
        } else {
            Self::finish(Some(std::mem::replace(self, Self::start(word))), out);
        }
    }

    fn finish(run: Option<Self>, out: &mut String) {
        if let Some(run) = run {
            // A decoded word is text within one field: line ends and NUL have no place in it.
            out.extend(
                charset::decode(&run.bytes, Some(&run.charset))
                    .chars()
                    .map(|c| if matches!(c, '\r' | '\n' | '\0') { ' ' } else { c }),
            );
        }
    }
}

/// Each word of a charset with shift sequences starts in its initial state (RFC 2047 section 3).
fn stateful(charset: &str) -> bool {
    charset.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("iso-2022")) || charset.eq_ignore_ascii_case("utf-7")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_where_they_stand() {
        assert_eq!(decode("=?ISO-8859-1?Q?Keld_J=F8rn?= says"), "Keld Jørn says");
        assert_eq!(decode("Re: =?utf-8?B?w6TDtsO8?="), "Re: äöü");
        assert_eq!(decode("=?iso-8859-1?Q?J=FCrgen_Schmürgen?="), "Jürgen Schmürgen");
        assert_eq!(decode("=?utf-8*de?q?Gr=C3=BC=C3=9Fe?="), "Grüße");
    }

    #[test]
    fn space_between_words_vanishes_and_split_characters_are_mended() {
        assert_eq!(decode("=?utf-8?Q?a=C3?= =?utf-8?Q?=A4b?="), "aäb");
        assert_eq!(decode("=?UTF-8?B?4pyT4p0=?=  =?utf-8?B?jA==?="), "✓❌");
        assert_eq!(decode("=?utf-8?Q?a?= x =?utf-8?Q?b?="), "a x b");
    }

    #[test]
    fn what_is_no_word_stays() {
        for text in ["=?", "=?utf-8?Q?never ends", "a =?x?= b", "=? ?Q?x?=", "=?utf-8?X?abc?=", "1 =?= 2"] {
            assert_eq!(decode(text), text);
        }
    }

    #[test]
    fn line_ends_hidden_in_words_do_not_come_out() {
        assert_eq!(decode("=?utf-8?Q?a=0D=0ABcc:_x?="), "a  Bcc: x");
    }

    #[test]
    fn a_megabyte_of_openings_takes_no_time() {
        let text = "=?utf-8?Q?xx ".repeat(100_000);
        assert_eq!(decode(&text).len(), text.len());
    }
}
