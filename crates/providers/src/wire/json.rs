//! JSON in error bodies: clean, printed into a log line by some client, cut off in the middle, or not JSON at all.

use memchr::memmem;
use serde_json::Value;

/// Opening braces at which a parse is tried before giving up.
const PARSE_TRIES: usize = 4;
/// Longest embedded object that is handed on as `provider_error`.
const OBJECT_LIMIT: usize = 16 * 1024;
/// Places at which [`field`] looks before giving up.
const FIELD_TRIES: usize = 32;
/// Longest value [`field`] returns.
const VALUE_LIMIT: usize = 2048;

/// The JSON object that a body is, or that stands somewhere in it (`received HTTP status 401 with response: {…}`).
pub(crate) fn embedded_object(body: &[u8]) -> Option<Value> {
    let opens = memchr::memchr_iter(b'{', body).take(PARSE_TRIES);
    opens.filter_map(|at| parse_at(&body[at..])).find(|value| value.as_object().is_some_and(|o| !o.is_empty()))
}

fn parse_at(text: &[u8]) -> Option<Value> {
    serde_json::Deserializer::from_slice(text).into_iter::<Value>().next()?.ok()
}

/// The object, unless it is too long to be handed on.
pub(crate) fn object_of(value: Option<Value>, body_len: usize) -> Option<Value> {
    value.filter(|value| value.is_object() && body_len <= OBJECT_LIMIT)
}

/// The value of `name` in text that looks like JSON or like a printed dictionary, whether or not it parses.
///
/// Finds `"name": "value"`, `'name': 'value'`, `\"name\":\"value\"` and `"name": 12`; a value cut off by the end of the
/// text counts. Escapes in the value are left as they are.
pub(crate) fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let places = memmem::find_iter(text.as_bytes(), name.as_bytes()).take(FIELD_TRIES);
    places.filter_map(|at| value_after(text, at, name.len())).next()
}

fn value_after(text: &str, at: usize, len: usize) -> Option<&str> {
    let quote = *text.as_bytes().get(at.checked_sub(1)?)?;
    if quote != b'"' && quote != b'\'' {
        return None;
    }
    let rest = text[at + len..].trim_start_matches('\\');
    let rest = rest.strip_prefix(char::from(quote))?.trim_start().strip_prefix(':')?.trim_start();
    let rest = rest.trim_start_matches('\\');
    let value = match rest.chars().next()? {
        open @ ('"' | '\'') => quoted(&rest[1..], open),
        _ => rest.split([',', '}', ']', '\n']).next()?.trim(),
    };
    Some(clip(value))
}

fn quoted(rest: &str, open: char) -> &str {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            c if c == open && !escaped => return &rest[..at],
            // Text escaped as a whole (`\"value\"`): the backslash belongs to the closing quote.
            c if c == open && closes(&rest[at + 1..]) => return &rest[..at - 1],
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest
}

/// Whether what follows a quote can only follow the end of a value.
fn closes(rest: &str) -> bool {
    rest.trim_start().is_empty() || rest.trim_start().starts_with([',', '}', ']'])
}

fn clip(value: &str) -> &str {
    let mut end = value.len().min(VALUE_LIMIT);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    &value[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_found_inside_log_text() {
        let text = br#"received {} HTTP status 401 with response: {"error":"invalid_client"} (end)"#;
        assert_eq!(embedded_object(text).unwrap()["error"], "invalid_client");
        assert_eq!(embedded_object(b"no braces"), None);
        assert_eq!(embedded_object("{".repeat(100_000).as_bytes()), None);
    }

    #[test]
    fn fields_are_read_without_a_parser() {
        assert_eq!(field(r#"{"code": "A", }"#, "code"), Some("A"));
        assert_eq!(field(r"{'code': 'A'}", "code"), Some("A"));
        assert_eq!(field(r#"{\"code\":\"A\",\"b\":1}"#, "code"), Some("A"));
        assert_eq!(field(r#""code": 401, "#, "code"), Some("401"));
        assert_eq!(field(r#"{"code": "cut of"#, "code"), Some("cut of"));
        assert_eq!(field(r#"{"m": "say \"hi\" now"}"#, "m"), Some(r#"say \"hi\" now"#));
        assert_eq!(field("the code: 7", "code"), None);
    }
}
