//! `Content-Disposition` for file names that strangers chose (RFC 6266).

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but attr-char of RFC 5987 section 3.2.1.
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// File systems take 255 bytes; longer names are cut.
const LONGEST: usize = 200;

/// `attachment` with the file name twice: in ASCII for old readers, whole in RFC 5987 form.
pub fn content_disposition(filename: &str) -> HeaderValue {
    let name = safe(filename);
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' }).collect();
    let text = if ascii == name {
        format!("attachment; filename=\"{ascii}\"")
    } else {
        format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(&name, NOT_ATTR_CHAR))
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// The name without path, control and direction characters.
fn safe(filename: &str) -> String {
    let last = filename.rsplit(['/', '\\']).next().unwrap_or_default();
    let hostile = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut name: String = last.chars().filter(|c| !hostile(*c)).collect();
    while name.len() > LONGEST {
        name.pop();
    }
    let name = name.trim().trim_start_matches('.').to_owned();
    if name.is_empty() { "attachment".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(filename: &str) -> String {
        content_disposition(filename).to_str().unwrap().to_owned()
    }

    #[test]
    fn plain_names_stay_plain() {
        assert_eq!(header("report v2.pdf"), "attachment; filename=\"report v2.pdf\"");
    }

    #[test]
    fn other_scripts_come_encoded_beside_an_ascii_form() {
        assert_eq!(header("Grüße.txt"), "attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt");
    }

    #[test]
    fn hostile_names_are_disarmed() {
        assert_eq!(header("../../etc/passwd"), "attachment; filename=\"passwd\"");
        assert_eq!(
            header("a\r\nSet-Cookie: x=y\".exe"),
            "attachment; filename=\"aSet-Cookie: x=y_.exe\"; filename*=UTF-8''aSet-Cookie%3A%20x%3Dy%22.exe"
        );
        assert_eq!(header("photo\u{202e}gnp.exe"), "attachment; filename=\"photognp.exe\"");
        assert_eq!(header(""), "attachment; filename=\"attachment\"");
        assert_eq!(header("..."), "attachment; filename=\"attachment\"");
    }

    proptest::proptest! {
        #[test]
        fn any_name_gives_a_header(name in ".{0,300}") {
            let text = header(&name);
            proptest::prop_assert!(text.starts_with("attachment; filename=\""));
        }
    }
}
