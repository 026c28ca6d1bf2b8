//! What the meter is told of sends and bytes.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use super::counting::Counting;
use super::fake::{Fake, known, message, metered, nothing, ok};
use super::following::{page, tree};

const RAW: Bytes = Bytes::from_static(b"To: a@x.test, b@x.test\r\nCc: c@x.test\r\n\r\nx");

#[tokio::test]
async fn sends_count_messages_and_recipients_and_drafts_do_not() {
    let fake = Fake::start(|asked| match asked.path.ends_with("/send") {
        true => nothing(202),
        false => {
            let mut draft = message("d", "DRAFTS");
            draft["isDraft"] = true.into();
            ok(draft)
        }
    })
    .await;
    let meter = Arc::new(Counting::default());
    let client = metered(&fake.root, meter.clone());
    client.create_draft(RAW, None).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (0, 0));
    assert_eq!(meter.total().bytes_up, fake.asked()[0].body.len() as u64);
    client.send_draft(&"d".into(), 3).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (1, 3));
    client.send(RAW, None).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (2, 6));
    assert_eq!(meter.total().requests as usize, fake.asked().len());
    assert!(meter.ends().iter().all(|end| end.answered == 1));
}

#[tokio::test]
async fn nothing_goes_out_while_the_meter_is_closed() {
    let fake = Fake::start(|_| ok(json!({}))).await;
    let fault = metered(&fake.root, Arc::new(Counting::closing(0, 1))).send(RAW, None).await.unwrap_err();
    assert_eq!((fault.message.as_str(), fake.asked().len()), ("closed", 0));
}

#[tokio::test]
async fn a_round_costs_a_request_for_each_folder_and_one_for_their_tree() {
    const FOLDERS: usize = 500;
    let folder =
        |n: usize| json!({ "id": format!("F{n}"), "displayName": format!("Folder {n}"), "parentFolderId": "R" });
    let all: Vec<_> = (0..FOLDERS).map(folder).collect();
    let fake = Fake::start(move |asked| {
        let folder = asked.path.strip_prefix("/me/mailFolders/").and_then(|rest| rest.split_once("/messages/delta"));
        match folder {
            Some((folder, _)) => ok(page(json!([]), folder, "end")),
            None if asked.path.contains("$token=t") => ok(tree(json!([]), "t")),
            None if asked.path.starts_with("/me/mailFolders/delta") => ok(tree(json!(all), "t")),
            None => known(asked).unwrap_or_else(|| ok(json!({ "mail": "ada@x.test" }))),
        }
    })
    .await;
    let meter = Arc::new(Counting::default());
    let client = metered(&fake.root, meter.clone());
    let cursor = client.profile().await.unwrap().cursor;
    let (begun, sent) = (meter.total().requests, fake.asked().iter().filter(|asked| !asked.inner).count());
    let round = client.changes(&cursor, None).await.unwrap();
    assert!(round.next.is_none() && round.changes.is_empty());
    assert_eq!(meter.total().requests - begun, 1 + FOLDERS as u32);
    assert_eq!(fake.asked().iter().filter(|asked| !asked.inner).count() - sent, 1 + FOLDERS.div_ceil(20));
}
