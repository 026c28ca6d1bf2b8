//! `users.history.list` (facts 3.7).

use serde::Serialize;

use super::message_json::Stub;
use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;
use crate::world::history::{Change, Record};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<RecordJson<'a>>,
    history_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordJson<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels_added: Option<[Changed<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels_removed: Option<[Changed<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<[Stub<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_added: Option<[Changed<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_deleted: Option<[Changed<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    label_ids: &'a [String],
    message: Stub<'a>,
}

/// `GET /history`.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let start =
        call.query.get("startHistoryId").and_then(|id| id.parse::<u64>().ok()).ok_or_else(Error::start_history_id)?;
    let types: Vec<_> = call.query.all("historyTypes").map(plain).collect();
    let label = call.query.filled("labelId");
    let state = call.mailbox.read();
    if let Some(unknown) = label.filter(|label| state.labels.get(label).is_none()) {
        return Err(Error::invalid_label(unknown));
    }
    let from = match call.query.filled("pageToken") {
        Some(token) => place(token, start)?,
        None => start,
    };
    // The mailbox's past may have been cut off between two pages as well.
    let records = state.history_since(from, call.now_ms()).ok_or_else(Error::not_found)?;
    let mut wanted = records.filter(|record| {
        (types.is_empty() || types.contains(&kind(&record.change))) && label.is_none_or(|label| concerns(record, label))
    });
    let page: Vec<_> = wanted.by_ref().take(call.max_results()).collect();
    let last = wanted.next().and(page.last()).map(|record| record.id);
    call.answer(&Listed {
        history: page.iter().map(|record| RecordJson::of(record)).collect(),
        history_id: state.history.current().to_string(),
        next_page_token: last.map(|last| token(last, start)),
    })
}

/// A page token names the last record shown, and the start it belongs to.
fn token(last: u64, start: u64) -> String {
    ((u128::from(start) << 64 | u128::from(last)) + 1).to_string()
}

fn place(token: &str, start: u64) -> Result<u64, Error> {
    let number =
        token.parse::<u128>().ok().and_then(|number| number.checked_sub(1)).ok_or_else(Error::invalid_page_token)?;
    if number >> 64 == u128::from(start) { Ok(number as u64) } else { Err(Error::invalid_page_token()) }
}

/// `MESSAGE_ADDED` is also written so by some clients.
fn plain(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}

fn kind(change: &Change) -> String {
    let name = match change {
        Change::MessageAdded => "messageadded",
        Change::MessageDeleted => "messagedeleted",
        Change::LabelsAdded(_) => "labeladded",
        Change::LabelsRemoved(_) => "labelremoved",
    };
    name.to_owned()
}

/// The filter looks at the message's labels after the change, so that the removal of that very label is missed
/// (facts 3.7).
fn concerns(record: &Record, label: &str) -> bool {
    record.labels.iter().any(|have| have == label)
}

impl<'a> RecordJson<'a> {
    fn of(record: &'a Record) -> Self {
        let (message, thread) = (record.message, record.thread);
        let changed = |label_ids| Some([Changed { label_ids, message: Stub::parts(message, thread, &record.labels) }]);
        let base =
            Self { id: record.id.to_string(), messages: Some([Stub::parts(message, thread, &[])]), ..Self::default() };
        match &record.change {
            Change::MessageAdded => Self { messages_added: changed(&[]), ..base },
            Change::MessageDeleted => Self { messages_deleted: changed(&[]), ..base },
            Change::LabelsAdded(labels) => Self { labels_added: changed(labels), ..base },
            Change::LabelsRemoved(labels) => Self { labels_removed: changed(labels), ..base },
        }
    }
}
