//! From a filter to a statement.
//!
//! A list walks one index down from a position and stops when its page is full. The most selective thing the filter
//! names decides which index that is (the walk); everything else it names is checked on each row passed (the checks).
//! SQLite is told the walk by name rather than asked to guess: it has no statistics, and a plan that changes on its own
//! is a latency that changes on its own.

use model::address::lookup_form;
use rusqlite::types::Value;

use super::super::columns::nanos;
use super::super::mailbox::Mailbox;
use super::row::COLUMNS;
use crate::filter::{MessageFilter, PageRequest};
use crate::search::{Query, parse};

/// Bits of `message_addresses.fields`.
pub(in crate::sqlite) const FROM: i64 = 1;
pub(in crate::sqlite) const TO: i64 = 2;
pub(in crate::sqlite) const CC: i64 = 4;
pub(in crate::sqlite) const BCC: i64 = 8;

/// A statement with its values, newest message first, without a limit.
pub(super) struct Plan {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// The rows a walk visits: `FROM` with joins, and the conditions on its index.
struct Walk {
    from: &'static str,
    /// The column that holds the position, so that the walk can start in the middle.
    position: &'static str,
    condition: &'static str,
    values: Vec<Value>,
    /// Which part of the filter it answers.
    answers: Answers,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Answers {
    Ids,
    Search,
    Thread,
    Metadata,
    Address(i64),
    AnyEmail,
    Starred,
    Folder,
    Drafts,
    Unread,
    Attachment,
    Nothing,
}

/// The plan of a page; `None` when nothing can match.
pub(super) fn plan(mailbox: Mailbox, filter: &MessageFilter, page: &PageRequest) -> Option<Plan> {
    let search = match filter.search.as_deref().map(|text| parse(&mailbox.scope(), text)) {
        Some(Query::Nothing) => return None,
        Some(Query::Match(expression)) => Some(expression),
        Some(Query::Everything) | None => None,
    };
    let walk = walk(mailbox, filter, search.clone());
    let mut checks = Checks { sql: String::new(), values: Vec::new() };
    if let Some(expression) = search.filter(|_| walk.answers != Answers::Search) {
        let found = "m.position IN (SELECT rowid FROM message_search WHERE message_search MATCH ?)";
        checks.add(found, [expression.into()]);
    }
    checks.placement(filter, walk.answers);
    checks.addresses(mailbox, filter, walk.answers);
    checks.rest(mailbox, filter, walk.answers);
    let (low, high) = bounds(mailbox, filter, page);
    let sql = format!(
        "SELECT {COLUMNS} FROM {} WHERE {} AND {p} BETWEEN ? AND ?{} ORDER BY {p} DESC",
        walk.from,
        walk.condition,
        checks.sql,
        p = walk.position
    );
    let bounds = [Value::from(low), Value::from(high)];
    Some(Plan { sql, values: walk.values.into_iter().chain(bounds).chain(checks.values).collect() })
}

/// The positions a page can come from.
fn bounds(mailbox: Mailbox, filter: &MessageFilter, page: &PageRequest) -> (i64, i64) {
    let low = filter.after.map_or(mailbox.first(), |after| mailbox.since_date(after));
    let high = filter.before.map_or(mailbox.last(), |before| mailbox.until_date(before));
    (low, page.after.map_or(high, |after| high.min(after.0.saturating_sub(1))))
}

fn walk(mailbox: Mailbox, filter: &MessageFilter, search: Option<String>) -> Walk {
    let number = Value::from(mailbox.0);
    if let Some(ids) = &filter.ids {
        return Walk {
            from: "messages m INDEXED BY messages_by_id",
            position: "m.position",
            condition: "m.mailbox = ? AND m.id IN (SELECT value FROM json_each(?))",
            values: vec![number, serde_json::json!(ids).to_string().into()],
            answers: Answers::Ids,
        };
    }
    if let Some(expression) = search {
        return Walk {
            from: "message_search CROSS JOIN messages m ON m.position = message_search.rowid",
            position: "message_search.rowid",
            condition: "message_search MATCH ?",
            values: vec![expression.into()],
            answers: Answers::Search,
        };
    }
    if let Some(thread) = &filter.thread_id {
        return Walk {
            from: "messages m INDEXED BY messages_by_thread",
            position: "m.position",
            condition: "m.mailbox = ? AND m.thread_id = ?",
            values: vec![number, thread.0.clone().into()],
            answers: Answers::Thread,
        };
    }
    if let Some((key, value)) = &filter.metadata {
        return Walk {
            from: "message_metadata d CROSS JOIN messages m ON m.position = d.position",
            position: "d.position",
            condition: "d.mailbox = ? AND d.key = ? AND d.value = ?",
            values: vec![number, key.clone().into(), value.clone().into()],
            answers: Answers::Metadata,
        };
    }
    by_address(&number, filter).or_else(|| by_place(&number, filter)).unwrap_or_else(|| by_flag(filter))
}

fn by_address(number: &Value, filter: &MessageFilter) -> Option<Walk> {
    let (email, fields, answers) = match filter.any_email.as_slice() {
        _ if filter.bcc.is_some() => (filter.bcc.as_ref()?, BCC, Answers::Address(BCC)),
        _ if filter.cc.is_some() => (filter.cc.as_ref()?, CC, Answers::Address(CC)),
        _ if filter.from.is_some() => (filter.from.as_ref()?, FROM, Answers::Address(FROM)),
        _ if filter.to.is_some() => (filter.to.as_ref()?, TO, Answers::Address(TO)),
        [only] => (only, FROM | TO | CC | BCC, Answers::AnyEmail),
        _ => return None,
    };
    Some(Walk {
        from: "message_addresses a CROSS JOIN messages m ON m.position = a.position",
        position: "a.position",
        condition: "a.mailbox = ? AND a.email = ? AND a.fields & ? <> 0",
        values: vec![number.clone(), lookup_form(email).into(), fields.into()],
        answers,
    })
}

fn by_place(number: &Value, filter: &MessageFilter) -> Option<Walk> {
    if filter.starred == Some(true) {
        return Some(Walk::flagged("messages m INDEXED BY messages_starred", "m.starred = 1", Answers::Starred));
    }
    let folder = filter.folder.as_ref()?;
    Some(Walk {
        from: "message_folders f CROSS JOIN messages m ON m.position = f.position",
        position: "f.position",
        condition: "f.mailbox = ? AND f.folder_id = ?",
        values: vec![number.clone(), folder.0.clone().into()],
        answers: Answers::Folder,
    })
}

fn by_flag(filter: &MessageFilter) -> Walk {
    if filter.drafts == Some(true) {
        Walk::flagged("messages m INDEXED BY messages_drafts", "m.draft = 1", Answers::Drafts)
    } else if filter.unread == Some(true) {
        Walk::flagged("messages m INDEXED BY messages_unread", "m.unread = 1", Answers::Unread)
    } else if filter.has_attachment == Some(true) {
        Walk::flagged("messages m INDEXED BY messages_attached", "m.has_attachment = 1", Answers::Attachment)
    } else {
        Walk::flagged("messages m NOT INDEXED", "1", Answers::Nothing)
    }
}

impl Walk {
    fn flagged(from: &'static str, condition: &'static str, answers: Answers) -> Self {
        Self { from, position: "m.position", condition, values: Vec::new(), answers }
    }
}

/// Conditions on each row a walk passes.
struct Checks {
    sql: String,
    values: Vec<Value>,
}

impl Checks {
    fn add(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    /// A list leaves out trash and spam, unless it names a folder, or messages that the provider found.
    fn placement(&mut self, filter: &MessageFilter, answered: Answers) {
        if filter.folder.is_none() && filter.ids.is_none() {
            self.add("m.hidden = 0", []);
        }
        for (wanted, yes, no) in [
            (filter.starred, "m.starred = 1", "m.starred = 0"),
            (filter.drafts, "m.draft = 1", "m.draft = 0"),
            (filter.has_attachment, "m.has_attachment = 1", "m.has_attachment = 0"),
        ] {
            if let Some(wanted) = wanted {
                self.add(if wanted { yes } else { no }, []);
            }
        }
        // Answered from the index entry where the walk goes through a folder, without touching the message.
        match (filter.unread, answered) {
            (Some(unread), Answers::Folder) => self.add("f.unread = ?", [unread.into()]),
            (Some(unread), _) => self.add("m.unread = ?", [unread.into()]),
            (None, _) => {}
        }
    }

    fn addresses(&mut self, mailbox: Mailbox, filter: &MessageFilter, answered: Answers) {
        let exists = "EXISTS (SELECT 1 FROM message_addresses x WHERE x.mailbox = ? AND x.email = ? \
                      AND x.position = m.position AND x.fields & ? <> 0)";
        for (email, field) in [(&filter.from, FROM), (&filter.to, TO), (&filter.cc, CC), (&filter.bcc, BCC)] {
            if let Some(email) = email.as_ref().filter(|_| answered != Answers::Address(field)) {
                self.add(exists, [mailbox.0.into(), lookup_form(email).into(), field.into()]);
            }
        }
        if !filter.any_email.is_empty() && answered != Answers::AnyEmail {
            let emails: Vec<String> = filter.any_email.iter().map(|email| lookup_form(email)).collect();
            let any = "EXISTS (SELECT 1 FROM json_each(?) e CROSS JOIN message_addresses x \
                       WHERE x.mailbox = ? AND x.email = e.value AND x.position = m.position)";
            self.add(any, [serde_json::json!(emails).to_string().into(), mailbox.0.into()]);
        }
    }

    fn rest(&mut self, mailbox: Mailbox, filter: &MessageFilter, answered: Answers) {
        if let Some(folder) = filter.folder.as_ref().filter(|_| answered != Answers::Folder) {
            let exists = "EXISTS (SELECT 1 FROM message_folders x WHERE x.mailbox = ? AND x.folder_id = ? \
                          AND x.position = m.position)";
            self.add(exists, [mailbox.0.into(), folder.0.clone().into()]);
        }
        if let Some(thread) = filter.thread_id.as_ref().filter(|_| answered != Answers::Thread) {
            self.add("m.thread_id = ?", [thread.0.clone().into()]);
        }
        if let Some((key, value)) = filter.metadata.as_ref().filter(|_| answered != Answers::Metadata) {
            let exists = "EXISTS (SELECT 1 FROM message_metadata x WHERE x.mailbox = ? AND x.key = ? AND x.value = ? \
                          AND x.position = m.position)";
            self.add(exists, [mailbox.0.into(), key.clone().into(), value.clone().into()]);
        }
        // The bounds of the walk are a little wider than these.
        if let Some(before) = filter.before {
            self.add("m.date < ?", [nanos(before).into()]);
        }
        if let Some(after) = filter.after {
            self.add("m.date > ?", [nanos(after).into()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params_from_iter};

    use super::*;
    use crate::sqlite::migrate;

    /// One filter for everything a list can be narrowed by.
    fn singles() -> Vec<MessageFilter> {
        let text = |text: &str| Some(text.to_owned());
        let any = MessageFilter::default;
        let date = Some(model::Timestamp::UNIX_EPOCH);
        vec![
            any(),
            MessageFilter { any_email: vec!["a@example.com".into()], ..any() },
            MessageFilter { any_email: vec!["a@example.com".into(), "b@example.com".into()], ..any() },
            MessageFilter { from: text("a@example.com"), ..any() },
            MessageFilter { to: text("a@example.com"), ..any() },
            MessageFilter { cc: text("a@example.com"), ..any() },
            MessageFilter { bcc: text("a@example.com"), ..any() },
            MessageFilter { folder: Some("INBOX".into()), ..any() },
            MessageFilter { thread_id: Some("t".into()), ..any() },
            MessageFilter { unread: Some(true), ..any() },
            MessageFilter { unread: Some(false), ..any() },
            MessageFilter { starred: Some(true), ..any() },
            MessageFilter { starred: Some(false), ..any() },
            MessageFilter { has_attachment: Some(true), ..any() },
            MessageFilter { has_attachment: Some(false), ..any() },
            MessageFilter { before: date, ..any() },
            MessageFilter { after: date, ..any() },
            MessageFilter { metadata: Some(("key1".into(), "v".into())), ..any() },
            MessageFilter { search: text("word"), ..any() },
            MessageFilter { drafts: Some(true), ..any() },
            MessageFilter { drafts: Some(false), ..any() },
            MessageFilter { ids: Some(vec!["m".into()]), ..any() },
        ]
    }

    fn both(a: &MessageFilter, b: &MessageFilter) -> MessageFilter {
        let (a, b) = (a.clone(), b.clone());
        MessageFilter {
            subject: a.subject.or(b.subject),
            any_email: if a.any_email.is_empty() { b.any_email } else { a.any_email },
            from: a.from.or(b.from),
            to: a.to.or(b.to),
            cc: a.cc.or(b.cc),
            bcc: a.bcc.or(b.bcc),
            folder: a.folder.or(b.folder),
            thread_id: a.thread_id.or(b.thread_id),
            unread: a.unread.or(b.unread),
            starred: a.starred.or(b.starred),
            has_attachment: a.has_attachment.or(b.has_attachment),
            before: a.before.or(b.before),
            after: a.after.or(b.after),
            metadata: a.metadata.or(b.metadata),
            search: a.search.or(b.search),
            drafts: a.drafts.or(b.drafts),
            ids: a.ids.or(b.ids),
        }
    }

    /// How SQLite carries the plan out. Fails when the statement does not prepare or the values do not fit it.
    fn explained(connection: &Connection, filter: &MessageFilter) -> String {
        let plan = plan(Mailbox(1), filter, &PageRequest { after: None, limit: 50 }).unwrap();
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {} LIMIT ?", plan.sql)).unwrap();
        let values = plan.values.into_iter().chain([Value::from(51)]);
        let lines = statement.query_map(params_from_iter(values), |row| row.get::<_, String>("detail")).unwrap();
        lines.map(|line| line.unwrap() + "\n").collect()
    }

    #[test]
    fn no_list_sorts_and_none_reads_a_whole_table() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::run(&mut connection).unwrap();
        let singles = singles();
        for filter in singles.iter().flat_map(|a| singles.iter().map(|b| both(a, b))) {
            let how = explained(&connection, &filter);
            let lines = how.lines().filter(|line| !line.contains("json_each") && !line.contains("VIRTUAL TABLE"));
            assert!(lines.clone().all(|line| !line.starts_with("SCAN")), "{filter:?}\n{how}");
            // The ids of a native search are few, and come in no order.
            let sorts = how.contains("TEMP B-TREE FOR ORDER BY");
            assert!(!sorts || filter.ids.is_some(), "{filter:?}\n{how}");
        }
    }

    #[test]
    fn each_filter_walks_the_index_made_for_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::run(&mut connection).unwrap();
        let expected = [
            "messages_starred (starred=? AND rowid>? AND rowid<?)",
            "messages_unread (unread=? AND rowid>? AND rowid<?)",
            "messages_drafts (draft=? AND rowid>? AND rowid<?)",
            "messages_attached (has_attachment=? AND rowid>? AND rowid<?)",
            "messages_by_thread (mailbox=? AND thread_id=? AND rowid>? AND rowid<?)",
            "(mailbox=? AND folder_id=? AND position>? AND position<?)",
            "(mailbox=? AND email=? AND position>? AND position<?)",
            "(mailbox=? AND key=? AND value=? AND position>? AND position<?)",
        ];
        let plans: String = singles().iter().map(|filter| explained(&connection, filter)).collect();
        for walk in expected {
            assert!(plans.contains(walk), "nothing walks {walk}\n{plans}");
        }
    }
}
