//! Links as they stand in attributes.

use url::Url;

use super::LONGEST_LINK;
use crate::parse::html::decode_entities;

/// The URL an attribute's value leads to, if it is one that a server of ours can redirect to.
pub(super) fn followable(value: &str) -> Option<String> {
    if value.len() > LONGEST_LINK {
        return None;
    }
    // As browsers read it (https://url.spec.whatwg.org/#concept-basic-url-parser, steps 1 to 3).
    let decoded = decoded(value);
    let trimmed = decoded.trim_matches(|c: char| c <= ' ');
    let text: String = trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let url = Url::parse(&text).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    // Credentials are not ours to keep.
    let bare = url.username().is_empty() && url.password().is_none();
    let printable = !text.chars().any(char::is_control);
    (web && bare && printable && url.as_str().len() <= LONGEST_LINK).then_some(text)
}

/// An attribute's value without character references. One that no semicolon ends is left as it stands: in attributes it
/// hardly ever is one (`?a=1&copy=2`, HTML 5 section 13.2.5.73).
fn decoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(rest.len() - 1);
        let end = 1 + name;
        match rest[end..].strip_prefix(';') {
            Some(behind) if name > 0 => {
                decode_entities(&rest[..=end], &mut out);
                rest = behind;
            }
            _ => {
                out.push_str(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// A URL as an attribute's value, quoted or not.
pub(super) fn escaped(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            ' ' => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_read_as_browsers_read_them() {
        for (value, url) in [
            ("https://x.test/a?b=1&amp;c=2", "https://x.test/a?b=1&c=2"),
            (" \n HTTPS://x.test/a\n b", "HTTPS://x.test/a b"),
            ("http&#58;//x.test", "http://x.test"),
            ("https://x.test/?a=1&copy=2&reg=eu&lt=3", "https://x.test/?a=1&copy=2&reg=eu&lt=3"),
            ("https://x.test/?q=&nosuch;&;&", "https://x.test/?q=&nosuch;&;&"),
            ("https://bücher.test/ä", "https://bücher.test/ä"),
            ("https://x.test/{{name}}", "https://x.test/{{name}}"),
        ] {
            assert_eq!(followable(value).as_deref(), Some(url), "{value:?}");
        }
    }

    #[test]
    fn everything_else_is_none_of_ours() {
        for value in [
            "",
            "#top",
            "/a",
            "//x.test/a",
            "page.html",
            "mailto:a@x.test",
            "tel:+123",
            "cid:logo",
            "javascript:void(0)",
            "java&#115;cript:void(0)",
            "data:text/html,x",
            "ftp://x.test/",
            "http://",
            "https://user:secret@x.test/",
            "https://x.test/\u{7f}",
            &format!("https://x.test/{}", "x".repeat(LONGEST_LINK)),
        ] {
            assert_eq!(followable(value), None, "{value:?}");
        }
    }

    #[test]
    fn what_is_escaped_reads_the_same() {
        let url = "https://x.test/?a=1&copy;=2&b='\"<>";
        assert_eq!(followable(&escaped(url)).as_deref(), Some(url));
    }
}
