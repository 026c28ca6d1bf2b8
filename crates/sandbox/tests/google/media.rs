//! Uploads and batches.

use flate2::write::GzEncoder;
use reqwest::Method;
use serde_json::json;
use std::io::Write;

use crate::harness::{House, header, mail, read};

fn message() -> String {
    mail("alice@sandbox.test", "bob@sandbox.test", "Uploaded", "text")
}

#[tokio::test]
async fn a_message_is_uploaded_as_media_and_as_multipart() {
    let house = House::open().await;
    let alice = house.alice().await;
    let simple = alice.raw_request(Method::POST, "/upload/gmail/v1/users/me/messages/send?uploadType=media");
    let sent = read(simple.header("Content-Type", "message/rfc822").body(message())).await.ok();
    assert_eq!(sent["labelIds"], json!(["SENT"]));
    let thread = sent["threadId"].as_str().unwrap();
    // As Google's Python client frames it: bare line feeds, a quoted boundary with equal signs.
    let body = format!(
        "--===1==\nContent-Type: application/json\nMIME-Version: 1.0\n\n{{\"threadId\": \"{thread}\"}}\n--===1==\nContent-Type: message/rfc822\nMIME-Version: 1.0\nContent-Transfer-Encoding: binary\n\n{}\n--===1==--",
        message()
    );
    let multipart =
        alice.raw_request(Method::POST, "/upload/gmail/v1/users/me/messages/send?uploadType=multipart&alt=json");
    let sent = read(multipart.header("Content-Type", "multipart/related; boundary=\"===1==\"").body(body)).await.ok();
    assert_eq!(sent["threadId"], thread);
    assert_eq!(house.bob().await.ids("/messages?q=subject:uploaded").await.len(), 2);
}

#[tokio::test]
async fn a_resumable_upload_goes_on_where_it_stopped() {
    let house = House::open().await;
    let alice = house.alice().await;
    let raw = format!("{}{}", message(), "x".repeat(300 * 1024));
    let begin = alice.raw_request(Method::POST, "/resumable/upload/gmail/v1/users/me/drafts?uploadType=resumable");
    let begun = read(begin.header("X-Upload-Content-Length", raw.len()).json(&json!({"message": {}}))).await;
    assert_eq!((begun.status.as_u16(), begun.text.as_str()), (200, ""));
    let location = begun.headers["location"].to_str().unwrap().to_owned();
    assert!(location.starts_with(&house.url("/resumable/upload/gmail/v1/users/me/drafts?")), "{location}");
    let put =
        |range: String, body: Vec<u8>| read(house.http().put(&location).header("Content-Range", range).body(body));
    let chunk = 256 * 1024;
    let told = put(format!("bytes 0-{}/{}", chunk - 1, raw.len()), raw.as_bytes()[..chunk].to_vec()).await;
    assert_eq!((told.status.as_u16(), told.headers["range"].to_str().unwrap()), (308, "bytes=0-262143"));
    let told = put(format!("bytes */{}", raw.len()), Vec::new()).await;
    assert_eq!(told.status, 308);
    let told =
        put(format!("bytes {chunk}-{}/{}", raw.len() - 1, raw.len()), raw.as_bytes()[chunk..].to_vec()).await.ok();
    let draft = alice.get(&format!("/drafts/{}", told["id"].as_str().unwrap())).await.ok();
    assert_eq!(draft["message"]["sizeEstimate"], raw.len());
    assert_eq!(put(format!("bytes */{}", raw.len()), Vec::new()).await.status, 404);
}

#[tokio::test]
async fn uploads_are_held_to_their_limits_and_to_the_same_checks() {
    let house = House::open().await;
    let path = "/upload/gmail/v1/users/me/messages/send?uploadType=resumable";
    let begin = house.alice().await.raw_request(Method::POST, path).header("X-Upload-Content-Length", 36_700_161);
    read(begin).await.refused(413, "uploadTooLarge", "Request Entity Too Large");
    let reader = house.person("alice@sandbox.test", &["gmail.readonly"]).await;
    assert_eq!(read(reader.raw_request(Method::POST, path)).await.status, 403);
    assert_eq!(read(house.http().post(house.url(path))).await.status, 401);
}

#[tokio::test]
async fn a_zipped_body_is_taken() {
    let house = House::open().await;
    let alice = house.alice().await;
    let mut zipped = GzEncoder::new(Vec::new(), flate2::Compression::default());
    zipped.write_all(br#"{"name": "Zipped"}"#).unwrap();
    let asked =
        alice.request(Method::POST, "/labels").header("Content-Encoding", "gzip").body(zipped.finish().unwrap());
    assert_eq!(read(asked).await.ok()["name"], "Zipped");
    let told = read(alice.request(Method::POST, "/labels").header("Content-Encoding", "gzip").body("not gzip")).await;
    assert_eq!(
        (told.status.as_u16(), told.headers["content-type"].to_str().unwrap()),
        (400, "text/html; charset=UTF-8")
    );
}

#[tokio::test]
async fn a_batch_answers_each_call_in_order_under_its_own_id() {
    let house = House::open().await;
    let alice = house.alice().await;
    let bob = house.bob().await;
    let id = alice.insert(&message()).await["id"].as_str().unwrap().to_owned();
    let bearer = format!("Authorization: Bearer {}\n", bob.token());
    let parts = [
        format!(
            "Content-ID: <u + 1>\n\nGET /gmail/v1/users/me/messages/{id}?format=minimal&alt=json HTTP/1.1\naccept: application/json\n\n"
        ),
        "Content-ID: <u + 2>\n\nGET /gmail/v1/users/me/messages/00000000000000aa\n\n".to_owned(),
        format!("Content-ID: <u + 3>\n\nGET /gmail/v1/users/me/profile HTTP/1.1\n{bearer}\n"),
        format!(
            "Content-ID: <u + 4>\n\nPOST /gmail/v1/users/me/messages/{id}/modify HTTP/1.1\nContent-Type: application/json\n\n{{\"addLabelIds\": [\"STARRED\"]}}\n"
        ),
    ];
    let body: String = parts
        .iter()
        .map(|part| format!("--===7==\nContent-Type: application/http\nMIME-Version: 1.0\n{part}"))
        .collect();
    let asked =
        alice.raw_request(Method::POST, "/batch").header("Content-Type", "multipart/mixed; boundary=\"===7==\"");
    let told = read(asked.body(body + "--===7==--")).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert!(told.headers["content-type"].to_str().unwrap().starts_with("multipart/mixed; boundary="));
    let at = |text: &str| told.text.find(text).unwrap_or_else(|| panic!("{text} in {}", told.text));
    let order = [
        at("Content-ID: <response-u + 1>\r\n\r\nHTTP/1.1 200 OK\r\n"),
        at(&format!("\"id\": \"{id}\"")),
        at("Content-ID: <response-u + 2>\r\n\r\nHTTP/1.1 404 Not Found\r\n"),
        at("Content-ID: <response-u + 3>"),
        at("\"emailAddress\": \"bob@sandbox.test\""),
        at("Content-ID: <response-u + 4>"),
        at("\"STARRED\""),
    ];
    assert!(order.is_sorted(), "{}", told.text);
}

#[tokio::test]
async fn a_batch_that_is_none_or_too_long_is_refused_as_a_whole() {
    let house = House::open().await;
    let alice = house.alice().await;
    let part = "--b\r\nContent-Type: application/http\r\n\r\nGET /gmail/v1/users/me/profile\r\n\r\n";
    for (body, content_type) in
        [(part.repeat(101) + "--b--", "multipart/mixed; boundary=b"), ("{}".to_owned(), "application/json")]
    {
        let told =
            read(alice.raw_request(Method::POST, "/batch/gmail/v1").header("Content-Type", content_type).body(body))
                .await;
        assert_eq!(told.status, 400);
    }
}

#[tokio::test]
async fn the_discovery_document_is_made_of_the_same_methods() {
    let house = House::open().await;
    for path in ["/discovery/v1/apis/gmail/v1/rest", "/$discovery/rest?version=v1"] {
        let told = read(house.http().get(house.url(path))).await.ok();
        assert_eq!((&told["rootUrl"], &told["batchPath"]), (&json!(house.url("/")), &json!("batch")));
        let send = &told["resources"]["users"]["resources"]["messages"]["methods"]["send"];
        assert_eq!(send["id"], "gmail.users.messages.send");
        assert_eq!(send["mediaUpload"]["protocols"]["simple"]["path"], "/upload/gmail/v1/users/{userId}/messages/send");
        let get = &told["resources"]["users"]["resources"]["messages"]["resources"]["attachments"]["methods"]["get"];
        assert_eq!(get["parameterOrder"], json!(["userId", "messageId", "id"]));
        let request = send["request"]["$ref"].as_str().unwrap();
        assert!(told["schemas"][request]["properties"].get("raw").is_some());
    }
}

#[tokio::test]
async fn a_search_reads_headers_and_bodies() {
    let house = House::open().await;
    let alice = house.alice().await;
    alice.insert("From: Carol <carol@x.test>\r\nTo: alice@sandbox.test\r\nMessage-ID: <abc@x>\r\nSubject: Budget\r\n\r\nfigures inside\r\n").await;
    for (q, count) in [
        ("from:carol", 1),
        ("figures", 1),
        ("rfc822msgid:abc@x", 1),
        ("to:me budget", 1),
        ("-figures", 0),
        ("is:unread in:inbox", 1),
        ("has:attachment", 0),
    ] {
        let told = read(alice.request(Method::GET, "/messages").query(&[("q", q)])).await.ok();
        assert_eq!(told["messages"].as_array().map_or(0, Vec::len), count, "{q}");
    }
    let full = alice.get(&format!("/messages/{}", alice.ids("/messages").await[0])).await.ok();
    assert_eq!(header(&full, "from").unwrap(), "Carol <carol@x.test>");
}
