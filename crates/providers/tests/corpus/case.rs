//! One labelled error.

use providers::classify::{Labelled, Protocol, classify, retry_word};

use crate::disputed;

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
        let case = Labelled::read(line).expect("the collection holds one JSON object a line");
        let text = |name: &str| case.text(name).unwrap_or_default().to_owned();
        let protocol = case.protocol().expect("the collection names known providers only");
        let label = |name: &str| case.label(name).unwrap_or_default().to_owned();
        let id = text("id");
        Self {
            clear: !case.is_ambiguous() && !disputed::is(&id),
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

fn answer(protocol: Protocol, case: &Labelled) -> Answer {
    case.observed(|seen| {
        let fault = classify(protocol, seen);
        let kind = fault.kind.as_str().to_owned();
        Answer { kind, retry: retry_word(&fault, seen), scope: fault.scope.as_str().to_owned() }
    })
}
