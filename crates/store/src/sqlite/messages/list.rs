//! Pages of messages.

use model::message::Message;
use model::page::{Page, Position};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::super::Codec;
use super::super::columns::counted;
use super::super::mailbox::Mailbox;
use super::find;
use super::plan::plan;
use super::row::{SUBJECT, position, read};
use crate::filter::{MessageFilter, PageRequest};
use crate::{Error, FullMessage, Result};

/// A page of messages, newest first.
pub(crate) fn page(
    connection: &Connection,
    mailbox: Mailbox,
    filter: &MessageFilter,
    request: &PageRequest,
) -> Result<Page<Message>> {
    Ok(positioned(connection, mailbox, filter, request)?.map(|(_, message)| message))
}

/// A page of messages with their bodies, newest first.
pub(crate) fn full_page(
    connection: &Connection,
    codec: &Codec,
    mailbox: Mailbox,
    filter: &MessageFilter,
    request: &PageRequest,
) -> Result<Page<FullMessage>> {
    let page = positioned(connection, mailbox, filter, request)?;
    let items = page.items.into_iter().map(|(position, message)| {
        let body = find::body(connection, codec, position)?.unwrap_or_default();
        Ok(FullMessage { message, body })
    });
    let items = items.collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

/// Whether a page is the work of microseconds: one walk with nothing to search through and few rows to pass over.
pub(crate) fn is_brief(filter: &MessageFilter) -> bool {
    let scans = filter.search.is_some()
        || filter.subject.is_some()
        || filter.metadata.is_some()
        || filter.has_attachment == Some(false)
        || filter.starred == Some(false)
        || filter.unread == Some(false) && filter.folder.is_none()
        || filter.any_email.len() > 1;
    let walks = [
        filter.ids.is_some(),
        filter.thread_id.is_some(),
        filter.from.is_some(),
        filter.to.is_some(),
        filter.cc.is_some(),
        filter.bcc.is_some(),
        !filter.any_email.is_empty(),
        filter.starred == Some(true),
        filter.has_attachment == Some(true),
        filter.folder.is_some() || filter.unread == Some(true),
    ];
    !scans && walks.iter().filter(|named| **named).count() <= 1
}

fn positioned(
    connection: &Connection,
    mailbox: Mailbox,
    filter: &MessageFilter,
    request: &PageRequest,
) -> Result<Page<(i64, Message)>> {
    let Some(plan) = plan(mailbox, filter, request).filter(|_| request.limit > 0) else {
        return Ok(Page { items: Vec::new(), next: None });
    };
    // SQLite folds only ASCII, so a subject is looked at here, and how many rows that takes is not known beforehand.
    let needle = filter.subject.as_deref().map(str::to_lowercase).filter(|needle| !needle.is_empty());
    let limit = if needle.is_some() { -1 } else { counted(request.limit as u64).saturating_add(1) };
    let values = plan.values.into_iter().chain([Value::from(limit)]);
    let mut statement = connection.prepare_cached(&format!("{} LIMIT ?", plan.sql))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut items: Vec<(i64, Message)> = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(needle) = &needle {
            let subject = row.get_ref(SUBJECT)?.as_str().map_err(Error::corrupt)?;
            if !subject.to_lowercase().contains(needle.as_str()) {
                continue;
            }
        }
        if items.len() == request.limit {
            let next = items.last().map(|(position, _)| Position(*position));
            return Ok(Page { items, next });
        }
        items.push((position(row)?, read(row)?));
    }
    Ok(Page { items, next: None })
}
