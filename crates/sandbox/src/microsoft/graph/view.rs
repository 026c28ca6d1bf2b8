//! A message as JSON (facts 1.2): what is always there, what only `$select` brings, and what preferences change.

use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::errors::Error;
use super::method::Call;
use super::{attachments, method};
use crate::google::Query;
use crate::microsoft::mail::ids::{Form, Naming};
use crate::microsoft::mail::item::Item;
use crate::microsoft::mail::letter;
use crate::world::address::{self, Mailbox};

/// Everything a message shows unless told otherwise, in Graph's order.
const USUAL: &[&str] = &[
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "internetMessageId",
    "subject",
    "bodyPreview",
    "importance",
    "parentFolderId",
    "conversationId",
    "conversationIndex",
    "isDeliveryReceiptRequested",
    "isReadReceiptRequested",
    "isRead",
    "isDraft",
    "webLink",
    "inferenceClassification",
    "body",
    "sender",
    "from",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
    "flag",
];
/// What comes only when it is named.
const ON_REQUEST: &[&str] = &["uniqueBody", "internetMessageHeaders"];

/// How much of a message is shown, and how.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    naming: &'a Naming,
    /// Which of its two ids.
    form: Form,
    /// Names as asked for; `None` for the usual ones.
    select: Option<Vec<String>>,
    text: Option<bool>,
    attachments: bool,
    extended: bool,
}

impl<'a> View<'a> {
    /// What this call asks for.
    pub(crate) fn of(call: &'a Call<'_>) -> Result<Self, Error> {
        Self::from_query(&call.query, &call.mailbox.naming, call.prefer.immutable, call.prefer.text)
    }

    pub(crate) fn from_query(
        query: &Query,
        naming: &'a Naming,
        immutable: bool,
        text: Option<bool>,
    ) -> Result<Self, Error> {
        let select = method::option(query, "select").map(select).transpose()?;
        let expand = method::option(query, "expand").unwrap_or_default();
        let known = ["attachments", "singleValueExtendedProperties", "multiValueExtendedProperties", "extensions"];
        if !expand.is_empty() && !known.iter().any(|known| expand.to_lowercase().starts_with(&known.to_lowercase())) {
            return Err(Error::no_property(expand.split('(').next().unwrap_or(expand), "message"));
        }
        Ok(Self {
            naming,
            form: if immutable { Form::Key } else { Form::Place },
            select,
            text,
            attachments: expand.to_lowercase().starts_with("attachments"),
            extended: expand.contains("singleValueExtendedProperties"),
        })
    }

    /// The message's id in the form that is asked for.
    pub(crate) fn id(&self, item: &Item) -> String {
        match self.form {
            Form::Key => self.naming.write(Form::Key, item.key),
            _ => self.naming.write(Form::Place, item.place),
        }
    }

    /// An attachment's id.
    pub(crate) fn attachment_id(&self, item: &Item, number: u64) -> String {
        let of = if self.form == Form::Key { item.key } else { item.place };
        self.naming.write_attachment(self.form, of, number)
    }

    /// The message.
    pub(crate) fn message(&self, item: &Item) -> Value {
        let mut shown = Map::new();
        shown.insert("@odata.etag".into(), etag(item).into());
        shown.insert("id".into(), self.id(item).into());
        match &self.select {
            Some(names) => self.show(item, names.iter().map(String::as_str), &mut shown),
            None => self.show(item, USUAL.iter().copied(), &mut shown),
        }
        if self.attachments {
            shown.insert("attachments".into(), attachments::all(self, item).into());
        }
        if self.extended && !item.marks.extended.is_empty() {
            let all = item.marks.extended.iter().map(|(id, value)| json!({"id": id, "value": value}));
            shown.insert("singleValueExtendedProperties".into(), all.collect());
        }
        Value::Object(shown)
    }

    fn show<'n>(&self, item: &Item, names: impl Iterator<Item = &'n str>, shown: &mut Map<String, Value>) {
        let parsed = std::cell::OnceCell::new();
        for name in names.filter(|name| *name != "id") {
            let value = self.envelope(item, name).unwrap_or_else(|| {
                let (body, files) = parsed.get_or_init(|| letter::content_of(item.content.raw()));
                match name {
                    "body" | "uniqueBody" => self.body(item, body),
                    _ => files.iter().any(|file| !file.is_inline).into(),
                }
            });
            shown.insert(name.to_owned(), value);
        }
    }

    /// What can be told without taking the body apart.
    fn envelope(&self, item: &Item, name: &str) -> Option<Value> {
        let marks = &item.marks;
        let raw = item.content.raw();
        Some(match name {
            "createdDateTime" => instant(item.created_ms),
            "lastModifiedDateTime" => instant(item.modified_ms),
            "changeKey" => change_key(item).into(),
            "categories" => marks.categories.clone().into(),
            "receivedDateTime" => instant(item.received_ms),
            "sentDateTime" => instant(item.sent_ms),
            "internetMessageId" => item.internet_message_id().into(),
            "subject" => item.subject().into(),
            "bodyPreview" => preview(&item.content.body().text).into(),
            "importance" => marks.importance.name().into(),
            "parentFolderId" => self.naming.write(Form::Folder, item.folder).into(),
            "conversationId" => self.naming.write(Form::Conversation, item.conversation.0).into(),
            "conversationIndex" => conversation_index(item).into(),
            "isDeliveryReceiptRequested" => item.content.header("return-receipt-to").is_some().into(),
            "isReadReceiptRequested" => item.content.header("disposition-notification-to").is_some().into(),
            "isRead" => marks.is_read.into(),
            "isDraft" => marks.is_draft.into(),
            "webLink" => format!(
                "https://outlook.office365.com/owa/?ItemID={}&exvsurl=1&viewmodel=ReadMessageItem",
                percent_encoding::utf8_percent_encode(&self.id(item), percent_encoding::NON_ALPHANUMERIC)
            )
            .into(),
            "inferenceClassification" => marks.inference.clone().into(),
            "sender" => one(raw, "sender").or_else(|| one(raw, "from")).unwrap_or(Value::Null),
            "from" => one(raw, "from").unwrap_or(Value::Null),
            "toRecipients" => people(raw, "to"),
            "ccRecipients" => people(raw, "cc"),
            "bccRecipients" => people(raw, "bcc"),
            "replyTo" => people(raw, "reply-to"),
            "flag" => marks.flag.clone(),
            "internetMessageHeaders" => {
                item.content.head().iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
            }
            _ => return None,
        })
    }

    fn body(&self, item: &Item, body: &letter::Body) -> Value {
        match self.text {
            Some(true) if body.html => json!({"contentType": "text", "content": item.content.body().text}),
            Some(false) if !body.html => {
                let escaped = body.content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                let html = format!(
                    "<html><body><div class=\"PlainText\">{}</div></body></html>",
                    escaped.replace('\n', "<br>\n")
                );
                json!({"contentType": "html", "content": html})
            }
            _ => json!({"contentType": if body.html { "html" } else { "text" }, "content": body.content}),
        }
    }
}

/// The names in `$select`, each a property of a message.
pub(crate) fn select(text: &str) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for asked in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let mut known = USUAL.iter().chain(ON_REQUEST).chain(&["id"]);
        let name = known
            .find(|known| known.eq_ignore_ascii_case(asked))
            .ok_or_else(|| Error::no_property(asked, "message"))?;
        if !names.iter().any(|have| have == name) {
            names.push((*name).to_owned());
        }
    }
    Ok(names)
}

/// The version tag of a message as it stands.
pub(crate) fn etag(item: &Item) -> String {
    format!("W/\"{}\"", change_key(item))
}

fn change_key(item: &Item) -> String {
    let bytes = [&[9, 0, 0, 0, 0x16, 0, 0, 0][..], &item.key.to_be_bytes(), &item.change.to_be_bytes()].concat();
    BASE64_STANDARD.encode(bytes)
}

fn conversation_index(item: &Item) -> String {
    let minutes = (item.sent_ms / 60_000).to_be_bytes();
    let id = item.conversation.0.to_be_bytes();
    BASE64_STANDARD.encode([&[1][..], &minutes[3..], &id, &id].concat())
}

/// An instant as Graph prints it: whole seconds, in UTC.
pub(crate) fn instant(at_ms: i64) -> Value {
    let at = Timestamp::from_second(at_ms.div_euclid(1000)).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into()
}

/// The first 255 characters of the text, without runs of blanks.
fn preview(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(255).collect()
}

/// A `recipient`; without a name the address stands in for it.
pub(crate) fn recipient(person: &Mailbox) -> Value {
    let name = person.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&person.email);
    json!({"emailAddress": {"name": name, "address": person.email}})
}

fn people(raw: &[u8], field: &str) -> Value {
    address::addresses(raw, field).unwrap_or_default().iter().map(recipient).collect()
}

fn one(raw: &[u8], field: &str) -> Option<Value> {
    address::addresses(raw, field).ok()?.first().map(recipient)
}
