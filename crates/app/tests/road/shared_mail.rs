//! Awkward real messages go the whole way: sandbox, sync, API.
//!
//! They are other people's data and lie beside the checkout; elsewhere the test says that it was skipped.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use sandbox::world::ImportOptions;

use crate::harness::Road;
use crate::over_all;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/mail")
}

fn messages(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "eml") {
                let raw = std::fs::read(&path).unwrap();
                found.push((path, raw));
            }
        }
    }
    found.sort();
    found
}

over_all!(every_awkward_message_goes_the_whole_way);

#[allow(clippy::disallowed_macros, reason = "a skipped test says so")]
async fn every_awkward_message_goes_the_whole_way(road: Road) {
    let folder = folder();
    if !folder.is_dir() {
        eprintln!("skipped: no ../shared/mail beside the checkout");
        return;
    }
    let messages = messages(&folder);
    assert!(messages.len() > 100, "only {} messages in {}", messages.len(), folder.display());
    let email = road.mailbox("awkward");
    let world = road.sandbox.world();
    let ids: Vec<String> = messages
        .iter()
        .map(|(_, raw)| {
            let options = ImportOptions { labels: vec!["INBOX".into()], ..ImportOptions::default() };
            world.import(&email, raw.clone(), options).unwrap()
        })
        .collect();
    let grant = road.connect(&email).await;
    road.live(&grant).await;

    for ((path, raw), id) in messages.iter().zip(&ids) {
        let base = format!("/v3/grants/{}/messages/{id}", grant.id);
        let got = road.get(&format!("{base}?fields=raw_mime")).await;
        let bytes = URL_SAFE.decode(got["data"]["raw_mime"].as_str().unwrap()).unwrap();
        assert!(bytes == *raw, "{}: the raw form changed on the way", path.display());

        let message = road.get(&base).await["data"].clone();
        let parsed = mail::parse::parse(raw);
        assert_eq!(message["subject"], parsed.subject.as_str(), "{}", path.display());
        assert_eq!(message["body"], parsed.body.text.as_str(), "{}", path.display());
        for (field, addresses) in [("from", &parsed.from), ("to", &parsed.to), ("cc", &parsed.cc)] {
            assert_eq!(message[field], serde_json::to_value(addresses).unwrap(), "{} {field}", path.display());
        }
        let attachments = message["attachments"].as_array().unwrap();
        assert_eq!(attachments.len(), parsed.attachments.len(), "{}", path.display());
        for (wire, attachment) in attachments.iter().zip(&parsed.attachments) {
            let id = wire["id"].as_str().unwrap();
            let query = format!("message_id={}", message["id"].as_str().unwrap());
            let got = road.download(&format!("/v3/grants/{}/attachments/{id}/download?{query}", grant.id)).await;
            let wanted = mail::parse::part(raw, attachment.part).unwrap();
            assert!(got == wanted, "{}: attachment {id} changed on the way", path.display());
        }
    }
    let listed = road.list(&format!("/v3/grants/{}/messages?limit=50&select=id", grant.id)).await;
    assert_eq!(listed.len(), messages.len());
    road.end().await;
}
