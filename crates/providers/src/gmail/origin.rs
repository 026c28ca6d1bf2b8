//! What Google answered to, for the count of errors nobody recognised.

use model::fault::Origin;
use reqwest::Method;

use super::cost::Operation;

/// Words of Gmail's paths (discovery document `gmail:v1`); everything else in a path is an id.
const WORDS: &[&str] = &[
    "attachments",
    "batch",
    "batchDelete",
    "batchModify",
    "drafts",
    "history",
    "import",
    "labels",
    "messages",
    "modify",
    "profile",
    "send",
    "sendAs",
    "settings",
    "stop",
    "threads",
    "trash",
    "untrash",
    "watch",
];
/// Parts of a path that are looked at.
const MOST_PARTS: usize = 6;

/// A call of Gmail REST. Ids and queries are left out.
pub(super) fn gmail(method: &Method, path: &str, status: u16) -> Origin {
    let below = path.split_once("/users/me").map_or(path, |(_, below)| below);
    let shape = |part: &str| if WORDS.contains(&part) { format!("/{part}") } else { "/{id}".to_owned() };
    let shape: String = below.split('/').filter(|part| !part.is_empty()).take(MOST_PARTS).map(shape).collect();
    Origin { protocol: "gmail_rest", operation: format!("{method} {shape}"), status: Some(status) }
}

/// A part of a batch that reads messages or threads.
pub(super) fn batched(operation: Operation, status: u16) -> Origin {
    let shape = if operation == Operation::ThreadsGet { "/threads/{id}" } else { "/messages/{id}" };
    Origin { protocol: "gmail_rest", operation: format!("batch GET {shape}"), status: Some(status) }
}

/// A call of the identity platform; `operation` is one of ours.
pub(super) fn oauth(operation: &str, status: u16) -> Origin {
    Origin { protocol: "google_oauth", operation: operation.to_owned(), status: Some(status) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_left_out() {
        let operation = |path| gmail(&Method::POST, path, 418).operation;
        assert_eq!(operation("/gmail/v1/users/me/messages/18c0ffee/modify"), "POST /messages/{id}/modify");
        assert_eq!(operation("/upload/gmail/v1/users/me/messages/send"), "POST /messages/send");
        assert_eq!(operation("/gmail/v1/users/me/settings/sendAs"), "POST /settings/sendAs");
        assert_eq!(operation("/batch"), "POST /batch");
        assert!(operation(&"/x".repeat(900)).len() < 60);
    }
}
