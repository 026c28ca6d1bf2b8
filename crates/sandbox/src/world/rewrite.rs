//! What Gmail does to a message on its way out (facts 3.6).

use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::address;
use super::headers;
use super::send_as::SendAs;

/// A message as it stays in Sent, and as recipients get it.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// With Bcc.
    pub(crate) sent: Bytes,
    /// Without Bcc.
    pub(crate) public: Bytes,
    /// The address in From.
    pub(crate) from: String,
    /// The id it got, without brackets.
    pub(crate) message_id: String,
    /// The id it had, without brackets.
    pub(crate) original_message_id: Option<String>,
}

/// Rewrites a message: a new Message-ID, From held to what the mailbox may use, Date and Received lines added.
pub(crate) fn outgoing(raw: &[u8], aliases: &[SendAs], message_id: String, now: Timestamp) -> Outgoing {
    let eol = line_break(raw);
    let from = sender(raw, aliases);
    let original = headers::first(raw, "message-id");
    let Kept { mut head, bcc } = Kept::of(raw, &from.field, eol);
    if headers::first(raw, "date").is_none() {
        head.push(format!("Date: {}{eol}", date(now)).into());
    }
    if let Some(original) = &original {
        head.push(format!("X-Google-Original-Message-ID: {}{eol}", original.trim()).into());
    }
    head.push(format!("Message-Id: <{message_id}>{eol}").into());
    let trace =
        format!("Received: from 000000000000 named unknown by gmailapi.google.com with HTTPREST; {}{eol}", date(now));
    let head = [trace.as_bytes(), trace.as_bytes(), &head.concat()].concat();
    let body = [eol.as_bytes(), &raw[headers::body_start(raw)..]].concat();
    Outgoing {
        sent: [&head[..], &bcc.concat(), &body].concat().into(),
        public: [head, body].concat().into(),
        from: from.email,
        message_id,
        original_message_id: original.and_then(|value| headers::message_ids(&value).next().map(str::to_owned)),
    }
}

/// The caller's header fields that stay, whole lines each.
#[derive(Default)]
struct Kept {
    head: Vec<Vec<u8>>,
    bcc: Vec<Vec<u8>>,
}

impl Kept {
    /// Everything but Message-ID, with `from` in From's place.
    fn of(raw: &[u8], from: &str, eol: &str) -> Self {
        let mut kept = Self::default();
        let mut from_line = Some(format!("From: {from}{eol}").into_bytes());
        for field in headers::fields(raw).filter(|field| !field.is("message-id")) {
            let line = whole_line(&raw[field.span.clone()], eol);
            if field.is("bcc") {
                kept.bcc.push(line);
            } else if field.is("from") {
                kept.head.extend(from_line.take());
            } else {
                kept.head.push(line);
            }
        }
        kept.head.extend(from_line);
        kept
    }
}

/// Adds what the receiving side writes on top of a message.
pub(crate) fn incoming(raw: &[u8], from: &str, recipient: &str, now: Timestamp) -> Bytes {
    let eol = line_break(raw);
    let top = format!(
        "Delivered-To: {recipient}{eol}Return-Path: <{from}>{eol}Received: by mx.google.com with SMTP for <{recipient}>; {}{eol}",
        date(now)
    );
    [top.as_bytes(), raw].concat().into()
}

/// A date as header fields have it (RFC 5322 section 3.3).
pub(crate) fn date(at: Timestamp) -> String {
    jiff::fmt::rfc2822::to_string(&at.to_zoned(TimeZone::UTC)).unwrap_or_else(|_| at.to_string())
}

struct Sender {
    email: String,
    /// The From value to write.
    field: String,
}

/// The caller's From where the mailbox may use it; otherwise the default address under the caller's name.
fn sender(raw: &[u8], aliases: &[SendAs]) -> Sender {
    let asked = address::addresses(raw, "from").ok().and_then(|found| found.into_iter().next());
    let allowed = |email: &str| aliases.iter().any(|alias| alias.is_accepted() && alias.email == email);
    if let Some(asked) = &asked
        && allowed(&asked.email)
        && let Some(field) = headers::fields(raw).find(|field| field.is("from"))
    {
        return Sender { email: asked.email.clone(), field: String::from_utf8_lossy(field.value).into_owned() };
    }
    let default = aliases.iter().find(|alias| alias.is_default).or(aliases.first());
    let (email, own_name) =
        default.map_or_else(Default::default, |alias| (alias.email.clone(), alias.display_name.clone()));
    let name = asked.and_then(|asked| asked.name).unwrap_or(own_name);
    let field = if name.is_empty() { email.clone() } else { format!("{} <{email}>", phrase(&name)) };
    Sender { email, field }
}

/// A display name as a header field may hold it: quoted, or an encoded word (RFC 2047) when it is not ASCII.
fn phrase(name: &str) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine};
    if name.is_ascii() {
        let clean: String = name.chars().filter(|character| !character.is_control()).collect();
        return format!("\"{}\"", clean.replace('\\', "\\\\").replace('"', "\\\""));
    }
    format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(name))
}

fn line_break(raw: &[u8]) -> &'static str {
    match memchr::memchr(b'\n', raw) {
        Some(at) if at == 0 || raw[at - 1] != b'\r' => "\n",
        _ => "\r\n",
    }
}

/// A header that ends with the message may lack its last line break.
fn whole_line(field: &[u8], eol: &str) -> Vec<u8> {
    if field.ends_with(b"\n") { field.to_vec() } else { [field, eol.as_bytes()].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewrite(raw: &str) -> (String, Outgoing) {
        let aliases = [SendAs::primary("alice@sandbox.test", "Alice"), SendAs::alias("sales@sandbox.test", "Sales")];
        let outgoing = outgoing(raw.as_bytes(), &aliases, "CAx@mail.gmail.com".into(), Timestamp::UNIX_EPOCH);
        (String::from_utf8(outgoing.sent.to_vec()).unwrap(), outgoing)
    }

    #[test]
    fn the_message_id_is_replaced_and_the_old_one_kept_aside() {
        let (sent, outgoing) = rewrite("Message-ID: <mine@app>\r\nTo: b@x.test\r\n\r\nhi");
        assert!(sent.contains("\r\nMessage-Id: <CAx@mail.gmail.com>\r\n"), "{sent}");
        assert!(sent.contains("X-Google-Original-Message-ID: <mine@app>\r\n"));
        assert_eq!(outgoing.original_message_id.as_deref(), Some("mine@app"));
        assert!(!sent.contains("\nMessage-ID:") && sent.ends_with("\r\n\r\nhi"));
        assert_eq!(sent.matches("named unknown by gmailapi.google.com with HTTPREST").count(), 2);
        assert!(sent.contains("Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"), "{sent}");
    }

    #[test]
    fn a_foreign_sender_is_replaced_by_the_default_under_the_same_name() {
        let (sent, outgoing) = rewrite("From: Eve \"E\" <eve@evil.test>\r\nTo: b@x.test\r\n\r\n");
        assert_eq!(outgoing.from, "alice@sandbox.test");
        assert!(sent.contains("<alice@sandbox.test>") && !sent.contains("eve@evil.test"), "{sent}");
    }

    #[test]
    fn an_alias_may_send() {
        let (sent, _) = rewrite("To: b@x.test\r\nFrom: sales@sandbox.test\r\nSubject: s");
        assert!(
            sent.contains("\r\nTo: b@x.test\r\nFrom: sales@sandbox.test\r\nSubject: s\r\nDate: "),
            "in its place: {sent}"
        );
        assert_eq!(rewrite("From: Sales@sandbox.test\r\nTo: b@x.test\r\n\r\n").1.from, "sales@sandbox.test");
    }

    #[test]
    fn bcc_stays_in_sent_only() {
        let (sent, outgoing) = rewrite("To: b@x.test\nBcc: c@x.test,\n d@x.test\nSubject: s\n\nbody\n");
        let public = String::from_utf8(outgoing.public.to_vec()).unwrap();
        assert!(sent.contains("Bcc: c@x.test,\n d@x.test\n"));
        assert!(!public.contains("c@x.test") && !public.contains("d@x.test") && public.contains("Subject: s\n"));
    }
}
