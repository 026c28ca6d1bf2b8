//! Messages: listing, formats, labels, trash, deletion.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{House, Person, START_MS, encode, header, mail, read, texts};

async fn one(person: &Person) -> String {
    let inserted =
        person.insert(&mail("Carol <carol@x.test>", "alice@sandbox.test", "Lunch", "It's <now> & here")).await;
    inserted["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_empty_mailbox_lists_no_messages_key() {
    let house = House::open().await;
    assert_eq!(house.alice().await.get("/messages").await.text, "{\n  \"resultSizeEstimate\": 0\n}\n");
}

#[tokio::test]
async fn the_full_format_has_gmails_keys_in_gmails_order() {
    let house = House::open().await;
    let alice = house.alice().await;
    let id = one(&alice).await;
    let told = alice.get(&format!("/messages/{id}")).await;
    let history_id = alice.history_id().await;
    let expected = format!(
        r#"{{
  "historyId": "{history_id}",
  "id": "{id}",
  "internalDate": "{START_MS}",
  "labelIds": [
    "INBOX",
    "UNREAD"
  ],
  "payload": {{
    "body": {{
      "data": "SXQncyA8bm93PiAmIGhlcmUNCg==",
      "size": 19
    }},
    "filename": "",
    "headers": [
      {{
        "name": "From",
        "value": "Carol <carol@x.test>"
      }},
      {{
        "name": "To",
        "value": "alice@sandbox.test"
      }},
      {{
        "name": "Subject",
        "value": "Lunch"
      }}
    ],
    "mimeType": "text/plain",
    "partId": ""
  }},
  "sizeEstimate": 89,
  "snippet": "It&#39;s &lt;now&gt; &amp; here",
  "threadId": "{id}"
}}
"#
    );
    assert_eq!(told.text, expected);
}

#[tokio::test]
async fn minimal_metadata_and_raw_show_what_they_should() {
    let house = House::open().await;
    let alice = house.alice().await;
    let id = one(&alice).await;
    let minimal = alice.get(&format!("/messages/{id}?format=minimal")).await.ok();
    assert!(minimal.get("payload").is_none() && minimal["sizeEstimate"] == 89);
    let metadata =
        alice.get(&format!("/messages/{id}?format=metadata&metadataHeaders=subject&metadataHeaders=X")).await.ok();
    assert_eq!(
        metadata["payload"],
        json!({"headers": [{"name": "Subject", "value": "Lunch"}], "mimeType": "text/plain"})
    );
    let raw = alice.get(&format!("/messages/{id}?format=RAW")).await.ok();
    let expected = encode(&mail("Carol <carol@x.test>", "alice@sandbox.test", "Lunch", "It's <now> & here"));
    assert_eq!(raw["raw"], expected);
    assert!(raw.get("payload").is_none());
}

#[tokio::test]
async fn parts_are_numbered_and_files_are_fetched_by_ids_that_change() {
    let house = House::open().await;
    let alice = house.alice().await;
    let raw = "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--i--\r\n--o\r\nContent-Type: text/csv; charset=iso-8859-1; name=\"t.csv\"\r\nContent-Disposition: attachment; filename=\"t.csv\"\r\nContent-Transfer-Encoding: base64\r\n\r\n/P3+\r\n--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text\r\n--o--\r\n";
    let id = alice.insert(raw).await["id"].as_str().unwrap().to_owned();
    let payload = |message: Value| message["payload"].clone();
    let first = payload(alice.get(&format!("/messages/{id}")).await.ok());
    assert_eq!((&first["mimeType"], &first["body"]), (&json!("multipart/mixed"), &json!({"size": 0})));
    let part = |path: &[usize]| path.iter().fold(first.clone(), |part, at| part["parts"][at].clone());
    assert_eq!(part(&[0])["partId"], "0");
    let text = part(&[0, 0]);
    assert_eq!((&text["partId"], &text["body"]["data"]), (&json!("0.0"), &json!(encode("Grüße"))));
    let file = part(&[1]);
    assert_eq!(
        (&file["filename"], &file["body"]["size"], file["body"].get("data")),
        (&json!("t.csv"), &json!(3), None)
    );
    let inner = part(&[2, 0]);
    assert_eq!((&inner["partId"], &inner["headers"][0]["value"]), (&json!("2.0"), &json!("inner")));

    let token = file["body"]["attachmentId"].as_str().unwrap();
    let again = payload(alice.get(&format!("/messages/{id}")).await.ok());
    assert_ne!(again["parts"][1]["body"]["attachmentId"], token);
    assert!((200..=400).contains(&token.len()));
    let got = alice.get(&format!("/messages/{id}/attachments/{token}")).await.ok();
    assert_eq!(got, json!({"data": "_P3-", "size": 3}), "bytes of a file are not touched by its charset");
    let told = alice.get(&format!("/messages/{id}/attachments/{}", &token[1..])).await;
    told.refused(400, "invalidArgument", "Invalid attachment token");
    let other = one(&alice).await;
    let told = alice.get(&format!("/messages/{other}/attachments/{token}")).await;
    told.refused(400, "invalidArgument", "Invalid attachment token");
}

#[tokio::test]
async fn pages_run_newest_first_and_their_tokens_belong_to_one_listing() {
    let house = House::open().await;
    let alice = house.alice().await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.insert(0, one(&alice).await);
        house.world().clock().advance(std::time::Duration::from_secs(1));
    }
    let mut seen = Vec::new();
    let mut page = alice.get("/messages?maxResults=2&labelIds=INBOX").await.ok();
    assert_eq!(page["resultSizeEstimate"], 201);
    loop {
        seen.extend(
            page["messages"].as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap().to_owned()),
        );
        let Some(token) = page["nextPageToken"].as_str() else { break };
        assert!(token.bytes().all(|byte| byte.is_ascii_digit()));
        let told = alice.get(&format!("/messages?maxResults=2&labelIds=UNREAD&pageToken={token}")).await;
        told.refused(400, "invalidArgument", "Invalid pageToken");
        page = alice.get(&format!("/messages?maxResults=2&labelIds=INBOX&pageToken={token}")).await.ok();
    }
    assert_eq!(seen, all);
    alice.get("/messages?pageToken=junk").await.refused(400, "invalidArgument", "Invalid pageToken");
}

#[tokio::test]
async fn label_filters_are_joined_by_and_and_hide_spam_and_trash() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (kept, spam, trashed) = (one(&alice).await, one(&alice).await, one(&alice).await);
    alice.post(&format!("/messages/{spam}/modify"), json!({"addLabelIds": ["SPAM"]})).await.ok();
    alice.post(&format!("/messages/{trashed}/trash"), json!({})).await.ok();
    alice.post(&format!("/messages/{kept}/modify"), json!({"addLabelIds": ["STARRED"]})).await.ok();
    assert_eq!(alice.ids("/messages?labelIds=UNREAD&labelIds=STARRED").await, [kept.as_str()]);
    assert_eq!(alice.ids("/messages").await, [kept.as_str()]);
    assert_eq!(alice.ids("/messages?labelIds=SPAM").await, [spam.as_str()]);
    assert_eq!(alice.ids("/messages?q=in:trash").await, [trashed.as_str()]);
    assert_eq!(alice.ids("/messages?includeSpamTrash=true").await.len(), 3);
    alice.get("/messages?labelIds=ALL_MAIL").await.refused(400, "invalidArgument", "Invalid label: ALL_MAIL");
}

#[tokio::test]
async fn spam_leaves_the_inbox_and_does_not_come_back_by_itself() {
    let house = House::open().await;
    let alice = house.alice().await;
    let id = one(&alice).await;
    let modify = format!("/messages/{id}/modify");
    let told = alice.post(&modify, json!({"addLabelIds": ["SPAM"]})).await.ok();
    assert_eq!(told.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "labelIds", "threadId"]);
    assert_eq!(texts(&told["labelIds"]), ["SPAM", "UNREAD"]);
    let told = alice.post(&modify, json!({"removeLabelIds": ["SPAM"]})).await.ok();
    assert_eq!(texts(&told["labelIds"]), ["UNREAD"]);
}

#[tokio::test]
async fn trash_keeps_the_other_labels_and_untrash_does_not_restore_the_inbox() {
    let house = House::open().await;
    let alice = house.alice().await;
    let id = one(&alice).await;
    let told = alice.post(&format!("/messages/{id}/trash"), json!({})).await.ok();
    assert_eq!(texts(&told["labelIds"]), ["TRASH", "UNREAD"]);
    let told = alice.post(&format!("/messages/{id}/untrash"), json!({})).await.ok();
    assert_eq!(texts(&told["labelIds"]), ["UNREAD"]);
    alice.delete(&format!("/messages/{id}")).await.empty();
    alice.get(&format!("/messages/{id}")).await.refused(404, "notFound", "Requested entity was not found.");
}

#[tokio::test]
async fn labels_that_cannot_be_set_are_refused_by_name() {
    let house = House::open().await;
    let alice = house.alice().await;
    let modify = format!("/messages/{}/modify", one(&alice).await);
    for label in ["SENT", "DRAFT", "Label_99", "ALL_MAIL"] {
        let told = alice.post(&modify, json!({"addLabelIds": [label]})).await;
        told.refused(400, "invalidArgument", &format!("Invalid label: {label}"));
    }
    assert_eq!(alice.post(&modify, json!({})).await.status, 400);
    assert_eq!(
        alice.post(&modify, json!({"addLabelIds": ["STARRED"], "removeLabelIds": ["STARRED"]})).await.status,
        400
    );
    let told = alice.post("/messages/0000000000000001/modify", json!({"addLabelIds": ["STARRED"]})).await;
    told.refused(404, "notFound", "Requested entity was not found.");
    alice.get("/messages/not-hex").await.refused(400, "invalidArgument", "Invalid id value");
}

#[tokio::test]
async fn bulk_calls_answer_204_and_pass_over_unknown_ids() {
    let house = House::open().await;
    let alice = house.alice().await;
    let ids = [one(&alice).await, one(&alice).await, "1234567890abcdef".to_owned()];
    let body = json!({"ids": ids, "addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]});
    alice.post("/messages/batchModify", body).await.empty();
    assert_eq!(alice.ids("/messages?labelIds=STARRED").await.len(), 2);
    alice.post("/messages/batchDelete", json!({"ids": ids})).await.empty();
    assert_eq!(alice.get("/profile").await.ok()["messagesTotal"], 0);
    let many: Vec<_> = (0..1001).map(|n| format!("{n:016x}")).collect();
    assert_eq!(alice.post("/messages/batchModify", json!({"ids": many, "addLabelIds": ["STARRED"]})).await.status, 400);
}

#[tokio::test]
async fn insert_is_dated_now_and_import_by_its_date_field() {
    let house = House::open().await;
    let alice = house.alice().await;
    let raw = encode(&format!("Date: Mon, 20 Jul 2020 10:00:00 +0200\r\n{}", mail("x@y.test", "a@b.test", "s", "t")));
    for (path, expected) in [
        ("/messages", START_MS),
        ("/messages/import", 1_595_232_000_000),
        ("/messages?internalDateSource=dateHeader", 1_595_232_000_000),
        ("/messages/import?internalDateSource=receivedTime", START_MS),
    ] {
        let id = alice.post(path, json!({"raw": raw})).await.ok()["id"].as_str().unwrap().to_owned();
        let message = alice.get(&format!("/messages/{id}?format=minimal")).await.ok();
        assert_eq!(message["internalDate"], expected.to_string(), "{path}");
        assert!(message.get("labelIds").is_none(), "no labels, no key");
    }
}

#[tokio::test]
async fn a_message_comes_as_raw_in_either_alphabet_padded_or_not() {
    let house = House::open().await;
    let alice = house.alice().await;
    let raw = mail("x@y.test", "alice@sandbox.test", "s", "\u{ff}\u{fe}?>");
    for text in
        [encode(&raw), encode(&raw).trim_end_matches('=').to_owned(), encode(&raw).replace('-', "+").replace('_', "/")]
    {
        let id = alice.post("/messages", json!({"raw": text})).await.ok()["id"].as_str().unwrap().to_owned();
        assert_eq!(alice.get(&format!("/messages/{id}?format=raw")).await.ok()["raw"], encode(&raw));
    }
    let told = alice.post("/messages", json!({})).await;
    told.refused(
        400,
        "invalidArgument",
        "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
    );
    let told = alice.post("/messages", json!({"raw": "!!"})).await;
    told.refused(400, "invalid", "Invalid value at 'raw' (TYPE_BYTES), Base64 decoding failed for \"!!\"");
}

#[tokio::test]
async fn unreadable_bodies_are_told_apart() {
    let house = House::open().await;
    let alice = house.alice().await;
    let told = read(alice.request(Method::POST, "/messages/send").body("{\"raw\": ")).await;
    assert_eq!(told.error().1, "invalid");
    let told = alice.post("/messages", json!({"raw": 5})).await;
    told.refused(400, "invalid", "Invalid value at 'raw' (TYPE_STRING), 5");
    let told = read(alice.request(Method::POST, "/messages/send").body(vec![b' '; 9 << 20])).await;
    told.refused(413, "uploadTooLarge", "Request Entity Too Large");
}

#[tokio::test]
async fn headers_keep_their_casing_and_repeats() {
    let house = House::open().await;
    let alice = house.alice().await;
    let raw = "received: one\r\nReceived: two\r\nMessage-Id: <a@b>\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\r\n\r\n";
    let id = alice.insert(raw).await["id"].as_str().unwrap().to_owned();
    let message = alice.get(&format!("/messages/{id}?format=metadata")).await.ok();
    let names: Vec<_> =
        message["payload"]["headers"].as_array().unwrap().iter().map(|header| header["name"].clone()).collect();
    assert_eq!(names, ["received", "Received", "Message-Id", "Subject"]);
    assert_eq!(header(&message, "subject").unwrap(), "Grüße");
}
