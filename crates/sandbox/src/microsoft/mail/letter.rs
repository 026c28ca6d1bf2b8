//! A message in pieces, as JSON has it, and whole, as MIME has it.

use mail_builder::headers::address::Address as Written;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::text::Text;
use mail_builder::headers::{Header, HeaderType};
use mail_builder::mime::MimePart;
use mail_parser::{MessagePart, MimeHeaders, PartType};

use crate::world::address::{self, Mailbox};
use crate::world::chance::stable_hash;
use crate::world::{headers, message};

/// A message in pieces.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) from: Option<Mailbox>,
    pub(crate) sender: Option<Mailbox>,
    pub(crate) to: Vec<Mailbox>,
    pub(crate) cc: Vec<Mailbox>,
    pub(crate) bcc: Vec<Mailbox>,
    pub(crate) reply_to: Vec<Mailbox>,
    pub(crate) body: Body,
    pub(crate) attachments: Vec<Attachment>,
    /// Fields that are none of the above, in order: Message-ID, Date, References, X-...
    pub(crate) fields: Vec<(String, String)>,
}

/// The text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Body {
    pub(crate) html: bool,
    pub(crate) content: String,
}

/// Something attached.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) content_type: String,
    /// Without brackets.
    pub(crate) content_id: Option<String>,
    pub(crate) is_inline: bool,
    /// A message as an attachment, rather than a file.
    pub(crate) is_item: bool,
    pub(crate) bytes: Vec<u8>,
}

/// Fields that are kept in pieces, or made anew with the MIME structure.
const OWN: [&str; 12] = [
    "subject",
    "from",
    "sender",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
];

impl Letter {
    /// Takes a message apart. Whatever cannot be read is absent.
    pub(crate) fn of(raw: &[u8]) -> Self {
        let people = |name| address::addresses(raw, name).unwrap_or_default();
        let one = |name| people(name).into_iter().next();
        let fields = headers::fields(raw)
            .filter(|field| !OWN.iter().any(|own| field.is(own)))
            .map(|field| (String::from_utf8_lossy(field.name).into_owned(), field.text()));
        let (body, attachments) = content_of(raw);
        Self {
            subject: headers::first(raw, "subject").unwrap_or_default(),
            from: one("from"),
            sender: one("sender"),
            to: people("to"),
            cc: people("cc"),
            bcc: people("bcc"),
            reply_to: people("reply-to"),
            body,
            attachments,
            fields: fields.collect(),
        }
    }

    /// The first field of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Puts a field in the place of all others of its name; without a value they are only taken out.
    pub(crate) fn set_field(&mut self, name: &str, value: Option<&str>) {
        self.fields.retain(|(have, _)| !have.eq_ignore_ascii_case(name));
        self.fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// Puts it together. The same letter always makes the same bytes.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let one = |person: &Option<Mailbox>| person.clone().into_iter().collect::<Vec<_>>();
        for (name, list) in [
            ("From", &one(&self.from)),
            ("Sender", &one(&self.sender)),
            ("To", &self.to),
            ("Cc", &self.cc),
            ("Bcc", &self.bcc),
            ("Reply-To", &self.reply_to),
        ] {
            if !list.is_empty() {
                field(&mut out, name, &Written::new_list(list.iter().map(written).collect()));
            }
        }
        field(&mut out, "Subject", &Text::new(self.subject.as_str()));
        for (name, value) in &self.fields {
            if value.is_ascii() {
                out.extend(format!("{name}: {value}\r\n").into_bytes());
            } else {
                field(&mut out, name, &Text::new(value.as_str()));
            }
        }
        out.extend(b"MIME-Version: 1.0\r\n");
        self.part().write_part(&mut out);
        out
    }

    fn part(&self) -> MimePart<'_> {
        let subtype = if self.body.html { "text/html" } else { "text/plain" };
        let text = MimePart::new(ContentType::new(subtype).attribute("charset", "utf-8"), self.body.content.as_str());
        if self.attachments.is_empty() {
            return text;
        }
        let parts = std::iter::once(text).chain(self.attachments.iter().map(Attachment::part)).collect::<Vec<_>>();
        let boundary = format!("_{:03}_{:016X}_", parts.len(), stable_hash(self.body.content.as_bytes()));
        let inline = self.attachments.iter().all(|attachment| attachment.is_inline);
        let kind = if inline { "multipart/related" } else { "multipart/mixed" };
        MimePart::new(ContentType::new(kind).attribute("boundary", boundary), parts)
    }
}

impl Attachment {
    /// A number that stays while others come and go.
    pub(crate) fn number(&self) -> u64 {
        stable_hash(&[self.name.as_bytes(), &[0], &self.bytes].concat())
    }

    fn part(&self) -> MimePart<'_> {
        let kind = if self.content_type.is_empty() { "application/octet-stream" } else { &self.content_type };
        let disposition = ContentType::new(if self.is_inline { "inline" } else { "attachment" });
        let part = if self.is_item {
            // A message goes as it is.
            MimePart::new("message/rfc822", self.bytes.as_slice()).transfer_encoding("8bit")
        } else {
            MimePart::new(ContentType::new(kind).attribute("name", self.name.as_str()), self.bytes.as_slice())
        };
        let part = part.header(
            "Content-Disposition",
            HeaderType::ContentType(disposition.attribute("filename", self.name.as_str())),
        );
        match &self.content_id {
            Some(id) => part.cid(id.as_str()),
            None => part,
        }
    }

    fn of(part: &MessagePart<'_>) -> Self {
        let content_type = part.content_type().map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        });
        let content_id = part.content_id().map(str::to_owned);
        let disposed = part.content_disposition().map(|it| it.ctype().eq_ignore_ascii_case("inline"));
        let (is_item, bytes) = match &part.body {
            PartType::Message(inner) => (true, inner.raw_message().to_vec()),
            _ => (false, part.contents().to_vec()),
        };
        let subject = |raw| headers::first(raw, "subject").unwrap_or_default();
        let name = part.attachment_name().map(str::to_owned);
        Self {
            name: name.unwrap_or_else(|| if is_item { subject(&bytes) } else { "attachment".to_owned() }),
            content_type: content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
            is_inline: disposed.unwrap_or(false) || disposed.is_none() && content_id.is_some(),
            content_id,
            is_item,
            bytes,
        }
    }
}

/// The text, HTML where there is any, and everything beside it.
pub(crate) fn content_of(raw: &[u8]) -> (Body, Vec<Attachment>) {
    let Some(parsed) = message::parse(raw) else { return (Body::default(), Vec::new()) };
    let is_html = parsed.html_part(0).is_some_and(|part| matches!(part.body, PartType::Html(_)));
    let content = if is_html { parsed.body_html(0) } else { parsed.body_text(0) };
    let body = Body { html: is_html, content: content.map(std::borrow::Cow::into_owned).unwrap_or_default() };
    (body, parsed.attachments().map(Attachment::of).collect())
}

fn written(person: &Mailbox) -> Written<'_> {
    let name = person.name.as_deref().filter(|name| !name.is_empty());
    Written::new_address(name, person.email.as_str())
}

fn field(out: &mut Vec<u8>, name: &str, value: &impl Header) {
    out.extend(name.as_bytes());
    out.extend(b": ");
    value.write_header(out, name.len() + 2);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, email: &str) -> Mailbox {
        Mailbox { name: Some(name.to_owned()), email: email.to_owned() }
    }

    #[test]
    fn a_letter_survives_being_written_and_read() {
        let letter = Letter {
            subject: "Grüße, from Zoë".into(),
            from: Some(person("Adèle", "adele@contoso.test")),
            to: vec![person("Bob", "bob@x.test")],
            bcc: vec![person("C, D", "c@x.test")],
            body: Body { html: true, content: "<p>ünïcode</p>".into() },
            attachments: vec![
                Attachment {
                    name: "a b.pdf".into(),
                    content_type: "application/pdf".into(),
                    bytes: vec![0, 255, 13, 10],
                    ..Attachment::default()
                },
                Attachment {
                    name: "i.png".into(),
                    content_type: "image/png".into(),
                    content_id: Some("i@x".into()),
                    is_inline: true,
                    bytes: vec![1],
                    ..Attachment::default()
                },
            ],
            fields: vec![("Message-ID".into(), "<1@x>".into()), ("X-Mark".into(), "7".into())],
            ..Letter::default()
        };
        let raw = letter.write();
        assert_eq!(Letter::of(&raw), letter, "{}", String::from_utf8_lossy(&raw));
        assert_eq!(letter.write(), raw);
    }

    #[test]
    fn plain_text_stays_plain() {
        let letter = Letter { body: Body { html: false, content: "one\r\ntwo".into() }, ..Letter::default() };
        assert_eq!(Letter::of(&letter.write()).body, letter.body);
    }
}
