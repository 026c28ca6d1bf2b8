//! From bytes in some charset to text. Never fails: what cannot be decoded becomes U+FFFD.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes `bytes` as `charset`. Without a usable charset, UTF-8 is tried and then windows-1252, the most
/// common unlabelled charset of mail and one in which every byte means something.
pub(crate) fn decode(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.map(|c| c.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    match label.as_deref() {
        Some("utf-8" | "utf8" | "unicode-1-1-utf-8") => utf8(bytes),
        // Text labelled ASCII that is not ASCII is unlabelled text.
        None | Some("" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "7bit" | "8bit" | "unknown-8bit" | "x-unknown") => {
            guess(bytes)
        }
        Some(label) => match charset_decoder(label.as_bytes()) {
            Some(decoder) => decoder(bytes),
            None => guess(bytes),
        },
    }
}

/// Decodes text labelled UTF-8. When not one character outside ASCII is valid, the label is wrong.
fn utf8(bytes: &[u8]) -> String {
    let lossy = String::from_utf8_lossy(bytes);
    let mislabelled = matches!(lossy, std::borrow::Cow::Owned(_))
        && lossy.chars().all(|c| c.is_ascii() || c == char::REPLACEMENT_CHARACTER);
    if mislabelled { guess(bytes) } else { lossy.into_owned() }
}

/// Decodes unlabelled bytes.
pub(crate) fn guess(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => match charset_decoder(b"windows-1252") {
            Some(decoder) => decoder(bytes),
            None => String::from_utf8_lossy(bytes).into_owned(),
        },
    }
}

/// The charset an HTML document declares for itself (HTML 5 section "prescan a byte stream"), from its first 1024 bytes.
pub(crate) fn declared_in_html(html: &[u8]) -> Option<String> {
    let head: Vec<u8> = html.iter().take(1024).map(u8::to_ascii_lowercase).collect();
    let at = memchr::memmem::find(&head, b"charset=")? + b"charset=".len();
    let value = head.get(at..)?;
    let value = match value.first()? {
        b'"' | b'\'' => value.get(1..)?,
        _ => value,
    };
    let end = value.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_:.".contains(b))).unwrap_or(value.len());
    let label = std::str::from_utf8(value.get(..end)?).ok()?;
    (!label.is_empty()).then(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labelled_text_is_decoded_as_labelled() {
        assert_eq!(decode(b"caf\xe9", Some("ISO-8859-1")), "café");
        assert_eq!(decode("Привет".as_bytes(), Some("\"utf-8\"")), "Привет");
        assert_eq!(decode(b"\xf0\xd2\xc9\xd7\xc5\xd4", Some("koi8-r")), "Привет");
        assert_eq!(decode(b"\x1b$B%O%m!<\x1b(B", Some("iso-2022-jp")), "ハロー");
    }

    #[test]
    fn unlabelled_or_mislabelled_text_is_guessed() {
        assert_eq!(decode("naïve".as_bytes(), None), "naïve");
        assert_eq!(decode(b"na\xefve \x93x\x94", Some("us-ascii")), "naïve “x”");
        assert_eq!(decode(b"caf\xe9", Some("no-such-charset")), "café");
        assert_eq!(decode(b"caf\xe9", Some("utf-8")), "café");
        assert_eq!(decode(b"caf\xc3\xa9 \xe9", Some("utf-8")), "café \u{fffd}");
    }

    #[test]
    fn html_declares_its_charset() {
        assert_eq!(
            declared_in_html(b"<meta http-equiv=x content=\"text/html; charset=Windows-1251\">").as_deref(),
            Some("windows-1251")
        );
        assert_eq!(declared_in_html(b"<p>charset</p>"), None);
    }
}
