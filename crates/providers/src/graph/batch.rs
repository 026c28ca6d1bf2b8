//! `$batch` (facts 1.4): several requests in one, each answered, counted and throttled by itself.

use std::collections::VecDeque;

use model::Fault;
use reqwest::Method;
use serde_json::{Value, json};

use super::answers;
use super::cost::Operation;
use super::http::{Http, IMMUTABLE, unreadable};
use super::origin;
use crate::entries::settle;
use crate::meter::{Outcome, Pass};

/// Requests in one batch at most.
const MOST: usize = 20;

/// One request of a batch: a `GET` of something that answers JSON.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Part {
    /// Below the version, with its query.
    path: String,
    /// Preferences besides the kind of ids.
    prefer: Option<String>,
}

impl Part {
    /// Reads what is at `path`.
    pub(super) fn get(path: String) -> Self {
        Self { path, prefer: None }
    }

    /// The same with another preference.
    pub(super) fn preferring(self, prefer: String) -> Self {
        Self { prefer: Some(prefer), ..self }
    }

    fn preferences(&self) -> String {
        match &self.prefer {
            Some(more) => format!("{IMMUTABLE}, {more}"),
            None => IMMUTABLE.to_owned(),
        }
    }
}

type Entry = Result<Value, Fault>;

/// As [`entries`]; the outer error means that nothing was read, for a reason that concerns all.
pub(super) async fn read(
    http: &Http,
    operation: Operation,
    parts: Vec<Result<Part, Fault>>,
) -> Result<Vec<Entry>, Fault> {
    settle(entries(http, operation, parts).await)
}

/// Reads many things, one entry each, in order. An entry that has no path is its own fault. As many go together as the
/// meter allows; what a quota refuses is not asked again here.
pub(super) async fn entries(http: &Http, operation: Operation, parts: Vec<Result<Part, Fault>>) -> Vec<Entry> {
    let mut slots: Vec<Option<Entry>> = parts.iter().map(|part| part.as_ref().err().cloned().map(Err)).collect();
    let mut waiting: VecDeque<usize> = (0..slots.len()).filter(|&i| slots[i].is_none()).collect();
    while !waiting.is_empty() {
        let wanted = MOST.min(waiting.len());
        let pass = match http.enter(operation.into(), 0, u32::try_from(wanted).unwrap_or(u32::MAX)).await {
            Ok(pass) => pass,
            Err(fault) => {
                waiting.drain(..).for_each(|i| slots[i] = Some(Err(fault.clone())));
                break;
            }
        };
        let granted = wanted.min(pass.granted() as usize);
        let group: Vec<(usize, &Part)> =
            waiting.drain(..granted).filter_map(|i| Some((i, parts[i].as_ref().ok()?))).collect();
        for (index, entry) in together(http, operation, pass, &group).await {
            slots[index] = Some(entry);
        }
    }
    slots.into_iter().flatten().collect()
}

/// Sends some parts in one request and takes its answer apart.
async fn together(http: &Http, operation: Operation, pass: Pass, group: &[(usize, &Part)]) -> Vec<(usize, Entry)> {
    let exchange = http.batch(&pass, operation, &request(group)).await;
    let mut outcome = exchange.outcome();
    let taken = exchange.answer.and_then(|answer| {
        serde_json::from_slice::<Value>(&answer.body).map_err(|e| unreadable(&e.to_string(), operation))
    });
    let entries = match taken {
        Ok(mut answer) => {
            let mut items = items(&mut answer);
            let mut entry =
                |number: usize| items.iter().position(|item| is_numbered(item, number)).map(|at| items.swap_remove(at));
            let missing = || Err(unreadable("the batch was not answered in full", operation));
            let entries = group.iter().enumerate();
            entries
                .map(|(n, (i, _))| (*i, entry(n).map_or_else(missing, |item| inner(http, operation, item))))
                .collect()
        }
        Err(fault) => group.iter().map(|(i, _)| (*i, Err(fault.clone()))).collect::<Vec<_>>(),
    };
    tell(&mut outcome, &entries);
    pass.end(outcome);
    entries
}

fn tell(outcome: &mut Outcome, entries: &[(usize, Entry)]) {
    entries.iter().for_each(|(_, entry)| outcome.add(1, entry.as_ref().err()));
}

fn request(group: &[(usize, &Part)]) -> Value {
    let part = |(number, (_, part)): (usize, &(usize, &Part))| {
        json!({ "id": number.to_string(), "method": Method::GET.as_str(), "url": part.path,
            "headers": { "Prefer": part.preferences() } })
    };
    json!({ "requests": group.iter().enumerate().map(part).collect::<Vec<_>>() })
}

fn items(answer: &mut Value) -> Vec<Value> {
    match answer.get_mut("responses").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn is_numbered(item: &Value, number: usize) -> bool {
    item.get("id").is_some_and(|id| id.as_str().is_some_and(|id| id == number.to_string()))
}

fn inner(http: &Http, operation: Operation, mut item: Value) -> Entry {
    let status = item.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    match status {
        Some(200..=299) => Ok(item.get_mut("body").map(Value::take).unwrap_or_default()),
        _ => {
            if item.get("body").is_none() {
                // An error without a body is one all the same; the classifier looks for the pair.
                item["body"] = Value::Object(serde_json::Map::new());
            }
            let bytes = item.to_string();
            let fault = answers::refusal(None, &[], bytes.as_bytes(), operation, http.now());
            Err(fault.answering(origin::batched(operation, status.unwrap_or_default())))
        }
    }
}

/// An inner answer as the type it should be.
pub(super) fn decoded<T: serde::de::DeserializeOwned>(entry: Entry, operation: Operation) -> Result<T, Fault> {
    serde_json::from_value(entry?).map_err(|e| unreadable(&e.to_string(), operation))
}
