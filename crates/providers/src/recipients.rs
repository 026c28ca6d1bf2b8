//! How many recipients a message names, for quotas that count them.

/// Header lines longer than this together are not looked at further; no provider takes so many recipients.
const MAX_HEADER: usize = 1024 * 1024;

/// Counts the addresses in `To`, `Cc` and `Bcc` (RFC 5322, 3.6.3) of raw bytes. An address named twice counts
/// twice: rather too many than too few. Never fails: what is no address is not counted.
pub(crate) fn count(raw: &[u8]) -> u32 {
    let header = &raw[..header_end(raw).min(MAX_HEADER)];
    let mut total = 0;
    let mut counting = Addresses::default();
    let mut open = false;
    for line in header.split(|b| *b == b'\n') {
        let continued = line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        if continued && open {
            counting.read(line);
            continue;
        }
        total += std::mem::take(&mut counting).end();
        let value = recipients_in(line);
        open = value.is_some();
        counting.read(value.unwrap_or_default());
    }
    total + counting.end()
}

fn header_end(raw: &[u8]) -> usize {
    let empty_line = |end: &[u8]| memchr::memmem::find(raw, end);
    [empty_line(b"\r\n\r\n"), empty_line(b"\n\n")].into_iter().flatten().min().unwrap_or(raw.len())
}

/// The value of a header field that names recipients.
fn recipients_in(line: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii();
    [&b"to"[..], b"cc", b"bcc"].iter().any(|own| name.eq_ignore_ascii_case(own)).then(|| &line[colon + 1..])
}

/// Counts addresses in an address list: between commas outside quotes and comments, whatever holds an `@`.
#[derive(Default)]
struct Addresses {
    quoted: bool,
    escaped: bool,
    comments: u32,
    at: bool,
    found: u32,
}

impl Addresses {
    fn read(&mut self, text: &[u8]) {
        for &byte in text {
            self.step(byte);
        }
    }

    fn step(&mut self, byte: u8) {
        if std::mem::take(&mut self.escaped) {
            return;
        }
        match byte {
            b'\\' if self.quoted || self.comments > 0 => self.escaped = true,
            b'"' if self.comments == 0 => self.quoted = !self.quoted,
            _ if self.quoted => {}
            b'(' => self.comments += 1,
            b')' => self.comments = self.comments.saturating_sub(1),
            _ if self.comments > 0 => {}
            b'@' => self.at = true,
            // The colon ends a group's name, the semicolon the group.
            b',' | b';' | b':' => self.close(),
            _ => {}
        }
    }

    fn close(&mut self) {
        self.found += u32::from(std::mem::take(&mut self.at));
    }

    fn end(mut self) -> u32 {
        self.close();
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_all_three_fields_count() {
        let raw = b"From: me@x.test\r\nTO: a@x.test, \"B, b@y\" <b@x.test>,\r\n c@x.test (d@x.test, e)\r\nSubject: f@x.test,\r\n g@x.test\r\n\
            cc : Team: h@x.test, i@x.test;\r\nBcc: j@x.test\r\n\r\nTo: k@x.test\r\n";
        assert_eq!(count(raw), 6);
        assert_eq!(count(&raw.iter().copied().filter(|b| *b != b'\r').collect::<Vec<u8>>()), 6);
    }

    #[test]
    fn nobody_is_nobody() {
        assert_eq!(
            [&b""[..], b"To:", b"To: undisclosed-recipients:;\r\n\r\nx", b"\r\n\r\nTo: a@x.test"].map(count),
            [0; 4]
        );
        assert_eq!(count(b"To: \"a\\\"@x\" <a@x.test>"), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(raw in proptest::collection::vec(proptest::sample::select(b"To: Cc@,;:()\"\\\r\n <>".to_vec()), 0..200)) {
            proptest::prop_assert!(count(&raw) as usize <= raw.len());
        }
    }
}
