use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::folder::FolderEdit;
use model::message::{MessageEdit, Placement};
use model::{Fault, FaultKind, MessageId, Verdict};
use providers::DraftState;
use serde_json::{Value, json};

use super::fake::{Asked, Fake, Said, error, known, message, nothing, ok};

fn placed(folder: &str) -> Placement {
    Placement { folders: vec![folder.into()], unread: true, ..Default::default() }
}

fn draft(id: &str) -> Value {
    let mut draft = message(id, "DRAFTS");
    draft["isDraft"] = true.into();
    draft
}

/// Drafts are made, read, changed and sent; files are added.
fn agreeable(asked: &Asked) -> Said {
    if let Some(said) = known(asked) {
        return said;
    }
    let path = asked.path.split('?').next().unwrap();
    match (asked.method.as_str(), path) {
        ("POST", path) if path.ends_with("/createUploadSession") => Said::Json(201, json!({ "uploadUrl": "UPLOAD" })),
        ("POST", path) if path.ends_with("/attachments") => Said::Json(201, json!({ "id": "f" })),
        ("GET", path) if path.ends_with("/attachments") => ok(json!({ "value": [{ "id": "old/1" }] })),
        ("POST", path) if path.ends_with("/send") => nothing(202),
        ("POST", "/me/sendMail") => nothing(202),
        ("POST", path) if path.ends_with("/permanentDelete") => nothing(204),
        ("DELETE", _) => nothing(204),
        ("POST", path) if path.ends_with("/move") => {
            Said::Json(201, message("m", asked.json()["destinationId"].as_str().unwrap()))
        }
        ("POST", "/me/messages") => Said::Json(201, draft("d")),
        ("GET", "/me/messages") => ok(json!({ "value": [{ "id": "d" }] })),
        ("GET", "/me/mailFolders/drafts/messages/d") => ok(draft("d")),
        (_, path) if path.starts_with("/me/messages/") => ok(draft("d")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_draft_is_saved_as_it_is_and_keeps_one_id_for_all() {
    let fake = Fake::start(agreeable).await;
    let client = fake.client();
    let raw = Bytes::from_static(b"To: a@x.test, b@x.test\r\nSubject: \xff\r\n\r\nx");
    let made = client.create_draft(raw.clone(), None).await.unwrap();
    assert_eq!((made.draft_id, made.message_id, made.thread_id), (Some("d".into()), "d".into(), "c-d".into()));
    let asked = &fake.asked()[0];
    assert_eq!((asked.content_type.as_str(), STANDARD.decode(&asked.body).unwrap()), ("text/plain", raw.to_vec()));
    assert_eq!(client.drafts().await.unwrap(), [("d".into(), "d".into())]);
    let sent = client.send_draft(&"d".into(), 2).await.unwrap();
    assert_eq!((sent.message_id, sent.draft_id), ("d".into(), None));
    client.delete_draft(&"d".into()).await.unwrap();
    assert!(fake.asked().last().unwrap().is("POST", "/me/messages/d/permanentDelete"));
}

#[tokio::test]
async fn what_was_sent_is_no_draft_and_is_not_sent_again() {
    let fake = Fake::start(|asked| match asked.method.as_str() {
        "GET" => ok(message("d", "SENT")),
        _ => panic!("nothing may be sent"),
    })
    .await;
    let fault = fake.client().send_draft(&"d".into(), 1).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
    let fault =
        fake.client().update_draft(&"d".into(), Bytes::from_static(b"Subject: x\r\n\r\ny"), None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound, "received and sent mail is never written to");
}

#[tokio::test]
async fn a_draft_is_changed_by_its_properties() {
    let fake = Fake::start(agreeable).await;
    let raw = Bytes::from_static(
        b"To: a@x.test\r\nSubject: new\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
          --m\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--m--\r\n",
    );
    let changed = fake.client().update_draft(&"d".into(), raw, None).await.unwrap();
    assert_eq!((changed.draft_id, changed.message_id), (Some("d".into()), "d".into()));
    let asked = fake.asked();
    let patch = asked.iter().find(|asked| asked.method == "PATCH").unwrap().json();
    assert_eq!((&patch["subject"], &patch["body"]["content"]), (&json!("new"), &json!("hello")));
    assert!(asked.iter().any(|asked| asked.is("DELETE", "/me/messages/d/attachments/old%2F1")));
    let file = asked.last().unwrap().json();
    assert_eq!((&file["name"], &file["contentBytes"]), (&json!("a.csv"), &json!(STANDARD.encode("1,2"))));
}

#[tokio::test]
async fn what_cannot_be_changed_of_a_draft_is_refused_by_name() {
    let fake = Fake::start(|asked| match asked.method.as_str() {
        "GET" if asked.path.ends_with("/$value") => Said::Bytes(
            200,
            b"X-Case: 7\r\nIn-Reply-To: <p@x.test>\r\nList-Unsubscribe: <https://x.test/u>,\r\n <mailto:u@x.test>\r\n\r\nold".to_vec(),
        ),
        _ => agreeable(asked),
    })
    .await;
    let put = async |head: &str| {
        let raw = format!("{head}Subject: new\r\nContent-Type: text/plain\r\n\r\nhello\r\n");
        fake.client().update_draft(&"d".into(), raw.into(), None).await
    };
    for same in
        ["X-Case: 7\r\n", "In-Reply-To: <p@x.test>\r\n", "List-Unsubscribe: <https://x.test/u>, <mailto:u@x.test>\r\n"]
    {
        assert!(put(same).await.is_ok(), "{same}");
    }
    let written = fake.asked().iter().filter(|asked| asked.method == "PATCH").count();
    for (other, field) in [
        ("X-Case: 8\r\n", "custom_headers"),
        ("X-Other: 7\r\n", "custom_headers"),
        ("In-Reply-To: <q@x.test>\r\n", "reply_to_message_id"),
    ] {
        let fault = put(other).await.unwrap_err();
        assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some(field)));
    }
    assert_eq!(fake.asked().iter().filter(|asked| asked.method == "PATCH").count(), written, "nothing is written");
}

/// A message with a file of so many bytes.
fn large(bytes: usize) -> Bytes {
    let head = b"To: a@x.test\r\nReferences: <p@x>\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
        --m\r\nContent-Type: video/mp4\r\nContent-Disposition: attachment; filename=v.mp4\r\n\r\n";
    [head.as_slice(), &vec![b'x'; bytes], b"\r\n--m--\r\n"].concat().into()
}

#[tokio::test]
async fn a_large_file_travels_by_itself_and_without_the_token() {
    let root = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let at = root.clone();
    let fake = Fake::start(move |asked| match asked.path.starts_with("/upload") {
        true => {
            assert_eq!(asked.authorization, "");
            nothing(if asked.range.ends_with("5000000") && asked.range.contains("-4999999") { 201 } else { 200 })
        }
        false => match agreeable(asked) {
            Said::Json(201, mut body) if body["uploadUrl"] == "UPLOAD" => {
                body["uploadUrl"] = format!("{}/upload?authtoken=secret", at.get().unwrap()).into();
                Said::Json(201, body)
            }
            said => said,
        },
    })
    .await;
    root.set(fake.root.clone()).unwrap();
    fake.client().create_draft(large(5_000_000), None).await.unwrap();
    let asked = fake.asked();
    let skeleton = String::from_utf8(STANDARD.decode(&asked[0].body).unwrap()).unwrap();
    assert!(skeleton.contains("References: <p@x>") && !skeleton.contains("v.mp4"), "{skeleton}");
    assert_eq!(asked[1].json()["AttachmentItem"]["size"], 5_000_000);
    let ranges: Vec<_> = asked[2..].iter().map(|asked| (asked.range.as_str(), asked.body.len())).collect();
    assert_eq!(ranges, [("bytes 0-3932159/5000000", 3_932_160), ("bytes 3932160-4999999/5000000", 1_067_840)]);
}

#[tokio::test]
async fn half_a_draft_is_taken_back() {
    let fake = Fake::start(|asked| match asked.path.ends_with("/createUploadSession") {
        true => error(507, "ErrorQuotaExceeded"),
        false => agreeable(asked),
    })
    .await;
    let fault = fake.client().create_draft(large(5_000_000), None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::MailboxFull);
    assert!(fake.asked().last().unwrap().is("POST", "/me/messages/d/permanentDelete"));
}

#[tokio::test]
async fn half_a_draft_that_cannot_be_taken_back_is_to_be_looked_for() {
    for (status, code) in [(429, "TooManyRequests"), (401, "InvalidAuthenticationToken"), (507, "ErrorQuotaExceeded")] {
        let fake = Fake::start(move |asked| {
            let refused = asked.path.ends_with("/createUploadSession") || asked.path.ends_with("/permanentDelete");
            if refused { error(status, code) } else { agreeable(asked) }
        })
        .await;
        let fault = fake.client().create_draft(large(5_000_000), None).await.unwrap_err();
        assert_eq!((fault.verdict, fault.provider_code.as_deref()), (Verdict::LookFirst, Some(code)));
    }
}

#[tokio::test]
async fn an_upload_to_a_strange_place_is_not_made() {
    let fake = Fake::start(|asked| match asked.path.ends_with("/createUploadSession") {
        true => Said::Json(201, json!({ "uploadUrl": "http://elsewhere.test/x" })),
        false => agreeable(asked),
    })
    .await;
    assert!(fake.client().create_draft(large(5_000_000), None).await.is_err());
}

#[tokio::test]
async fn who_may_only_send_sends_at_once_and_hears_nothing_of_it() {
    let fake = Fake::start(|_| nothing(202)).await;
    let raw = Bytes::from_static(b"Message-ID: <q@x.test>\r\nTo: a@x.test\r\n\r\nx");
    assert_eq!(fake.client().send(raw.clone(), None).await.unwrap(), None);
    let asked = fake.asked();
    assert!(asked.len() == 1 && asked[0].is("POST", "/me/sendMail") && asked[0].content_type == "text/plain");
    assert_eq!(STANDARD.decode(&asked[0].body).unwrap(), raw.to_vec());
    let fault = fake.client().send(large(5_000_000), None).await.unwrap_err();
    assert_eq!((fault.kind, fake.asked().len()), (FaultKind::MessageTooLarge, 1), "more is carried by drafts alone");
    assert!(fault.message.contains("Mail.ReadWrite"), "{}", fault.message);
}

/// A message that is a draft at the first question and none at the second, while `send` is refused.
async fn overtaken(status: u16, code: &'static str) -> Fault {
    let asked_before = std::sync::atomic::AtomicBool::new(false);
    let fake = Fake::start(move |asked| match asked.path.ends_with("/send") {
        true => error(status, code),
        false => {
            let mut draft = message("d", "DRAFTS");
            draft["isDraft"] = (!asked_before.swap(true, std::sync::atomic::Ordering::SeqCst)).into();
            ok(draft)
        }
    })
    .await;
    fake.client().send_draft(&"d".into(), 1).await.unwrap_err()
}

#[tokio::test]
async fn whatever_a_second_send_is_refused_with_it_is_no_draft_any_more() {
    for (status, code) in [
        (400, "ErrorInvalidRequest"),
        (400, "ErrorInvalidOperation"),
        (403, "ErrorAccessDenied"),
        (404, "ErrorItemNotFound"),
        (405, "Request_BadRequest"),
    ] {
        assert_eq!(overtaken(status, code).await.kind, FaultKind::NotFound, "{status} {code}");
    }
    assert_eq!(overtaken(503, "ServiceUnavailable").await.verdict, Verdict::LookFirst, "that one may have gone out");
}

#[tokio::test]
async fn a_refusal_of_what_still_is_a_draft_is_the_answer() {
    let fake = Fake::start(|asked| match asked.path.ends_with("/send") {
        true => error(403, "ErrorSendAsDenied"),
        false => {
            let mut draft = message("d", "DRAFTS");
            draft["isDraft"] = true.into();
            ok(draft)
        }
    })
    .await;
    assert_eq!(fake.client().send_draft(&"d".into(), 1).await.unwrap_err().kind, FaultKind::SenderNotAllowed);
}

#[tokio::test]
async fn what_was_accepted_is_no_draft_wherever_it_lies() {
    let state = async |said: Said| {
        let fake = Fake::start(move |_| said.clone()).await;
        fake.client().draft_state(&"d".into()).await
    };
    let lying = |folder: &str, draft: bool| {
        let mut message = message("d", folder);
        message["isDraft"] = draft.into();
        ok(message)
    };
    assert_eq!(state(lying("DRAFTS", true)).await.unwrap(), DraftState::There);
    for folder in ["SENT", "OUTBOX", "DRAFTS"] {
        let DraftState::Sent(receipt) = state(lying(folder, false)).await.unwrap() else { panic!("{folder}") };
        assert_eq!((receipt.message_id, receipt.draft_id), ("d".into(), None));
    }
    assert_eq!(state(error(404, "ErrorItemNotFound")).await.unwrap(), DraftState::Gone);
    assert!(state(error(503, "ServiceUnavailable")).await.is_err());
}

/// A draft that lies in this folder and not among the drafts.
async fn elsewhere(folder: &'static str) -> Fake {
    Fake::start(move |asked| match asked.path.split('?').next().unwrap() {
        "/me/mailFolders/drafts/messages/d" => error(404, "ErrorItemNotFound"),
        "/me/messages/d" => {
            let mut draft = draft("d");
            draft["parentFolderId"] = folder.into();
            ok(draft)
        }
        "/me/messages/d/send" => nothing(202),
        _ => known(asked).unwrap_or_else(|| error(404, "ErrorItemNotFound")),
    })
    .await
}

#[tokio::test]
async fn a_draft_that_was_moved_is_sent_and_one_that_was_deleted_is_not() {
    let moved = elsewhere("LATER").await;
    assert_eq!(moved.client().draft_state(&"d".into()).await.unwrap(), DraftState::There);
    moved.client().send_draft(&"d".into(), 1).await.unwrap();
    let deleted = elsewhere("TRASH").await;
    assert_eq!(deleted.client().draft_state(&"d".into()).await.unwrap(), DraftState::Removed);
    assert_eq!(deleted.client().send_draft(&"d".into(), 1).await.unwrap_err().kind, FaultKind::NotFound);
    assert!(deleted.asked().iter().all(|asked| !asked.path.ends_with("/send")));
}

#[tokio::test]
async fn only_what_may_change_of_received_mail_is_changed() {
    let fake = Fake::start(agreeable).await;
    let edit =
        MessageEdit { unread: Some(false), starred: Some(true), folders: Some(vec!["W".into()]), ..Default::default() };
    let after = fake.client().update(&"m".into(), &placed("IN"), &edit).await.unwrap();
    assert_eq!(after.folders, ["W".into()]);
    let asked = fake.counted();
    let patch = asked.iter().find(|asked| asked.method == "PATCH").unwrap().json();
    assert_eq!(patch, json!({ "isRead": true, "flag": { "flagStatus": "flagged" } }));
    assert_eq!(asked.last().unwrap().json(), json!({ "destinationId": "W" }));
}

#[tokio::test]
async fn a_message_lies_in_one_folder_and_a_change_of_nothing_asks_nothing() {
    let fake = Fake::start(|_| panic!("nothing may be asked")).await;
    let folders = |names: &[&str]| MessageEdit {
        folders: Some(names.iter().map(|name| (*name).into()).collect()),
        ..Default::default()
    };
    for wrong in [folders(&["A", "B"]), folders(&[])] {
        let fault = fake.client().update(&"m".into(), &placed("IN"), &wrong).await.unwrap_err();
        assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("folders")));
    }
    let same = fake.client().update(&"m".into(), &placed("IN"), &folders(&["IN"])).await.unwrap();
    assert_eq!(same, placed("IN"));
}

#[tokio::test]
async fn categories_are_replaced_and_what_exchange_would_change_is_refused() {
    let tagged = json!({ "categories": ["Red", "To do"] });
    let answer = tagged.clone();
    let fake = Fake::start(move |asked| {
        let mut message = message("m", "IN");
        if asked.method == "PATCH" {
            message["categories"] = answer["categories"].clone();
        }
        ok(message)
    })
    .await;
    let edit = |names: &[&str]| MessageEdit {
        categories: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..Default::default()
    };
    let after = fake.client().update(&"m".into(), &placed("IN"), &edit(&["Red", "To do"])).await.unwrap();
    assert_eq!(after.categories, Some(vec!["Red".to_owned(), "To do".to_owned()]));
    assert_eq!(fake.asked()[0].json(), tagged);
    assert!(fake.asked()[0].path.contains("categories"), "the answer says what they are: {}", fake.asked()[0].path);
    let fault = fake.client().update(&"m".into(), &placed("IN"), &edit(&["Red", "red"])).await.unwrap_err();
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("categories[1]")));
    assert_eq!(fake.asked().len(), 1, "nothing more was asked");
}

#[tokio::test]
async fn trashing_moves_and_deleting_is_for_good() {
    let fake = Fake::start(agreeable).await;
    assert!(fake.client().trash(&"m".into(), &placed("IN")).await.unwrap().hidden);
    fake.client().delete(&"m".into()).await.unwrap();
    let asked = fake.asked();
    assert_eq!(asked[0].json(), json!({ "destinationId": "deleteditems" }));
    assert!(asked[1].is("POST", "/me/messages/m/permanentDelete"));
}

#[tokio::test]
async fn a_copy_has_an_id_of_its_own() {
    let fake = Fake::start(|asked| match asked.path.as_str() {
        "/me/messages/m/copy" => Said::Json(201, message("copy", "W")),
        "/me/messages/gone/copy" => error(404, "ErrorItemNotFound"),
        other => panic!("{other}"),
    })
    .await;
    let made = fake.client().copy(&"m".into(), &"W".into()).await.unwrap();
    assert_eq!((made.message_id, made.thread_id, made.draft_id), ("copy".into(), "c-copy".into(), None));
    let asked = &fake.asked()[0];
    assert_eq!((asked.method.as_str(), asked.json()), ("POST", json!({ "destinationId": "W" })));
    let fault = fake.client().copy(&"gone".into(), &"W".into()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
}

#[tokio::test]
async fn a_thread_is_changed_message_by_message() {
    let fake = Fake::start(agreeable).await;
    let current: Vec<(MessageId, Placement)> = ["a", "b", "c"].map(|id| (id.into(), placed("IN"))).into();
    let edit = MessageEdit { folders: Some(vec!["JUNK".into()]), ..Default::default() };
    let after = fake.client().update_thread(&"t".into(), &current, &edit).await.unwrap();
    let told: Vec<_> = after.iter().map(|(id, placement)| (id.as_str(), placement.hidden)).collect();
    assert_eq!(told, [("a", true), ("b", true), ("c", true)]);
    let after = fake.client().trash_thread(&"t".into(), &current).await.unwrap();
    assert!(after.iter().all(|(_, placement)| placement.hidden));
}

#[tokio::test]
async fn folders_are_made_renamed_moved_and_removed() {
    let fake = Fake::start(|asked| match asked.method.as_str() {
        "DELETE" => nothing(204),
        _ => ok(json!({ "id": "N", "displayName": "New", "parentFolderId": "W" })),
    })
    .await;
    let client = fake.client();
    let below = FolderEdit { name: Some("New".into()), parent_id: Some("W".into()), ..Default::default() };
    assert_eq!(client.create_folder(below.clone()).await.unwrap().id, "N".into());
    client.update_folder(&"N".into(), below).await.unwrap();
    client.delete_folder(&"N".into()).await.unwrap();
    let asked = fake.asked();
    assert!(
        asked[0].is("POST", "/me/mailFolders/W/childFolders") && asked[0].json() == json!({ "displayName": "New" })
    );
    assert!(asked[1].is("PATCH", "/me/mailFolders/N") && asked[2].is("POST", "/me/mailFolders/N/move"));
    let coloured = FolderEdit { name: Some("x".into()), text_color: Some("#ffffff".into()), ..Default::default() };
    assert_eq!(client.create_folder(coloured).await.unwrap_err().field.as_deref(), Some("text_color"));
}
