//! One labelled error.

use providers::classify::{Protocol, classify, retry_word};
use serde_json::Value;

use crate::{disputed, line};

/// A case and what became of it.
pub struct Case {
    pub id: String,
    pub protocol: Protocol,
    pub clear: bool,
    pub strong: bool,
    pub labelled: Answer,
    pub given: Answer,
}

/// Kind, retry decision and scope.
#[derive(Debug)]
pub struct Answer {
    pub kind: String,
    pub retry: String,
    pub scope: String,
}

impl Case {
    /// Reads a line and classifies it.
    pub fn read(line: &str) -> Self {
        let case: Value = serde_json::from_str(line).expect("the collection holds one JSON object a line");
        let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let protocol = Protocol::parse(&text("provider")).expect("the collection names known providers only");
        let label = |name: &str| case["label"][name].as_str().unwrap_or_default().to_owned();
        let id = text("id");
        let clear = !case["ambiguous"].as_bool().unwrap_or(false) && !disputed::is(&id);
        Self {
            clear,
            strong: text("real") == "strong",
            labelled: Answer { kind: label("kind"), retry: label("retry"), scope: label("scope") },
            given: answer(protocol, &case),
            id,
            protocol,
        }
    }

    pub fn kind_is_right(&self) -> bool {
        self.labelled.kind == self.given.kind
    }

    /// Compared as words: an instant is written as the answer writes it.
    pub fn retry_is_right(&self) -> bool {
        self.labelled.retry == self.given.retry
    }
}

fn answer(protocol: Protocol, case: &Value) -> Answer {
    let headers = line::headers(case);
    let seen = line::observation(case, &headers);
    let fault = classify(protocol, &seen);
    let scope = format!("{:?}", fault.scope).to_lowercase();
    Answer { kind: fault.kind.as_str().to_owned(), retry: retry_word(&fault, &seen), scope }
}
