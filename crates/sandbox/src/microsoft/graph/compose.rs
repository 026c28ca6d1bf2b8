//! From a message's JSON to a letter and marks.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value};

use super::errors::Error;
use crate::microsoft::mail::item::{Importance, Marks};
use crate::microsoft::mail::letter::{Attachment, Body, Letter};
use crate::world::address::Mailbox;

/// What a body of JSON changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Touched {
    /// The message itself: on received mail these are the sensitive properties (facts 1.7).
    pub(crate) letter: bool,
    /// Marks other than `isRead`.
    pub(crate) marks: bool,
}

/// What only the server writes; a client that sends it back is not refused.
const READ_ONLY: &[&str] = &[
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "bodyPreview",
    "parentFolderId",
    "conversationId",
    "conversationIndex",
    "isDraft",
    "webLink",
    "uniqueBody",
    "multiValueExtendedProperties",
    "extensions",
];
/// The most headers of its own that a message may be created with (facts 1.2).
const MOST_HEADERS: usize = 5;

/// Applies a message's JSON.
pub(crate) fn apply(letter: &mut Letter, marks: &mut Marks, body: &Map<String, Value>) -> Result<Touched, Error> {
    let mut touched = Touched::default();
    for (name, value) in body {
        if name.contains('@') || READ_ONLY.contains(&name.as_str()) {
            continue;
        }
        if mark(marks, name, value)? {
            touched.marks |= name != "isRead";
        } else {
            write(letter, name, value)?;
            touched.letter = true;
        }
    }
    Ok(touched)
}

/// Marks are whatever stands beside the text; says whether this is one.
fn mark(marks: &mut Marks, name: &str, value: &Value) -> Result<bool, Error> {
    match name {
        "isRead" => marks.is_read = value.as_bool().ok_or_else(|| wrong(name))?,
        "importance" => {
            marks.importance = value.as_str().and_then(Importance::named).ok_or_else(|| wrong(name))?;
        }
        "inferenceClassification" => {
            let known = value.as_str().filter(|value| ["focused", "other"].contains(value));
            marks.inference = known.ok_or_else(|| wrong(name))?.to_owned();
        }
        "categories" => marks.categories = texts(name, value)?,
        "flag" => {
            let status = value["flagStatus"].as_str().unwrap_or("notFlagged");
            if !["notFlagged", "flagged", "complete"].contains(&status) {
                return Err(wrong("flag/flagStatus"));
            }
            marks.flag = value.clone();
        }
        "singleValueExtendedProperties" => {
            for property in value.as_array().ok_or_else(|| wrong(name))? {
                let (id, value) = (property["id"].as_str(), property["value"].as_str());
                let (Some(id), Some(value)) = (id, value) else { return Err(wrong(name)) };
                marks.extended.retain(|(have, _)| have != id);
                marks.extended.push((id.to_owned(), value.to_owned()));
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn write(letter: &mut Letter, name: &str, value: &Value) -> Result<(), Error> {
    match name {
        "subject" => letter.subject = one_line(value.as_str().unwrap_or_default()),
        "body" => {
            let kind = value["contentType"].as_str().unwrap_or("text");
            let content = value["content"].as_str().unwrap_or_default().to_owned();
            letter.body = Body { html: kind.eq_ignore_ascii_case("html"), content };
        }
        "from" => letter.from = person(value)?,
        "sender" => letter.sender = person(value)?,
        "toRecipients" => letter.to = people(name, value)?,
        "ccRecipients" => letter.cc = people(name, value)?,
        "bccRecipients" => letter.bcc = people(name, value)?,
        "replyTo" => letter.reply_to = people(name, value)?,
        "internetMessageId" => letter.set_field("Message-ID", value.as_str().map(one_line).as_deref()),
        "isReadReceiptRequested" => receipt(letter, "Disposition-Notification-To", value),
        "isDeliveryReceiptRequested" => receipt(letter, "Return-Receipt-To", value),
        "internetMessageHeaders" => own_headers(letter, value)?,
        "attachments" => {
            for attached in value.as_array().ok_or_else(|| wrong(name))? {
                letter.attachments.push(attachment(attached)?);
            }
        }
        _ => {
            let message = format!(
                "The property '{name}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type."
            );
            return Err(Error::bad_body(message));
        }
    }
    Ok(())
}

/// A `fileAttachment` or `itemAttachment`.
pub(crate) fn attachment(value: &Value) -> Result<Attachment, Error> {
    let kind = value["@odata.type"].as_str().unwrap_or("#microsoft.graph.fileAttachment").to_ascii_lowercase();
    let name = value["name"].as_str().map(one_line).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Error::bad_property("Required property 'name' is missing on an attachment."))?;
    if kind.ends_with("itemattachment") {
        let (mut letter, mut marks) = (Letter::default(), Marks::default());
        let item = value["item"].as_object().ok_or_else(|| wrong("item"))?;
        apply(&mut letter, &mut marks, item)?;
        let content_type = "message/rfc822".to_owned();
        return Ok(Attachment { name, content_type, is_item: true, bytes: letter.write(), ..Attachment::default() });
    }
    if !kind.ends_with("fileattachment") {
        return Err(Error::bad_property("Only file and item attachments can be added."));
    }
    let packed = value["contentBytes"].as_str().ok_or_else(|| wrong("contentBytes"))?;
    let bytes = BASE64_STANDARD.decode(packed).map_err(|_| wrong("contentBytes"))?;
    Ok(Attachment {
        name,
        content_type: value["contentType"].as_str().unwrap_or("application/octet-stream").to_owned(),
        content_id: value["contentId"].as_str().map(|id| id.trim_matches(['<', '>']).to_owned()),
        is_inline: value["isInline"].as_bool().unwrap_or(false),
        is_item: false,
        bytes,
    })
}

/// A list of `recipient`. An address without an `@` is refused at once; whether anybody has it shows later.
pub(crate) fn people(name: &str, value: &Value) -> Result<Vec<Mailbox>, Error> {
    let list = value.as_array().ok_or_else(|| wrong(name))?;
    list.iter().map(|one| person(one)?.ok_or_else(|| wrong(name))).collect()
}

fn person(value: &Value) -> Result<Option<Mailbox>, Error> {
    if value.is_null() {
        return Ok(None);
    }
    let invalid = || Error::new(400, "ErrorInvalidRecipients", "At least one recipient is not valid.");
    let address = value["emailAddress"]["address"].as_str().map(str::trim).ok_or_else(invalid)?;
    let plausible = address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !plausible || address.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;".contains(c)) {
        return Err(invalid());
    }
    let name = value["emailAddress"]["name"].as_str().map(one_line).filter(|name| !name.is_empty());
    Ok(Some(Mailbox { name, email: address.to_owned() }))
}

/// A person asks for a receipt, or no longer does.
fn receipt(letter: &mut Letter, field: &str, value: &Value) {
    let to = letter.from.as_ref().map_or_else(String::new, |from| from.email.clone());
    letter.set_field(field, value.as_bool().unwrap_or(false).then_some(to.as_str()));
}

fn own_headers(letter: &mut Letter, value: &Value) -> Result<(), Error> {
    let list = value.as_array().ok_or_else(|| wrong("internetMessageHeaders"))?;
    if list.len() > MOST_HEADERS {
        return Err(Error::new(
            400,
            "InvalidInternetMessageHeaderCollection",
            "Maximum number of headers in one message should be less than or equal to 5.",
        ));
    }
    for header in list {
        let name = header["name"].as_str().unwrap_or_default();
        if !name.to_ascii_lowercase().starts_with("x-")
            || !name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':')
        {
            let message = format!("The internet message header name '{name}' should start with 'x-' or 'X-'.");
            return Err(Error::new(400, "InvalidInternetMessageHeader", message));
        }
        letter.set_field(name, Some(&one_line(header["value"].as_str().unwrap_or_default())));
    }
    Ok(())
}

fn texts(name: &str, value: &Value) -> Result<Vec<String>, Error> {
    let list = value.as_array().ok_or_else(|| wrong(name))?;
    list.iter().map(|text| text.as_str().map(str::to_owned).ok_or_else(|| wrong(name))).collect()
}

/// A header's text holds no line breaks, whoever wrote it.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect::<String>()
        .trim()
        .to_owned()
}

fn wrong(name: &str) -> Error {
    Error::bad_property(format!("The value of the property '{name}' is invalid."))
}
