//! Lists, filters, pages, fields: answered from the mirror.

use http::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, ODD, START, raw};

fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn keys(item: &Value) -> Vec<&str> {
    item.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_list_pages_through_everything_once_while_the_limit_changes() {
    let house = House::new().await;
    let (mut seen, mut token, mut limit) = (Vec::new(), String::new(), 2);
    loop {
        let answer = house.get(&house.mail(&format!("messages?in=INBOX&limit={limit}{token}"))).await;
        seen.extend(ids(&answer));
        match answer.json()["next_cursor"].as_str() {
            Some(next) => token = format!("&page_token={next}"),
            None => break,
        }
        limit += 1;
    }
    assert_eq!(seen, [ODD, "m9", "m8", "m7", "m6", "m5", "m4", "m3", "m2", "m1", "m0"]);
}

#[tokio::test]
async fn every_filter_narrows() {
    let house = House::new().await;
    for (filter, expected) in [
        ("subject=letter%205", vec!["m5"]),
        ("any_email=cc1@example.com,cc2@example.com", vec!["m2", "m1"]),
        ("any_email=cc1@example.com&any_email=cc4@example.com", vec!["m4", "m1"]),
        ("from=bob@example.com&limit=1&starred=True", vec!["m5"]),
        ("to=nobody@example.com", vec![]),
        ("cc=CC7@example.com", vec!["m7"]),
        ("thread_id=t1", vec!["m3", "m2"]),
        ("unread=False&starred=0&thread_id=t2", vec![]),
        ("has_attachment=true", vec!["m3"]),
        (&format!("received_after={}&received_before={}", START + 3, START + 6), vec!["m5", "m4"]),
        ("in=Label_1", vec![]),
        ("search_query=%22text%206%22", vec!["m6"]),
    ] {
        assert_eq!(ids(&house.get(&house.mail(&format!("messages?{filter}"))).await), expected, "{filter}");
    }
}

#[tokio::test]
async fn drafts_show_in_their_folder_and_list_only() {
    let house = House::new().await;
    assert!(!ids(&house.get(&house.mail("messages")).await).contains(&"d-1".to_owned()));
    let listed = house.get(&house.mail("messages?in=DRAFT")).await;
    assert_eq!(listed.json()["data"][0]["object"], "draft");
    assert_eq!(ids(&listed), ["d-1"]);
    assert_eq!(ids(&house.get(&house.mail("drafts")).await), ["d-1"]);
    assert_eq!(house.get(&house.mail("drafts/d-1")).await.json()["data"]["object"], "draft");
    assert_eq!(house.get(&house.mail("drafts/m1")).await.status, 404);
}

#[tokio::test]
async fn a_message_has_the_contracts_fields() {
    let house = House::new().await;
    let answer = house.get(&house.mail("messages/m3")).await;
    let data = &answer.json()["data"];
    assert_eq!(data["object"], "message");
    assert_eq!(data["grant_id"], house.grant.to_string());
    assert_eq!(data["from"], json!([{"name": "Bob", "email": "bob@example.com"}]));
    assert_eq!((&data["bcc"], &data["reply_to"]), (&json!([]), &json!([])));
    assert_eq!(data["date"], START + 3);
    assert!(data["body"].as_str().unwrap().contains("Text 3"));
    assert!(data.get("headers").is_none() && data.get("raw_mime").is_none());
    let attachment = &data["attachments"][0];
    assert_eq!((&attachment["filename"], &attachment["size"]), (&json!("notes.txt"), &json!(5)));
}

#[tokio::test]
async fn a_field_that_no_object_has_is_refused_by_name_before_anything_is_done() {
    let house = House::new().await;
    for path in ["messages", "messages/m1", "threads", "threads/t1", "folders", "folders/INBOX", "drafts"] {
        let answer = house.get(&house.mail(&format!("{path}?select=id,subjet"))).await;
        assert_eq!((answer.status.as_u16(), answer.field().as_str()), (400, "select"), "{path}");
        assert!(answer.message().contains("no field 'subjet'"), "{}", answer.message());
    }
    let made = house.post(&house.mail("folders?select=nmae"), serde_json::json!({"name": "New"})).await;
    assert_eq!((made.status.as_u16(), made.field().as_str()), (400, "select"));
    assert_eq!(house.get(&house.mail("messages?select=id,created_at")).await.status, 200, "the contract has it");
}

#[tokio::test]
async fn select_leaves_fields_out_and_keeps_what_sdks_need() {
    let house = House::new().await;
    let answer = house.get(&house.mail("messages?limit=1&select=subject,date")).await;
    assert_eq!(keys(&answer.json()["data"][0]), ["id", "object", "grant_id", "subject", "date"]);
    let answer = house.get(&house.mail("messages/m1?select=body")).await;
    assert_eq!(keys(&answer.json()["data"]), ["id", "object", "grant_id", "body"]);
    let answer = house.get(&house.mail("threads?limit=1&select=subject")).await;
    assert_eq!(keys(&answer.json()["data"][0]), ["id", "object", "grant_id", "subject"]);
}

#[tokio::test]
async fn fields_add_headers_or_give_the_bytes() {
    let house = House::new().await;
    let all = house.get(&house.mail("messages/m3?fields=include_headers")).await.json();
    let names: Vec<_> =
        all["data"]["headers"].as_array().unwrap().iter().map(|h| h["name"].as_str().unwrap()).collect();
    assert_eq!(&names[..4], ["Message-ID", "Received", "Received", "From"]);
    let basic = house.get(&house.mail("messages?limit=1&fields=include_basic_headers&starred=true")).await.json();
    assert_eq!(
        basic["data"][0]["headers"],
        json!([{"name": "Message-ID", "value": "<5@example.com>"}, {"name": "References", "value": "<r5@example.com>"}])
    );
    let tracked = house.get(&house.mail("messages/m3?fields=include_tracking_options")).await.json();
    assert_eq!(tracked["data"]["tracking_options"]["opens"], false);
    let bytes = house.get(&house.mail("messages/m3?fields=raw_mime")).await.json();
    assert_eq!(keys(&bytes["data"]), ["id", "object", "grant_id", "raw_mime"]);
    use base64::Engine as _;
    let decoded =
        base64::engine::general_purpose::URL_SAFE.decode(bytes["data"]["raw_mime"].as_str().unwrap()).unwrap();
    assert_eq!(decoded, raw(3));
}

#[tokio::test]
async fn ids_of_any_shape_find_their_message() {
    let house = House::new().await;
    let encoded = "%3Ca%2Fb+c%23d%3Ae%40f%3Dg%3E%3Fh%252F";
    let answer = house.get(&house.mail(&format!("messages/{encoded}"))).await;
    assert_eq!(answer.json()["data"]["id"], ODD, "{}", answer.message());
    let answer = house.get(&house.mail(&format!("messages/{encoded}/?select=id"))).await;
    assert_eq!(answer.status, 200, "a trailing slash is tolerated");
}

#[tokio::test]
async fn every_mail_answer_says_how_fresh_it_is() {
    let house = House::new().await;
    for path in ["messages", "messages/nosuch", "folders", "threads", "drafts"] {
        let answer = house.get(&house.mail(path)).await;
        assert_eq!(answer.header("postroad-mirror-phase"), "new", "{path}");
        assert_eq!(answer.header("postroad-mirror-fresh-at"), "", "{path}: never fresh yet");
    }
}

#[tokio::test]
async fn what_is_not_mirrored_is_read_through() {
    let house = House::new().await;
    house.google.holds("far", &raw(42));
    let answer = house.get(&house.mail("messages/far")).await;
    assert_eq!(answer.json()["data"]["subject"], "Letter 42", "{}", answer.message());
    let answer = house.get(&house.mail("messages/farther")).await;
    assert_eq!((answer.status.as_u16(), answer.json()["error"]["type"].clone()), (404, json!("not_found_error")));
}

#[tokio::test]
async fn threads_fold_their_messages() {
    let house = House::new().await;
    let thread = house.get(&house.mail("threads/t1")).await.json()["data"].clone();
    assert_eq!(thread["message_ids"], json!(["m2", "m3"]));
    assert_eq!(thread["latest_draft_or_message"]["id"], "m3");
    assert_eq!((&thread["has_attachments"], &thread["object"]), (&json!(true), &json!("thread")));
    let first = house.get(&house.mail("threads?limit=3")).await.json();
    let next = first["next_cursor"].as_str().unwrap();
    let second = house.get(&house.mail(&format!("threads?limit=3&page_token={next}"))).await.json();
    assert_ne!(first["data"][0]["id"], second["data"][0]["id"]);
    let missing = house.get(&house.mail("threads/nosuch")).await;
    assert_eq!((missing.status.as_u16(), missing.message().as_str()), (404, "no messages found in this thread"));
}

#[tokio::test]
async fn folders_are_counted_and_paged() {
    let house = House::new().await;
    let first = house.get(&house.mail("folders?limit=3")).await.json();
    assert_eq!(first["data"].as_array().unwrap().len(), 3);
    let next = first["next_cursor"].as_str().unwrap();
    let second = house.get(&house.mail(&format!("folders?limit=3&page_token={next}"))).await.json();
    assert_eq!(second["data"].as_array().unwrap().len(), 2);
    assert!(second.get("next_cursor").is_none());
    let inbox = house.get(&house.mail("folders/INBOX")).await.json()["data"].clone();
    assert_eq!((&inbox["total_count"], &inbox["unread_count"]), (&json!(11), &json!(6)));
    assert_eq!(inbox["attributes"], json!(["\\Inbox"]));
}

#[tokio::test]
async fn an_attachment_is_described_and_downloaded_safely() {
    let house = House::new().await;
    let message = house.get(&house.mail("messages/m3")).await.json();
    let id = message["data"]["attachments"][0]["id"].as_str().unwrap().to_owned();
    let described = house.get(&house.mail(&format!("attachments/{id}?message_id=m3"))).await;
    assert_eq!(described.json()["data"]["filename"], "notes.txt");
    let file = house.get(&house.mail(&format!("attachments/{id}/download?message_id=m3"))).await;
    assert_eq!((file.status.as_u16(), file.bytes.as_slice()), (200, &b"notes"[..]));
    assert_eq!(file.header("content-type"), "text/plain");
    assert_eq!(file.header("content-length"), "5");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"notes.txt\"");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn cleaning_tells_which_messages_it_could_not_have() {
    let house = House::new().await;
    let answer = house.put(&house.mail("messages/clean"), json!({"message_id": ["m1", "gone"]})).await;
    assert_eq!(answer.status, 200, "{}", answer.message());
    let json = answer.json();
    assert!(json["data"][0]["conversation"].as_str().unwrap().contains("Text 1"));
    assert_eq!(json["data"][0]["id"], "m1");
    assert_eq!(json["errors"][0]["message_id"], "gone");
    let none = house.put(&house.mail("messages/clean"), json!({"message_id": ["gone"]})).await;
    assert_eq!(none.status, 404);
}

#[tokio::test]
async fn answers_are_exactly_json_with_one_request_id() {
    let house = House::new().await;
    let answer = house.get(&house.mail("messages?limit=1")).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-request-id"), answer.json()["request_id"].as_str().unwrap());
    let failed = house.get("/v3/nowhere").await;
    assert_eq!(failed.header("content-type"), "application/json");
    assert_eq!(failed.header("x-request-id"), failed.json()["request_id"].as_str().unwrap());
    let request = house.request(Method::GET, &house.mail("messages")).header("accept-encoding", "gzip");
    let zipped = house.send(request.body(Default::default()).unwrap()).await;
    assert_eq!((zipped.header("content-encoding"), &zipped.bytes[..2]), ("gzip", &[0x1f, 0x8b][..]));
    assert_eq!(zipped.header("content-type"), "application/json");
}
