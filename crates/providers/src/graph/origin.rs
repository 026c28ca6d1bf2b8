//! What Graph answered to, for the count of errors nobody recognised.

use model::fault::Origin;
use reqwest::Method;

use super::cost::Operation;

/// Words of the paths that are used (facts 1.1); everything else in a path is an id.
const WORDS: &[&str] = &[
    "$batch",
    "$value",
    "attachments",
    "childFolders",
    "createUploadSession",
    "delta",
    "mailFolders",
    "me",
    "messages",
    "move",
    "permanentDelete",
    "send",
    "sendMail",
    "subscriptions",
];
/// Parts of a path that are looked at.
const MOST_PARTS: usize = 6;

/// A request. Ids and queries are left out.
pub(super) fn graph(method: &Method, path: &str, status: u16) -> Origin {
    let below = path.split_once("/v1.0").map_or(path, |(_, below)| below);
    let shape = |part: &str| if WORDS.contains(&part) { format!("/{part}") } else { "/{id}".to_owned() };
    let shape: String = below.split('/').filter(|part| !part.is_empty()).take(MOST_PARTS).map(shape).collect();
    Origin { protocol: "graph", operation: format!("{method} {shape}"), status: Some(status) }
}

/// A part of a batch.
pub(super) fn batched(operation: Operation, status: u16) -> Origin {
    Origin { protocol: "graph", operation: format!("batch {}", operation.name()), status: Some(status) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_left_out() {
        let operation = |path| graph(&Method::POST, path, 418).operation;
        assert_eq!(operation("/v1.0/me/messages/AAMk%2Fa/move"), "POST /me/messages/{id}/move");
        assert_eq!(operation("/graph/v1.0/me/sendMail"), "POST /me/sendMail");
        assert!(operation(&"/x".repeat(900)).len() < 60);
    }
}
