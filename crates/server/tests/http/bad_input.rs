//! Wrong requests are refused in the contract's shape, naming the field and what would be right.

use axum::body::Body;
use http::{Method, Request, header};
use serde_json::{Value, json};

use crate::house::{Answer, House};

#[track_caller]
fn refused(answer: &Answer, status: u16, field: &str, words: &[&str]) {
    let text = String::from_utf8_lossy(&answer.bytes).into_owned();
    assert_eq!(answer.status, status, "{text}");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.field(), field, "{text}");
    let json = answer.json();
    assert!(json["request_id"].is_string() && json["error"]["type"].is_string(), "{text}");
    assert!(json["error"]["fault"]["remedy"].is_string(), "{text}");
    for word in words {
        assert!(answer.message().contains(word), "{word:?} is not in {text}");
    }
}

#[tokio::test]
async fn query_parameters_are_refused_by_name() {
    let house = House::new().await;
    for (query, field, words) in [
        ("limit=201", "limit", "limit must be lower than or equal to 200"),
        ("limit=ten", "limit", "limit must be a whole number, not 'ten'"),
        ("unread=maybe", "unread", "unread must be true or false"),
        ("fields=everything", "fields", "fields must be one of standard"),
        ("received_after=yesterday", "received_after", "whole number"),
        ("in=inbox", "in", "no folder has the id 'inbox'"),
        ("metadata_pair=key9:x", "metadata_pair", "key1:value"),
        ("page_token=%21%21", "page_token", "not one of ours"),
        ("page_token=AAAA", "page_token", "not one of ours"),
        ("search_query_native=from:bob&unread=true", "unread", "cannot be combined with search_query_native"),
    ] {
        refused(&house.get(&house.mail(&format!("messages?{query}"))).await, 400, field, &[words]);
    }
    let many = (0..26).map(|n| format!("a{n}@x.org")).collect::<Vec<_>>().join(",");
    refused(&house.get(&house.mail(&format!("messages?any_email={many}"))).await, 400, "any_email", &["at most 25"]);
    refused(
        &house.get(&house.mail("threads?limit=51")).await,
        400,
        "limit",
        &["limit must be lower than or equal to 50"],
    );
}

#[tokio::test]
async fn a_page_token_of_other_filters_or_another_list_is_refused() {
    let house = House::new().await;
    let page = house.get(&house.mail("messages?unread=true&limit=1")).await.json();
    let token = page["next_cursor"].as_str().unwrap();
    let other = house.get(&house.mail(&format!("messages?unread=false&page_token={token}"))).await;
    refused(&other, 400, "page_token", &["repeat the filters"]);
    refused(
        &house.get(&house.mail(&format!("threads?page_token={token}"))).await,
        400,
        "page_token",
        &["another list"],
    );
}

#[tokio::test]
async fn bodies_are_refused_where_they_are_wrong() {
    let house = House::new().await;
    let send = house.mail("messages/send");
    let text = |body: &'static str| house.with_body(Method::POST, &send, body);
    refused(&text("{\"to\": [").await, 400, "body", &["Invalid JSON payload format", "line 1 column"]);
    refused(&text("").await, 400, "body", &["empty"]);
    let answer = text("{\"to\": [").await;
    assert_eq!(answer.json()["error"]["type"], "api.invalid_request_payload");
    for (body, field) in [
        (json!({"to": "ada@example.com"}), "to"),
        (json!({"to": [{"email": 7}]}), "to[0].email"),
        (json!({"subject": "nobody"}), "to"),
        (json!({"to": [{"email": "nobody"}]}), "to[0].email"),
        (
            json!({"to": [{"email": "a@x.org"}], "attachments": [{"content": "%%%", "filename": "a"}]}),
            "attachments[0].content",
        ),
        (json!({"to": [{"email": "a@x.org"}], "send_at": 1_900_000_000}), "send_at"),
        (json!({"to": [{"email": "a@x.org"}], "use_draft": true}), "use_draft"),
        (json!({"to": [{"email": "a@x.org"}], "metadata": {"key1": 1}}), "metadata.key1"),
    ] {
        refused(&house.post(&send, body).await, 400, field, &[]);
    }
    assert!(house.google.taken().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn unknown_fields_are_refused_where_the_contract_refuses_them() {
    let house = House::new().await;
    let extra = |body: Value| {
        let mut body = body;
        body["shoe_size"] = json!(43);
        body
    };
    for (path, body) in [
        ("/v3/connect/custom", json!({"provider": "google", "settings": {"refresh_token": "x"}})),
        ("/v3/webhooks", json!({"trigger_types": ["message.created"], "webhook_url": "https://x.org"})),
        ("/v3/connectors", json!({"provider": "google"})),
        ("/v3/applications/redirect-uris", json!({"url": "https://x.org"})),
    ] {
        refused(&house.post(path, extra(body)).await, 400, "shoe_size", &["extra fields not permitted: shoe_size"]);
    }
    let settings = json!({"provider": "google", "settings": {"refresh_token": "x", "shoe_size": 43}});
    let answer = house.post("/v3/connect/custom", settings).await;
    refused(&answer, 400, "settings.shoe_size", &["extra fields not permitted: shoe_size"]);
}

#[tokio::test]
async fn sizes_and_content_types_are_refused_in_the_contracts_words() {
    let house = House::new().await;
    let send = house.mail("messages/send");
    let large = house.with_body(Method::POST, &send, &" ".repeat(3_200_000)).await;
    refused(&large, 400, "attachments", &["max size of attachments for json is 3MB, received '3200000'"]);
    let request =
        house.request(Method::POST, &send).header(header::CONTENT_TYPE, "text/xml").body(Body::from("<x/>")).unwrap();
    let wrong = house.send(request).await;
    refused(&wrong, 400, "Content-Type", &["request must be of content-type multipart/form-data or application/json"]);
    let key = house.request(Method::POST, &send).header("Idempotency-Key", "k".repeat(257));
    let request = key
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"to":[{"email":"a@x.org"}]}"#))
        .unwrap();
    let long = house.send(request).await;
    refused(&long, 400, "Idempotency-Key", &["256 characters or fewer"]);
    assert_eq!(long.json()["error"]["type"], "api.invalid_idempotency_key");
    let url = house.get(&house.mail(&format!("messages?subject={}", "x".repeat(20_000)))).await;
    refused(&url, 414, "url", &["longer than 16384"]);
}

#[tokio::test]
async fn ids_and_actions_are_bounded() {
    let house = House::new().await;
    let clean = house.mail("messages/clean");
    let ids: Vec<_> = (0..21).map(|n| n.to_string()).collect();
    refused(&house.put(&clean, json!({"message_id": ids})).await, 400, "message_id", &["at most 20"]);
    refused(&house.put(&clean, json!({"message_id": []})).await, 400, "message_id", &["at least one"]);
    let both = json!({"message_id": ["m1"], "html_as_markdown": true, "images_as_markdown": false});
    refused(&house.put(&clean, both).await, 400, "html_as_markdown", &["images_as_markdown"]);
    refused(&house.get(&house.mail("attachments/x")).await, 400, "message_id", &["required"]);
    let folders = json!({"folders": ["INBOX", "Nowhere"]});
    refused(&house.put(&house.mail("messages/m1"), folders).await, 400, "folders[1]", &["'Nowhere'"]);
    refused(&house.post(&house.mail("folders"), json!({})).await, 400, "name", &["required"]);
    refused(
        &house.post(&house.mail("folders"), json!({"name": "x", "text_color": "red"})).await,
        400,
        "text_color",
        &["#rrggbb"],
    );
}

#[tokio::test]
async fn a_malformed_multipart_is_refused() {
    let house = House::new().await;
    let post = |kind: &'static str, body: &'static str| {
        let request = house.request(Method::POST, &house.mail("messages/send")).header(header::CONTENT_TYPE, kind);
        house.send(request.body(Body::from(body)).unwrap())
    };
    refused(&post("multipart/form-data", "x").await, 400, "Content-Type", &["boundary"]);
    refused(&post("multipart/form-data; boundary=B", "--B\r\nbroken").await, 400, "body", &["malformed"]);
    let files = "--B\r\nContent-Disposition: form-data; name=\"file0\"\r\n\r\nx\r\n--B--\r\n";
    refused(&post("multipart/form-data; boundary=B", files).await, 400, "message", &["`message`"]);
}

#[tokio::test]
async fn credentials_are_asked_for_with_the_way_to_send_them() {
    let house = House::new().await;
    let with = |path: &str, value: Option<&str>| {
        let mut request = Request::builder().uri(path);
        if let Some(value) = value {
            request = request.header(header::AUTHORIZATION, value);
        }
        house.send(request.body(Body::empty()).unwrap())
    };
    let mail = house.mail("messages");
    let missing = with(&mail, None).await;
    refused(&missing, 401, "", &["Unauthorized", "Bearer <API key>"]);
    assert_eq!(missing.json()["error"]["type"], "unauthorized");
    assert_eq!(missing.json()["error"]["fault"]["kind"], "api_key_invalid");
    assert!(missing.headers.contains_key(header::WWW_AUTHENTICATE));
    refused(&with(&mail, Some("Bearer nyk_v0_wrong")).await, 401, "", &["unknown, expired or revoked"]);
    refused(&with("/v3/grants", Some("Basic ???")).await, 401, "", &["base64"]);
    use base64::Engine as _;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{}:", house.key));
    assert_eq!(with(&mail, Some(&format!("Basic {basic}"))).await.status, 200);
}

#[tokio::test]
async fn what_is_not_offered_says_so() {
    let house = House::new().await;
    for (path, word) in [
        (house.mail("calendars"), "Calendars"),
        (house.mail("events?calendar_id=x"), "Events"),
        (house.mail("contacts"), "Contacts"),
        (house.mail("messages/smart-compose"), "Smart compose"),
        ("/v3/notetakers".to_owned(), "Notetakers"),
        ("/v3/channels/pubsub".to_owned(), "Channels"),
        ("/v3/workflows".to_owned(), "Workflows"),
    ] {
        let answer = house.post(&path, json!({})).await;
        assert_eq!(answer.json()["error"]["type"], "api.not_found_error", "{path}");
        assert_eq!(answer.json()["error"]["fault"]["kind"], "unsupported", "{path}");
        refused(&answer, 404, "", &[word, "not offered"]);
    }
    assert_eq!(house.get(&house.mail("messages/schedules")).await.json()["data"], json!([]));
    assert_eq!(house.get(&house.mail("messages/schedules/x")).await.status, 404);
    refused(&house.post(&house.mail("attachment-uploads"), json!({})).await, 401, "", &["Microsoft"]);
    let wrong = house.with_body(Method::PATCH, &house.mail("messages"), "{}").await;
    refused(&wrong, 405, "method", &["PATCH is not allowed"]);
    assert!(wrong.header("allow").contains("GET"));
}
