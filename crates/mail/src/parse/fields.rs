//! Header blocks: where they end and what fields they hold (RFC 5322 section 2.2), tolerant of what is no field.

use std::borrow::Cow;
use std::ops::Range;

use super::charset;

/// One field, as byte ranges of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The name, white space before the colon left out.
    pub(crate) name: Range<usize>,
    /// The value with its folds, without the final line end.
    pub(crate) value: Range<usize>,
}

/// A header block.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Its fields in order.
    pub(crate) fields: Vec<Field>,
    /// Where the body begins.
    pub(crate) body: usize,
}

/// Reads the header block that starts at `at`, keeping at most `limit` fields. `stop` says that a line belongs to something else (a MIME boundary).
pub(crate) fn block(raw: &[u8], mut at: usize, limit: usize, stop: impl Fn(&[u8]) -> bool) -> Block {
    let mut fields: Vec<Field> = Vec::new();
    let mut first = true;
    while at < raw.len() {
        let end = line_end(raw, at);
        let line = trim_line_end(&raw[at..end]);
        if line.is_empty() {
            return Block { fields, body: end };
        }
        if stop(line) {
            return Block { fields, body: at };
        }
        match (line[0], field_name(line)) {
            (b' ' | b'\t', _) => {
                if let Some(last) = fields.last_mut() {
                    last.value.end = at + line.len();
                } else if !first || field_name(line.trim_ascii_start()).is_none() {
                    return Block { fields, body: at };
                }
            }
            (_, Some(_)) if fields.len() >= limit => {}
            (_, Some(name)) => {
                let value = at + colon(line) + 1..at + line.len();
                fields.push(Field { name: at + name.start..at + name.end, value });
            }
            // An mbox separator, or a line broken off its field: skipped when a field follows.
            _ if (first && (line.starts_with(b"From ") || line.starts_with(b">From "))) || field_follows(raw, end) => {}
            _ => return Block { fields, body: at },
        }
        first = false;
        at = end;
    }
    Block { fields, body: raw.len() }
}

fn field_follows(raw: &[u8], at: usize) -> bool {
    at < raw.len() && field_name(trim_line_end(&raw[at..line_end(raw, at)])).is_some()
}

fn colon(line: &[u8]) -> usize {
    memchr::memchr(b':', line).unwrap_or(line.len())
}

/// The field name of a line: printable ASCII but the colon (RFC 5322 section 2.2), of a sane length.
fn field_name(line: &[u8]) -> Option<Range<usize>> {
    let window = &line[..line.len().min(256)];
    let name = window[..memchr::memchr(b':', window)?].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(0..name.len())
}

/// The offset after the line that starts at `at`.
pub(crate) fn line_end(raw: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &raw[at..]).map_or(raw.len(), |i| at + i + 1)
}

/// A line without its CRLF or LF.
pub(crate) fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A field's value as text: unfolded (RFC 5322 section 2.2.3), trimmed, 8-bit bytes decoded, encoded words left alone.
pub(crate) fn unfolded(value: &[u8], fallback: Option<&str>) -> String {
    let value = value.trim_ascii();
    let flat: Cow<'_, [u8]> = if value.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        Cow::Owned(value.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n' | 0)).collect())
    } else {
        Cow::Borrowed(value)
    };
    match std::str::from_utf8(&flat) {
        Ok(text) => text.to_owned(),
        Err(_) => charset::decode(&flat, fallback),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> (Vec<(String, String)>, &str) {
        let block = block(raw.as_bytes(), 0, 100, |_| false);
        let fields = block
            .fields
            .iter()
            .map(|f| (raw[f.name.clone()].to_owned(), unfolded(raw[f.value.clone()].as_bytes(), None)))
            .collect();
        (fields, &raw[block.body..])
    }

    #[test]
    fn fields_keep_order_and_duplicates_and_are_unfolded() {
        let (fields, body) = read("A: 1\r\nb : two\r\n\tlines\r\nA:3\r\n\r\nbody");
        let pairs: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("A", "1"), ("b", "two\tlines"), ("A", "3")]);
        assert_eq!(body, "body");
    }

    #[test]
    fn an_mbox_line_and_broken_folds_are_skipped() {
        let (fields, body) = read("From x@y Mon\nSubject: a\nrest of it\nTo: b\n\nbody");
        assert_eq!(fields.len(), 2);
        assert_eq!(body, "body");
    }

    #[test]
    fn a_missing_separator_starts_the_body() {
        assert_eq!(read("Subject: a\nhello there\nworld").1, "hello there\nworld");
        assert_eq!(read("no header at all").1, "no header at all");
    }

    #[test]
    fn eight_bit_values_are_decoded() {
        assert_eq!(unfolded(b" caf\xe9\r\n x", None), "café x");
        assert_eq!(unfolded(b"\xf0\xd2", Some("koi8-r")), "Пр");
    }
}
