//! What may be sent. Each refusal names the request field and the remedy.

use model::Address;

use super::{File, Outgoing, Refused};
use crate::parse::params;

/// Longest address (RFC 5321 section 4.5.3.1: 64 octets, `@`, 255 octets).
const MAX_ADDRESS: usize = 320;
/// Longest run without a space: lines end at 998 octets (RFC 5322 section 2.1.1) and fold only at white space.
const MAX_RUN: usize = 900;
/// Longest custom header value, file name or content id.
const MAX_VALUE: usize = 16 * 1024;

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
];

/// What checking produced besides permission.
pub(super) struct Checked {
    /// Address fields with domains in ASCII, in the order from, to, cc, bcc, reply-to.
    pub(super) addresses: [Vec<Address>; 5],
    /// Content types of the files, normalised.
    pub(super) types: Vec<params::Value>,
}

/// Checks everything.
pub(super) fn check(outgoing: &Outgoing) -> Result<Checked, Refused> {
    if outgoing.from.len() != 1 {
        return Err(refuse("from", "must hold exactly one address"));
    }
    clean_text("subject", &outgoing.subject)?;
    let addresses = [
        addresses("from", &outgoing.from)?,
        addresses("to", &outgoing.to)?,
        addresses("cc", &outgoing.cc)?,
        addresses("bcc", &outgoing.bcc)?,
        addresses("reply_to", &outgoing.reply_to)?,
    ];
    for (index, (name, value)) in outgoing.headers.iter().enumerate() {
        header(index, name, value)?;
    }
    message_id("message_id", &outgoing.message_id)?;
    if let Some(id) = &outgoing.in_reply_to {
        message_id("in_reply_to", id)?;
    }
    let types = outgoing.files.iter().enumerate().map(|(index, f)| file(index, f)).collect::<Result<_, _>>()?;
    Ok(Checked { addresses, types })
}

fn refuse(field: impl Into<String>, reason: impl Into<String>) -> Refused {
    Refused { field: field.into(), reason: reason.into() }
}

/// Text that becomes a header value: no line ends, no control characters.
fn clean_text(field: &str, text: &str) -> Result<(), Refused> {
    match text.chars().find(|c| c.is_control() && *c != '\t') {
        Some(c) => Err(refuse(field, format!("holds the control character U+{:04X}; remove it", u32::from(c)))),
        None if text.len() > MAX_VALUE => Err(refuse(field, format!("is longer than {MAX_VALUE} bytes"))),
        None => Ok(()),
    }
}

fn addresses(field: &str, list: &[Address]) -> Result<Vec<Address>, Refused> {
    list.iter().enumerate().map(|(index, a)| address(&format!("{field}[{index}]"), a)).collect()
}

fn address(field: &str, address: &Address) -> Result<Address, Refused> {
    let name = address.name.as_deref().map(str::trim).unwrap_or_default();
    clean_text(&format!("{field}.name"), name)?;
    let email = mailbox(address.email.trim()).map_err(|reason| refuse(format!("{field}.email"), reason))?;
    Ok(Address::named(name, email))
}

/// `local@domain` with the domain in ASCII (IDNA); a local part outside ASCII is kept (RFC 6532).
fn mailbox(email: &str) -> Result<String, String> {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return Err("is not an address: it has no `@`".into());
    };
    let bad = |c: char| c.is_whitespace() || c.is_control() || "<>(),;:\\\"[]@".contains(c);
    if local.is_empty() || local.contains(bad) {
        return Err(
            "is not an address: what stands before the `@` is empty or holds spaces or special characters".into()
        );
    }
    let ascii = idna::domain_to_ascii(domain).map_err(|_| "is not an address: its domain is not valid".to_owned())?;
    let plausible = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if ascii.is_empty() || !ascii.chars().all(plausible) || ascii.split('.').any(str::is_empty) {
        return Err("is not an address: its domain is not valid".into());
    }
    if local.len() + 1 + ascii.len() > MAX_ADDRESS {
        return Err(format!("is longer than {MAX_ADDRESS} bytes"));
    }
    // An ASCII domain stays as written, upper case included.
    let domain = if domain.is_ascii() { domain } else { ascii.as_str() };
    Ok(format!("{local}@{domain}"))
}

fn header(index: usize, name: &str, value: &str) -> Result<(), Refused> {
    let field = |part: &str| format!("custom_headers[{index}].{part}");
    // RFC 5322 section 2.2 allows every printable character but the colon; tokens are what survives everywhere.
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > 78 || !name.bytes().all(token) {
        return Err(refuse(field("name"), "must be 1 to 78 letters, digits or hyphens"));
    }
    let lower = name.to_ascii_lowercase();
    if let Some((_, remedy)) = STRUCTURAL.iter().find(|(n, _)| *n == lower) {
        return Err(refuse(field("name"), format!("`{name}` cannot be set as a custom header; {remedy}")));
    }
    if lower.starts_with("content-") || lower.starts_with("resent-") {
        return Err(refuse(
            field("name"),
            format!("`{name}` cannot be set as a custom header; it follows from the message"),
        ));
    }
    clean_text(&field("value"), value)?;
    if value.is_ascii() && value.split(' ').any(|run| run.len() > MAX_RUN) {
        return Err(refuse(field("value"), format!("holds more than {MAX_RUN} characters without a space")));
    }
    Ok(())
}

fn message_id(field: &str, id: &str) -> Result<(), Refused> {
    if usable_id(id) { Ok(()) } else { Err(refuse(field, "must look like `<id@host>`")) }
}

/// `<...>` of printable characters, short enough for a line.
pub(super) fn usable_id(id: &str) -> bool {
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
    inner.is_some_and(|inner| {
        let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>');
        !inner.is_empty() && inner.len() <= MAX_RUN && !inner.contains(bad)
    })
}

fn file(index: usize, file: &File) -> Result<params::Value, Refused> {
    let field = |part: &str| format!("attachments[{index}].{part}");
    clean_text(&field("filename"), &file.filename)?;
    if let Some(id) = &file.content_id
        && !usable_id(&format!("<{}>", id.trim_matches(['<', '>'])))
    {
        return Err(refuse(field("content_id"), "must be 1 to 900 characters without spaces or angle brackets"));
    }
    clean_text(&field("content_type"), &file.content_type)?;
    content_type(&file.content_type).ok_or_else(|| {
        refuse(field("content_type"), "must be `type/subtype`, such as `application/pdf`, and not a multipart type")
    })
}

/// A content type that a part may have; none at all means bytes of unknown kind.
fn content_type(text: &str) -> Option<params::Value> {
    let text = if text.trim().is_empty() { "application/octet-stream" } else { text };
    let mut value = params::read(text);
    let token = |t: &str| {
        !t.is_empty() && t.len() <= 127 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let (kind, subtype) = value.value.split_once('/')?;
    if !token(kind) || !token(subtype) || kind == "multipart" {
        return None;
    }
    // `name` is written from the file name; a boundary has no business here.
    value.parameters.retain(|(name, _)| token(name) && !matches!(name.as_str(), "name" | "boundary"));
    Some(value)
}
