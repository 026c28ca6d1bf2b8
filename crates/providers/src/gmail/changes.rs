//! Changes since a cursor, from `history.list` (facts 3.7). The cursor is Gmail's history id.

use std::collections::HashMap;

use model::sync::{Change, SyncCursor};
use model::{Fault, MessageId};
use reqwest::Method;

use super::cost::Operation;
use super::http::Http;
use super::placement;
use super::wire::{History, HistoryList, HistoryMessage};
use crate::{ChangePage, Glimpses};

/// One page of changes. A history id that Gmail no longer keeps is answered with 404 and becomes `Resync`.
pub(super) async fn changes(http: &Http, cursor: &SyncCursor, page: Option<String>) -> Result<ChangePage, Fault> {
    let mut query = vec![("startHistoryId", cursor.0.as_str()), ("maxResults", "500")];
    if let Some(page) = &page {
        query.push(("pageToken", page));
    }
    let request = http.request(Method::GET, "/history").query(&query);
    let list: HistoryList = http.json(request, Operation::HistoryList).await?;
    let folders_changed = list.history.iter().any(names_user_label);
    // The answer states where the mailbox is now, which is our place only after the last page; before, it is the last record's.
    let reached = match &list.next_page_token {
        Some(_) => list.history.last().and_then(|record| record.id.as_ref()),
        None => list.history_id.as_ref(),
    };
    // Every real answer states them; without them the old place is kept, which only repeats work.
    let cursor = reached.map_or_else(|| cursor.clone(), |id| SyncCursor(id.0.to_string()));
    let next = list.next_page_token;
    Ok(ChangePage { changes: merged(list.history), glimpses: Glimpses::default(), next, cursor, folders_changed })
}

/// History does not tell of labels themselves; a label that comes to be used is the only trace of a new one.
fn names_user_label(record: &History) -> bool {
    let arrivals = record.messages_added.iter().chain(&record.labels_added);
    arrivals.flat_map(|m| &m.message.label_ids).any(|l| l.starts_with("Label_"))
}

/// The last word on each message, in the order of the last words.
fn merged(records: Vec<History>) -> Vec<Change> {
    let mut last: HashMap<String, (usize, Change)> = HashMap::new();
    let mut order = 0;
    for record in records {
        for (kind, list) in [
            (Kind::Added, record.messages_added),
            (Kind::Placed, record.labels_added),
            (Kind::Placed, record.labels_removed),
            (Kind::Deleted, record.messages_deleted),
        ] {
            for HistoryMessage { message } in list {
                order += 1;
                let id = MessageId(message.id.clone());
                let known = last.get(&message.id).map(|(_, change)| change);
                let change = match (kind, known) {
                    (Kind::Deleted, _) => Change::Deleted(id),
                    // What was created a moment ago has to be fetched anyway, and comes with its labels.
                    (Kind::Added, _) | (Kind::Placed, Some(Change::Created(_))) => Change::Created(id),
                    // Labels of what is gone are no news.
                    (Kind::Placed, Some(Change::Deleted(_))) => Change::Deleted(id),
                    (Kind::Placed, _) => Change::Placed(id, placement::of_labels(message.label_ids)),
                };
                last.insert(message.id, (order, change));
            }
        }
    }
    let mut changes: Vec<(usize, Change)> = last.into_values().collect();
    changes.sort_unstable_by_key(|(order, _)| *order);
    changes.into_iter().map(|(_, change)| change).collect()
}

#[derive(Clone, Copy)]
enum Kind {
    Added,
    Placed,
    Deleted,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Vec<Change> {
        merged(serde_json::from_str::<HistoryList>(json).unwrap().history)
    }

    #[test]
    fn the_last_word_on_each_message_counts() {
        let changes = read(
            r#"{"history":[
            {"id":"1","messagesAdded":[{"message":{"id":"a","threadId":"a","labelIds":["INBOX"]}}]},
            {"id":"2","labelsAdded":[{"message":{"id":"b","threadId":"b","labelIds":["INBOX","STARRED"]},"labelIds":["STARRED"]}]},
            {"id":"3","labelsRemoved":[{"message":{"id":"a","threadId":"a"},"labelIds":["INBOX"]}]},
            {"id":"4","labelsRemoved":[{"message":{"id":"b","threadId":"b"},"labelIds":["INBOX"]}]},
            {"id":"5","messagesAdded":[{"message":{"id":"c","threadId":"c"}}]},
            {"id":"6","messagesDeleted":[{"message":{"id":"c","threadId":"c"}}]},
            {"id":"7","messages":[{"id":"d","threadId":"d"}]}],"historyId":"9"}"#,
        );
        assert_eq!(
            changes,
            [
                Change::Created("a".into()),
                Change::Placed("b".into(), placement::of_labels(vec![])),
                Change::Deleted("c".into())
            ]
        );
    }

    #[test]
    fn no_history_is_no_change() {
        assert!(read(r#"{"historyId":"9"}"#).is_empty());
    }

    #[test]
    fn a_label_in_use_may_be_a_new_one() {
        let list: HistoryList =
            serde_json::from_str(r#"{"history":[{"messagesAdded":[{"message":{"id":"a","labelIds":["Label_7"]}}]}]}"#)
                .unwrap();
        assert!(names_user_label(&list.history[0]));
    }
}
