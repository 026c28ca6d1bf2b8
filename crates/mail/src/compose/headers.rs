//! Custom headers: which may be set, and what they may hold.

use super::Refused;
use super::check::{MAX_RUN, clean_text, refuse};

/// Custom headers in one message.
const MAX_HEADERS: usize = 100;
/// Longest value, in bytes.
const MAX_VALUE: usize = 16 * 1024;
/// All of them together, in bytes; mail servers commonly refuse more.
const MAX_TOGETHER: usize = 64 * 1024;
/// Longest name, so that name and colon leave room on a line of 78 (RFC 5322 section 2.1.1).
const MAX_NAME: usize = 76;
/// The only value of `List-Unsubscribe-Post` (RFC 8058 section 3.1).
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

/// Headers that Postroad writes itself, with the request field that sets each.
const STRUCTURAL: &[(&str, &str)] = &[
    ("from", "use `from`"),
    ("sender", "the provider sets it"),
    ("to", "use `to`"),
    ("cc", "use `cc`"),
    ("bcc", "use `bcc`"),
    ("subject", "use `subject`"),
    ("reply-to", "use `reply_to`"),
    ("in-reply-to", "use `reply_to_message_id`"),
    ("references", "use `reply_to_message_id`"),
    ("date", "Postroad sets it"),
    ("message-id", "Postroad sets it"),
    ("mime-version", "Postroad sets it"),
    ("return-path", "the provider sets it"),
    ("received", "the provider sets it"),
    ("dkim-signature", "the provider sets it"),
];

/// Beginnings of names that are not the caller's either.
const RESERVED: &[(&str, &str)] = &[
    ("content-", "it follows from the message"),
    ("resent-", "it belongs to mail that is sent on"),
    ("arc-", "servers on the way set it"),
    ("x-postroad-", "Postroad uses these names itself"),
];

/// Checks the caller's headers.
pub(super) fn check(headers: &[(String, String)]) -> Result<(), Refused> {
    if headers.len() > MAX_HEADERS {
        return Err(refuse("custom_headers", format!("are {}; send at most {MAX_HEADERS}", headers.len())));
    }
    let together: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if together > MAX_TOGETHER {
        let reason = format!("are {together} bytes together; at most {MAX_TOGETHER} are carried, shorten them");
        return Err(refuse("custom_headers", reason));
    }
    for (index, (given, value)) in headers.iter().enumerate() {
        name(index, given)?;
        self::value(index, value)?;
    }
    unsubscribe(headers)
}

fn name(index: usize, name: &str) -> Result<(), Refused> {
    let field = format!("custom_headers[{index}].name");
    // RFC 5322 section 2.2 allows every printable character but the colon; tokens are what survives everywhere.
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(token) {
        return Err(refuse(field, format!("must be 1 to {MAX_NAME} letters, digits or hyphens")));
    }
    let lower = name.to_ascii_lowercase();
    let structural = STRUCTURAL.iter().find(|(own, _)| *own == lower);
    match structural.or_else(|| RESERVED.iter().find(|(start, _)| lower.starts_with(start))) {
        Some((_, remedy)) => Err(refuse(field, format!("`{name}` cannot be set as a custom header; {remedy}"))),
        None => Ok(()),
    }
}

fn value(index: usize, value: &str) -> Result<(), Refused> {
    let field = format!("custom_headers[{index}].value");
    clean_text(&field, value, MAX_VALUE)?;
    if value.is_ascii() && value.split([' ', '\t']).any(|run| run.len() > MAX_RUN) {
        return Err(refuse(field, format!("holds more than {MAX_RUN} characters without a space")));
    }
    Ok(())
}

/// `List-Unsubscribe` (RFC 2369 section 3.2) and `List-Unsubscribe-Post` (RFC 8058 section 3.1): a mailbox provider that
/// cannot read them treats the mail as if it had none, and nobody tells the sender.
fn unsubscribe(headers: &[(String, String)]) -> Result<(), Refused> {
    let all = |wanted: &str| {
        let found = headers.iter().enumerate().filter(|(_, (name, _))| name.eq_ignore_ascii_case(wanted));
        found.map(|(index, (_, value))| (index, value.trim())).collect::<Vec<_>>()
    };
    let (lists, posts) = (all("List-Unsubscribe"), all("List-Unsubscribe-Post"));
    if let Some((index, _)) = lists.get(1).or(posts.get(1)) {
        return Err(refuse(format!("custom_headers[{index}].name"), "stands twice; a message has it once"));
    }
    let mut one_click = false;
    if let Some((index, value)) = lists.first() {
        one_click = ways_out(value).ok_or_else(|| {
            let reason = "must be `<https://...>`, `<mailto:...>` or several of these with commas between (RFC 2369)";
            refuse(format!("custom_headers[{index}].value"), reason)
        })?;
    }
    let Some((index, value)) = posts.first() else { return Ok(()) };
    if *value != ONE_CLICK {
        return Err(refuse(format!("custom_headers[{index}].value"), format!("must be `{ONE_CLICK}` (RFC 8058)")));
    }
    if !one_click {
        let reason = "needs a `List-Unsubscribe` header with an `https://` address beside it (RFC 8058)";
        return Err(refuse(format!("custom_headers[{index}].name"), reason));
    }
    Ok(())
}

/// Whether one of the addresses is an `https` one; `None` when the value is no list of addresses.
fn ways_out(value: &str) -> Option<bool> {
    let mut https = false;
    for part in value.split(">,").map(|part| part.trim().trim_end_matches('>')) {
        let uri = part.strip_prefix('<')?.to_ascii_lowercase();
        let target = ["https://", "http://", "mailto:"].iter().find_map(|scheme| uri.strip_prefix(scheme))?;
        let bad = |b: u8| !b.is_ascii_graphic() || matches!(b, b'<' | b'>' | b'"');
        if target.is_empty() || target.bytes().any(bad) {
            return None;
        }
        https |= uri.starts_with("https://");
    }
    value.ends_with('>').then_some(https)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(headers: &[(&str, &str)]) -> Option<String> {
        let headers: Vec<_> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        check(&headers).err().map(|refused| refused.field)
    }

    #[test]
    fn one_click_needs_its_exact_words_and_an_https_address() {
        let (list, post) = ("List-Unsubscribe", "List-Unsubscribe-Post");
        let good = "<mailto:u@x.test?subject=a>, <https://x.test/u?a=1,2>";
        assert_eq!(refused(&[(list, good), (post, ONE_CLICK)]), None);
        assert_eq!(refused(&[(list, "<mailto:u@x.test>")]), None);
        let value = |bad: &str| refused(&[(list, bad)]);
        for bad in ["https://x.test", "<x.test>", "<https://x.test> <mailto:u@x.test>", "<javascript:x>", "", "<>"] {
            assert_eq!(value(bad).as_deref(), Some("custom_headers[0].value"), "{bad}");
        }
        assert_eq!(refused(&[(list, good), (post, "One-Click")]).as_deref(), Some("custom_headers[1].value"));
        assert_eq!(refused(&[(post, ONE_CLICK)]).as_deref(), Some("custom_headers[0].name"));
        assert_eq!(
            refused(&[(post, ONE_CLICK), (list, "<mailto:u@x.test>")]).as_deref(),
            Some("custom_headers[0].name")
        );
        assert_eq!(refused(&[(list, good), ("list-unsubscribe", good)]).as_deref(), Some("custom_headers[1].name"));
    }

    #[test]
    fn names_of_others_and_too_many_headers_are_refused() {
        for name in ["X-Postroad-Submission", "ARC-Seal", "DKIM-Signature", "Resent-To"] {
            assert_eq!(refused(&[(name, "1")]).as_deref(), Some("custom_headers[0].name"), "{name}");
        }
        assert_eq!(refused(&[("X-A", "1"); MAX_HEADERS]), None);
        assert_eq!(refused(&[("X-A", "1"); MAX_HEADERS + 1]).as_deref(), Some("custom_headers"));
        let long = "xx ".repeat(5000);
        assert_eq!(refused(&[("X-A", long.as_str()); 5]).as_deref(), Some("custom_headers"));
    }
}
