//! What is attached to a message.

use base64::prelude::{BASE64_STANDARD, Engine};
use http::StatusCode;
use serde_json::{Value, json};

use super::errors::Error;
use super::method::Call;
use super::paging::{self, Page};
use super::view::{View, instant};
use crate::google::Answer;
use crate::microsoft::mail::item::Item;
use crate::microsoft::mail::letter::{self, Attachment};

/// `GET messages/{id}/attachments`.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let view = View::from_query(&crate::google::Query::default(), &call.mailbox.naming, call.prefer.immutable, None)?;
    let state = call.mailbox.read();
    let item = call.item(&state)?;
    let mut shown = all(&view, item);
    if let Some(select) = call.option("select") {
        let names: Vec<&str> = select.split(',').map(str::trim).collect();
        shown.iter_mut().filter_map(Value::as_object_mut).for_each(|shown| {
            shown.retain(|name, _| name.starts_with('@') || name == "id" || names.contains(&name.as_str()));
        });
    }
    let page = Page { from: 0, size: paging::LARGEST, total: shown.len() };
    let context = call.context("messages/attachments");
    call.answer(StatusCode::OK, &paging::listing(call, context, shown, &page))
}

/// `GET messages/{id}/attachments/{attachment}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let view = View::from_query(&crate::google::Query::default(), &call.mailbox.naming, call.prefer.immutable, None)?;
    let state = call.mailbox.read();
    let item = call.item(&state)?;
    let mut shown = show(&view, item, &find(call, item)?);
    if let Some(shown) = shown.as_object_mut() {
        shown.shift_insert(0, "@odata.context".to_owned(), call.context("messages/attachments/$entity").into());
    }
    call.answer(StatusCode::OK, &shown)
}

/// `GET messages/{id}/attachments/{attachment}/$value`: the file, or the message.
pub(crate) fn value(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let found = find(call, call.item(&state)?)?;
    let mut answer = Answer::new(StatusCode::OK, "application/octet-stream", found.bytes);
    if let Ok(kind) = found.content_type.parse().or_else(|_| "application/octet-stream".parse()) {
        answer.headers.insert(http::header::CONTENT_TYPE, kind);
    }
    Ok(answer)
}

/// All attachments of a message as JSON, with their bytes.
pub(crate) fn all(view: &View<'_>, item: &Item) -> Vec<Value> {
    let (_, attached) = letter::content_of(item.content.raw());
    attached.iter().map(|attachment| show(view, item, attachment)).collect()
}

/// One of them.
pub(crate) fn show(view: &View<'_>, item: &Item, attachment: &Attachment) -> Value {
    let kind = if attachment.is_item { "item" } else { "file" };
    let mut shown = json!({
        "@odata.type": format!("#microsoft.graph.{kind}Attachment"),
        "@odata.mediaContentType": attachment.content_type,
        "id": view.attachment_id(item, attachment.number()),
        "lastModifiedDateTime": instant(item.modified_ms),
        "name": attachment.name,
        "contentType": attachment.content_type,
        "size": attachment.bytes.len(),
        "isInline": attachment.is_inline,
    });
    if !attachment.is_item {
        shown["contentId"] = attachment.content_id.clone().into();
        shown["contentLocation"] = Value::Null;
        shown["contentBytes"] = BASE64_STANDARD.encode(&attachment.bytes).into();
    }
    shown
}

/// The attachment the path names.
pub(crate) fn find(call: &Call<'_>, item: &Item) -> Result<Attachment, Error> {
    let named = call.mailbox.naming.read(call.path("attachment").unwrap_or_default());
    let number = named.ok().and_then(|named| named.attachment).ok_or_else(Error::malformed_id)?;
    let (_, attached) = letter::content_of(item.content.raw());
    attached.into_iter().find(|attachment| attachment.number() == number).ok_or_else(Error::no_item)
}
