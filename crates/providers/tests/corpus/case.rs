//! One labelled error.

use providers::classify::{Observation, Protocol, classify, retry_word};
use serde_json::Value;

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

    /// Instants are compared as instants, everything else as words.
    pub fn retry_is_right(&self) -> bool {
        self.labelled.retry == self.given.retry
    }
}

fn answer(protocol: Protocol, case: &Value) -> Answer {
    let headers: Vec<(&str, &str)> = case["headers"]
        .as_object()
        .map(|fields| fields.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect())
        .unwrap_or_default();
    let parsed = |name: &str| case["parsed"][name].as_str();
    let seen = Observation {
        http_status: case["http_status"].as_u64().and_then(|status| u16::try_from(status).ok()),
        headers: &headers,
        body: case["body"].as_str().unwrap_or_default().as_bytes(),
        provider_code: parsed("reason").or(parsed("code")).or(parsed("error")),
        smtp_code: case["smtp_code"].as_str(),
        imap_response: case["imap_response"].as_str(),
        ews_code: case["ews_code"].as_str(),
        operation: case["operation"].as_str(),
        now: None,
    };
    let fault = classify(protocol, &seen);
    let scope = format!("{:?}", fault.scope).to_lowercase();
    Answer { kind: fault.kind.as_str().to_owned(), retry: retry_word(&fault, &seen), scope }
}
