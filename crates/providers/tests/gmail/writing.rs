use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use bytes::Bytes;
use model::folder::FolderEdit;
use model::message::{MessageEdit, Placement};
use model::{FaultKind, MessageId};
use serde_json::json;

use super::fake::{Fake, json};

fn placed(labels: &[&str]) -> Placement {
    Placement { folders: labels.iter().map(|l| (*l).into()).collect(), ..Default::default() }
}

#[tokio::test]
async fn a_small_message_is_sent_inside_json() {
    let fake = Fake::start(|_| json(200, json!({"id": "s", "threadId": "t", "labelIds": ["SENT"]}))).await;
    let raw = Bytes::from_static(b"Subject: \xff\xfe?>\r\n\r\nx");
    let receipt = fake.client().send(raw.clone(), Some(&"t".into())).await.unwrap().unwrap();
    assert_eq!((receipt.message_id, receipt.thread_id, receipt.draft_id), ("s".into(), "t".into(), None));
    let asked = &fake.asked()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/gmail/v1/users/me/messages/send"));
    assert_eq!(asked.json(), json!({"threadId": "t", "raw": URL_SAFE.encode(&raw)}));
}

#[tokio::test]
async fn a_large_message_is_uploaded_as_it_is() {
    let fake = Fake::start(|_| json(200, json!({"id": "s", "threadId": "t"}))).await;
    let raw = Bytes::from([b"Subject: big\r\n\r\n".as_slice(), &vec![b'x'; 2_000_000]].concat());
    fake.client().send(raw.clone(), Some(&"t".into())).await.unwrap();
    let asked = &fake.asked()[0];
    assert_eq!(asked.path, "/upload/gmail/v1/users/me/messages/send?uploadType=multipart");
    assert!(asked.content_type.starts_with("multipart/related; boundary="));
    assert!(asked.body.windows(raw.len()).any(|w| w == raw));
    assert!(asked.text().contains("{\"threadId\":\"t\"}"));
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused_before_it_travels() {
    let fake = Fake::start(|_| panic!("nothing may arrive")).await;
    let fault = fake.client().send(Bytes::from(vec![b'x'; 36_700_161]), None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::MessageTooLarge);
}

#[tokio::test]
async fn drafts_are_made_changed_listed_sent_and_removed() {
    let fake = Fake::start(|asked| match (asked.method.as_str(), asked.path.split('?').next().unwrap()) {
        ("POST", "/gmail/v1/users/me/drafts/send") => json(200, json!({"id": "m9", "threadId": "t"})),
        ("POST" | "PUT", _) => json(200, json!({"id": "r1", "message": {"id": "m1", "threadId": "t"}})),
        ("GET", _) if asked.path.contains("pageToken=2") => json(200, json!({})),
        ("GET", _) => json(200, json!({"drafts": [{"id": "r1", "message": {"id": "m1"}}], "nextPageToken": "2"})),
        ("DELETE", _) => (204, String::new(), Vec::new()),
        other => panic!("{other:?}"),
    })
    .await;
    let client = fake.client();
    let raw = Bytes::from_static(b"x");
    let made = client.create_draft(raw.clone(), None).await.unwrap();
    assert_eq!((made.draft_id, made.message_id), (Some("r1".into()), "m1".into()));
    client.update_draft(&"r1".into(), raw, Some(&"t".into())).await.unwrap();
    assert_eq!(client.drafts().await.unwrap(), [("r1".into(), "m1".into())]);
    assert_eq!(client.send_draft(&"r1".into(), 1).await.unwrap().message_id, "m9".into());
    client.delete_draft(&"r1".into()).await.unwrap();
    let asked = fake.asked();
    assert_eq!(asked[0].json(), json!({"message": {"raw": "eA=="}}));
    assert_eq!((asked[1].method.as_str(), asked[1].path.as_str()), ("PUT", "/gmail/v1/users/me/drafts/r1"));
    assert_eq!(asked[4].json(), json!({"id": "r1"}));
}

#[tokio::test]
async fn a_message_is_changed_by_its_difference() {
    let fake =
        Fake::start(|_| json(200, json!({"id": "a", "threadId": "a", "labelIds": ["Label_2", "STARRED"]}))).await;
    let edit = MessageEdit { starred: Some(true), folders: Some(vec!["Label_2".into()]), ..Default::default() };
    let after = fake.client().update(&"a".into(), &placed(&["INBOX", "UNREAD"]), &edit).await.unwrap();
    assert!(after.starred && !after.unread);
    assert_eq!(fake.asked()[0].json(), json!({"addLabelIds": ["Label_2", "STARRED"], "removeLabelIds": ["INBOX"]}));
}

#[tokio::test]
async fn copies_are_refused_with_what_to_do_instead() {
    let fake = Fake::start(|_| panic!("nothing may be asked")).await;
    let fault = fake.client().copy(&"a".into(), &"Label_2".into()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unsupported);
    assert!(fault.message.contains("`folders`"), "{fault}");
}

#[tokio::test]
async fn categories_are_refused_with_what_to_do_instead() {
    let fake = Fake::start(|_| panic!("nothing may be asked")).await;
    let edit = MessageEdit { categories: Some(vec!["Red".into()]), unread: Some(true), ..Default::default() };
    let now = placed(&["INBOX"]);
    let of_message = fake.client().update(&"a".into(), &now, &edit).await.unwrap_err();
    let of_thread = fake.client().update_thread(&"t".into(), &[("a".into(), now)], &edit).await.unwrap_err();
    for fault in [of_message, of_thread] {
        assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("categories")));
        assert!(fault.message.contains("`folders`"), "{fault}");
    }
}

#[tokio::test]
async fn a_change_that_changes_nothing_asks_nothing() {
    let fake = Fake::start(|_| panic!("nothing may be asked")).await;
    let now = placed(&["INBOX"]);
    let edit = MessageEdit { folders: Some(vec!["INBOX".into()]), ..Default::default() };
    assert_eq!(fake.client().update(&"a".into(), &now, &edit).await.unwrap(), now);
}

#[tokio::test]
async fn trashing_is_a_label_change_and_deleting_is_not() {
    let fake = Fake::start(|asked| match asked.method.as_str() {
        "DELETE" => (204, String::new(), Vec::new()),
        _ => json(200, json!({"id": "a", "threadId": "a", "labelIds": ["TRASH"]})),
    })
    .await;
    let client = fake.client();
    assert!(client.trash(&"a".into(), &placed(&["INBOX"])).await.unwrap().hidden);
    client.delete(&"a".into()).await.unwrap();
    let asked = fake.asked();
    assert_eq!(asked[0].path, "/gmail/v1/users/me/messages/a/modify");
    assert_eq!(asked[0].json(), json!({"addLabelIds": ["TRASH"], "removeLabelIds": ["INBOX", "SPAM"]}));
    assert_eq!((asked[1].method.as_str(), asked[1].path.as_str()), ("DELETE", "/gmail/v1/users/me/messages/a"));
}

#[tokio::test]
async fn a_thread_answer_that_leaves_messages_out_is_completed() {
    let fake = Fake::start(|_| json(200, json!({"id": "t", "messages": [{"id": "a", "labelIds": ["INBOX"]}]}))).await;
    let current: Vec<(MessageId, Placement)> =
        vec![("a".into(), placed(&["INBOX", "UNREAD"])), ("b".into(), placed(&["SENT", "UNREAD"]))];
    let edit = MessageEdit { unread: Some(false), ..Default::default() };
    let after = fake.client().update_thread(&"t".into(), &current, &edit).await.unwrap();
    assert_eq!(after.len(), 2);
    assert_eq!(after[1].1.folders, ["SENT".into()]);
    assert_eq!(fake.asked()[0].path, "/gmail/v1/users/me/threads/t/modify");
}

#[tokio::test]
async fn labels_are_made_below_their_parent_patched_and_removed() {
    let fake = Fake::start(|asked| match asked.method.as_str() {
        "DELETE" => (204, String::new(), Vec::new()),
        "GET" => json(200, json!({"id": "Label_1", "name": "Work", "type": "user"})),
        _ => json(200, json!({"id": "Label_2", "name": asked.json()["name"].as_str().unwrap_or("x"), "type": "user"})),
    })
    .await;
    let client = fake.client();
    let edit = FolderEdit { name: Some("Today".into()), parent_id: Some("Label_1".into()), ..Default::default() };
    assert_eq!(client.create_folder(edit).await.unwrap().name, "Work/Today");
    let recolour = FolderEdit { text_color: Some("#ffffff".into()), ..Default::default() };
    client.update_folder(&"Label_2".into(), recolour).await.unwrap();
    client.delete_folder(&"Label_2".into()).await.unwrap();
    let asked = fake.asked();
    assert_eq!((asked[2].method.as_str(), asked[2].path.as_str()), ("PATCH", "/gmail/v1/users/me/labels/Label_2"));
    assert_eq!(asked[2].json(), json!({"color": {"textColor": "#ffffff", "backgroundColor": "#000000"}}));
    assert_eq!(client.create_folder(FolderEdit::default()).await.unwrap_err().field.as_deref(), Some("name"));
}
