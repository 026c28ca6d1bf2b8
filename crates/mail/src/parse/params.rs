//! `Content-Type` and `Content-Disposition` values with their parameters (RFC 2045 section 5.1, RFC 2183), parameter
//! continuations and charsets (RFC 2231), and encoded words in quoted strings, which RFC 2047 forbids and Outlook writes.

use super::transfer::hex_pair;
use super::{charset, words};

/// Parameters beyond this many are ignored.
const MAX_PARAMETERS: usize = 200;

/// A value with parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Value {
    /// What stands before the first semicolon, lower case.
    pub(crate) value: String,
    /// Parameters, names in lower case, decoded.
    pub(crate) parameters: Vec<(String, String)>,
}

impl Value {
    /// A parameter's decoded value; the first of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Reads an unfolded value.
pub(crate) fn read(text: &str) -> Value {
    let (value, mut rest) = split_token(text, &[';']);
    let value = strip_comments(value).trim().trim_matches('"').to_ascii_lowercase();
    let mut raw: Vec<(String, String)> = Vec::new();
    while let Some(after) = rest.strip_prefix(';') {
        let (name, after) = split_token(after.trim_start(), &['=', ';']);
        let name = strip_comments(name).trim().to_ascii_lowercase();
        let Some(after) = after.strip_prefix('=') else {
            rest = after;
            continue;
        };
        let (text, after) = parameter_value(after.trim_start());
        rest = after;
        if !name.is_empty() && raw.len() < MAX_PARAMETERS {
            raw.push((name, text));
        }
    }
    Value { value, parameters: merged(raw) }
}

/// Splits before the first of `stops`.
fn split_token<'x>(text: &'x str, stops: &[char]) -> (&'x str, &'x str) {
    text.split_at(text.find(stops).unwrap_or(text.len()))
}

fn strip_comments(text: &str) -> &str {
    text.split('(').next().unwrap_or_default()
}

/// A quoted string or everything up to the next semicolon, and the rest from that semicolon.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (token, rest) = split_token(text, &[';']);
        return (token.trim().trim_end_matches('"').to_owned(), rest);
    };
    let mut out = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let rest = &quoted[at + 1..];
                return (out, &rest[rest.find(';').unwrap_or(rest.len())..]);
            }
            '\\' => match chars.next() {
                Some((_, c @ ('"' | '\\'))) => out.push(c),
                // A path written by an old Windows program: the backslash is meant.
                Some((_, c)) => out.extend(['\\', c]),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    (out, "")
}

/// One section of a parameter: `name*3*=...` (RFC 2231 sections 3 and 4).
struct Section {
    number: u32,
    extended: bool,
    text: String,
}

fn merged(raw: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut plain: Vec<(String, String)> = Vec::new();
    let mut sectioned: Vec<(String, Vec<Section>)> = Vec::new();
    for (name, text) in raw {
        let Some((base, tail)) = name.split_once('*') else {
            if !plain.iter().any(|(n, _)| *n == name) {
                plain.push((name, words::decode(&text)));
            }
            continue;
        };
        let extended = tail.is_empty() || tail.ends_with('*');
        let section = Section { number: tail.trim_end_matches('*').parse().unwrap_or(0), extended, text };
        match sectioned.iter_mut().find(|(n, _)| n == base) {
            Some((_, sections)) => sections.push(section),
            None => sectioned.push((base.to_owned(), vec![section])),
        }
    }
    for (name, sections) in sectioned {
        let value = joined(sections);
        // The extended form is the better one where both are given (RFC 6266 section 4.3 says so for HTTP).
        match plain.iter_mut().find(|(n, _)| *n == name) {
            Some(slot) => slot.1 = value,
            None => plain.push((name, value)),
        }
    }
    plain
}

fn joined(mut sections: Vec<Section>) -> String {
    sections.sort_by_key(|s| s.number);
    let mut label: Option<String> = None;
    let mut bytes = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let mut text = section.text.as_str();
        if index == 0
            && section.extended
            && let Some((charset, rest)) = text.split_once('\'')
            && let Some((_language, rest)) = rest.split_once('\'')
        {
            label = Some(charset.to_owned());
            text = rest;
        }
        if section.extended {
            percent_decode(text.as_bytes(), &mut bytes);
        } else {
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    // Some senders put encoded words into continuations, too.
    words::decode(&charset::decode(&bytes, label.as_deref()))
}

fn percent_decode(mut bytes: &[u8], out: &mut Vec<u8>) {
    while let Some((&byte, rest)) = bytes.split_first() {
        match (byte, rest.get(..2).and_then(hex_pair)) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                bytes = &rest[2..];
            }
            _ => {
                out.push(byte);
                bytes = rest;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_and_parameters_are_read() {
        let v = read("Text/HTML (comment); Charset=\"utf-8\"; x = y ; broken; name=a b.txt");
        assert_eq!(v.value, "text/html");
        assert_eq!(v.get("charset"), Some("utf-8"));
        assert_eq!(v.get("x"), Some("y"));
        assert_eq!(v.get("name"), Some("a b.txt"));
    }

    #[test]
    fn rfc_2231_names_are_put_together() {
        let v = read("attachment; filename*1*=%20b.pdf; filename*0*=utf-8'en'%e2%82%ac; filename=plain.pdf");
        assert_eq!(v.get("filename"), Some("€ b.pdf"));
        let v = read("attachment; filename*0=\"one \"; filename*1=\"two.txt\"");
        assert_eq!(v.get("filename"), Some("one two.txt"));
        let v = read("attachment; filename*=iso-8859-1''%A3.txt");
        assert_eq!(v.get("filename"), Some("£.txt"));
    }

    #[test]
    fn encoded_words_in_parameters_are_decoded() {
        let v = read("application/pdf; name=\"=?utf-8?B?w6QucGRm?=\"");
        assert_eq!(v.get("name"), Some("ä.pdf"));
        let v = read("application/pdf; name==?utf-8?Q?=C3=A4.pdf?=");
        assert_eq!(v.get("name"), Some("ä.pdf"));
    }

    #[test]
    fn quotes_escapes_and_missing_ends_are_survived() {
        assert_eq!(read("a/b; name=\"x\\\"y;z\"; q=1").get("name"), Some("x\"y;z"));
        assert_eq!(read("a/b; name=\"C:\\dir\\f.txt\"").get("name"), Some("C:\\dir\\f.txt"));
        assert_eq!(read("a/b; name=\"open").get("name"), Some("open"));
        assert_eq!(read("; charset=x").value, "");
        assert_eq!(read("").value, "");
    }
}
