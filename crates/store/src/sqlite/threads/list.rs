//! Threads by id, and pages of them.

use model::address::lookup_form;
use model::message::Thread;
use model::page::{Page, Position};
use model::{MessageId, ThreadId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use serde_json::json;

use super::super::columns::{Columns, counted, nanos, one};
use super::super::mailbox::Mailbox;
use super::super::messages::plan::{BCC, CC, FROM, TO};
use crate::filter::{PageRequest, ThreadFilter};
use crate::search::{Query, parse};
use crate::{Error, Result};

/// The columns [`read`] reads, in its order.
const COLUMNS: &str = "t.position, t.id, t.subject, t.participants, t.snippet, t.unread, t.starred, t.has_attachments, \
     t.message_ids, t.draft_ids, t.folders, t.earliest_date, t.received_date, t.sent_date, t.latest_id";
const SUBJECT: usize = 2;

pub(crate) fn get(connection: &Connection, mailbox: Mailbox, id: &ThreadId) -> Result<Option<Thread>> {
    let sql = format!("SELECT {COLUMNS} FROM threads t WHERE t.mailbox = ?1 AND t.id = ?2");
    one(connection, &sql, params![mailbox.0, id.0], read)
}

/// A page of threads, the one with the latest message first.
pub(crate) fn page(
    connection: &Connection,
    mailbox: Mailbox,
    filter: &ThreadFilter,
    request: &PageRequest,
) -> Result<Page<Thread>> {
    let Some(plan) = plan(mailbox, filter, request).filter(|_| request.limit > 0) else {
        return Ok(Page { items: Vec::new(), next: None });
    };
    let needle = filter.subject.as_deref().map(str::to_lowercase).filter(|needle| !needle.is_empty());
    let limit = if needle.is_some() { -1 } else { counted(request.limit as u64).saturating_add(1) };
    let mut statement = connection.prepare_cached(&format!("{} LIMIT ?", plan.sql))?;
    let mut rows = statement.query(params_from_iter(plan.values.into_iter().chain([Value::from(limit)])))?;
    let mut items: Vec<Thread> = Vec::new();
    let mut last = 0;
    while let Some(row) = rows.next()? {
        if let Some(needle) = &needle {
            let subject = row.get_ref(SUBJECT)?.as_str().map_err(Error::corrupt)?;
            if !subject.to_lowercase().contains(needle.as_str()) {
                continue;
            }
        }
        if items.len() == request.limit {
            return Ok(Page { items, next: Some(Position(last)) });
        }
        last = row.get(0)?;
        items.push(read(row)?);
    }
    Ok(Page { items, next: None })
}

/// Whether a page is the work of microseconds.
pub(crate) fn is_brief(filter: &ThreadFilter) -> bool {
    let plain = ThreadFilter { folder: filter.folder.clone(), unread: filter.unread, ..ThreadFilter::default() };
    *filter == plain && (filter.folder.is_none() || filter.unread.is_none())
}

struct Plan {
    sql: String,
    values: Vec<Value>,
}

impl Plan {
    fn add(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.extend(values);
    }
}

/// The statement of a page without its limit; `None` when nothing can match. As for messages, a list is one walk down
/// from a position; where the filter names people or words, the threads with such a message are collected first.
fn plan(mailbox: Mailbox, filter: &ThreadFilter, request: &PageRequest) -> Option<Plan> {
    let (from, position) = walk(filter);
    let sql = format!("SELECT {COLUMNS} FROM {from} WHERE {position} BETWEEN ? AND ?");
    let (low, high) = bounds(mailbox, filter, request);
    let mut plan = Plan { sql, values: vec![low.into(), high.into()] };
    if let Some(folder) = &filter.folder {
        plan.add("f.mailbox = ? AND f.folder_id = ?", [mailbox.0.into(), folder.0.clone().into()]);
    } else if filter.ids.is_none() {
        plan.add("t.visible = 1", []);
    }
    flags(&mut plan, filter);
    dates(&mut plan, filter);
    people(&mut plan, mailbox, filter);
    match filter.search.as_deref().map(|text| parse(&mailbox.scope(), text)) {
        Some(Query::Nothing) => return None,
        Some(Query::Match(expression)) => plan.add(
            "t.id IN (SELECT m.thread_id FROM message_search CROSS JOIN messages m ON m.position = message_search.rowid
                      WHERE message_search MATCH ?)",
            [expression.into()],
        ),
        Some(Query::Everything) | None => {}
    }
    if let Some(ids) = &filter.ids {
        plan.add("t.mailbox = ?", [mailbox.0.into()]);
        plan.add("t.id IN (SELECT value FROM json_each(?))", [json!(ids).to_string().into()]);
    }
    plan.sql.push_str(&format!(" ORDER BY {position} DESC"));
    Some(plan)
}

fn walk(filter: &ThreadFilter) -> (&'static str, &'static str) {
    if filter.folder.is_some() {
        ("thread_folders f CROSS JOIN threads t ON t.position = f.position", "f.position")
    } else if filter.ids.is_some() {
        ("threads t INDEXED BY threads_by_id", "t.position")
    } else if filter.starred == Some(true) {
        ("threads t INDEXED BY threads_starred", "t.position")
    } else if filter.unread == Some(true) {
        ("threads t INDEXED BY threads_unread", "t.position")
    } else {
        ("threads t NOT INDEXED", "t.position")
    }
}

fn bounds(mailbox: Mailbox, filter: &ThreadFilter, request: &PageRequest) -> (i64, i64) {
    let low = filter.latest_after.map_or(mailbox.first(), |after| mailbox.since_date(after));
    let high = filter.latest_before.map_or(mailbox.last(), |before| mailbox.until_date(before));
    (low, request.after.map_or(high, |after| high.min(after.0.saturating_sub(1))))
}

fn flags(plan: &mut Plan, filter: &ThreadFilter) {
    for (wanted, yes, no) in [
        (filter.unread, "t.unread = 1", "t.unread = 0"),
        (filter.starred, "t.starred = 1", "t.starred = 0"),
        (filter.has_attachment, "t.has_attachments = 1", "t.has_attachments = 0"),
    ] {
        if let Some(wanted) = wanted {
            plan.add(if wanted { yes } else { no }, []);
        }
    }
}

fn dates(plan: &mut Plan, filter: &ThreadFilter) {
    for (condition, date) in [
        ("t.latest_date < ?", filter.latest_before),
        ("t.latest_date > ?", filter.latest_after),
        ("t.earliest_date > ?", filter.earliest_after),
    ] {
        if let Some(date) = date {
            plan.add(condition, [nanos(date).into()]);
        }
    }
}

fn people(plan: &mut Plan, mailbox: Mailbox, filter: &ThreadFilter) {
    let with_message = "t.id IN (SELECT m.thread_id FROM message_addresses a CROSS JOIN messages m ON m.position = a.position
                                 WHERE a.mailbox = ? AND a.email IN (SELECT value FROM json_each(?)) AND a.fields & ? <> 0)";
    let mut narrow = |emails: &[String], fields: i64| {
        let emails: Vec<String> = emails.iter().map(|email| lookup_form(email)).collect();
        plan.add(with_message, [mailbox.0.into(), json!(emails).to_string().into(), fields.into()]);
    };
    for (email, field) in [(&filter.from, FROM), (&filter.to, TO), (&filter.cc, CC), (&filter.bcc, BCC)] {
        if let Some(email) = email {
            narrow(std::slice::from_ref(email), field);
        }
    }
    if !filter.any_email.is_empty() {
        narrow(&filter.any_email, FROM | TO | CC | BCC);
    }
}

fn read(row: &Row) -> Result<Thread> {
    Ok(Thread {
        id: ThreadId(row.get(1)?),
        subject: row.get(SUBJECT)?,
        participants: row.json(3)?,
        snippet: row.get(4)?,
        unread: row.get(5)?,
        starred: row.get(6)?,
        has_attachments: row.get(7)?,
        message_ids: row.json(8)?,
        draft_ids: row.json(9)?,
        folders: row.json(10)?,
        earliest_message_date: row.time(11)?,
        latest_message_received_date: row.time_opt(12)?,
        latest_message_sent_date: row.time_opt(13)?,
        latest: MessageId(row.get(14)?),
    })
}
