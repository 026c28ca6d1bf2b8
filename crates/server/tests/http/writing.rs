//! Changes and sends, and what the provider's refusals become.

use axum::body::Body;
use http::{Method, header};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn a_send_in_json_reaches_the_provider_and_answers_with_the_message() {
    let house = House::new().await;
    let wish = json!({"to": [{"name": null, "email": "bob@example.com"}], "subject": "Hi", "body": "<p>Hi</p>",
        "cc": null, "attachments": [{"content": "aGVsbG8=", "content_type": "text/plain", "filename": "h.txt"}]});
    let answer = house.post(&house.mail("messages/send"), wish).await;
    assert_eq!(answer.status, 200, "{}", answer.message());
    let json = answer.json();
    assert_eq!(json["grant_id"], house.grant.to_string());
    assert_eq!((&json["data"]["id"], &json["data"]["object"]), (&json!("sent-1"), &json!("message")));
    let raw = String::from_utf8(house.google.taken().remove(0)).unwrap();
    assert!(raw.contains("To: <bob@example.com>") || raw.contains("To: bob@example.com"), "{raw}");
    assert!(raw.contains("h.txt"), "{raw}");
}

#[tokio::test]
async fn a_send_in_multipart_carries_files_in_any_order() {
    let house = House::new().await;
    let body = "--B\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"l.png\"\r\nContent-Type: image/png\r\n\r\nPNGPNG\r\n\
        --B\r\nContent-Disposition: form-data; name=\"message\"; filename=\"\"\r\nContent-Type: application/json\r\n\r\n\
        {\"to\":[{\"email\":\"bob@example.com\"}],\"body\":\"<img src=cid:logo>\"}\r\n--B--\r\n";
    let request = house.request(Method::POST, &house.mail("messages/send"));
    let request =
        request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=B").body(Body::from(body)).unwrap();
    let answer = house.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.message());
    let raw = String::from_utf8(house.google.taken().remove(0)).unwrap();
    assert!(raw.contains("<logo>") && raw.contains("image/png"), "{raw}");
}

#[tokio::test]
async fn a_message_composed_elsewhere_goes_out_byte_for_byte_behind_the_mark() {
    let house = House::new().await;
    let raw = "To: bob@example.com\r\nSubject: Raw\r\nX-Priority: 1\r\n\r\nRaw.";
    let send = |raw: &str| {
        let head = "--B\r\nContent-Disposition: form-data; name=\"mime\"; filename=\"message.eml\"\r\nContent-Type: message/rfc822";
        let request = house.request(Method::POST, &house.mail("messages/send?type=mime"));
        let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=B");
        house.send(request.body(Body::from(format!("{head}\r\n\r\n{raw}\r\n--B--\r\n"))).unwrap())
    };
    let answer = send(raw).await;
    assert_eq!(answer.status, 200, "{}", answer.message());
    let taken = String::from_utf8(house.google.taken().remove(0)).unwrap();
    let (mark, rest) = taken.split_once("\r\n").unwrap();
    assert!(mark.starts_with("X-Postroad-Submission: "), "{mark}");
    assert_eq!(rest, raw);
    let nobody = send("Subject: to nobody\r\n\r\nx").await;
    assert_eq!((nobody.status.as_u16(), nobody.field().as_str()), (400, "mime"));
    let json = house.post(&house.mail("messages/send?type=mime"), json!({"to": []})).await;
    assert_eq!((json.status.as_u16(), json.field().as_str()), (400, "Content-Type"));
}

#[tokio::test]
async fn a_message_is_marked_through_the_provider() {
    let house = House::new().await;
    let answer = house.put(&house.mail("messages/m1?select=starred"), json!({"starred": true})).await;
    assert_eq!(answer.json()["data"]["starred"], true, "{}", answer.message());
    let metadata = house.put(&house.mail("messages/m2"), json!({"metadata": {"key1": "v"}})).await;
    assert_eq!(metadata.json()["data"]["metadata"], json!({"key1": "v"}), "{}", metadata.message());
    let found = house.get(&house.mail("messages?metadata_pair=key1:v")).await.json();
    assert_eq!(found["data"][0]["id"], "m2");
    assert_eq!(house.put(&house.mail("messages/nosuch"), json!({"starred": true})).await.status, 404);
}

#[tokio::test]
async fn deleting_for_good_needs_the_operators_leave() {
    let house = House::new().await;
    let answer = house.delete(&house.mail("messages/m1?hard_delete=true")).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(house.get(&house.mail("messages/m1")).await.status, 200);
    let trashed = house.delete(&house.mail("messages/m1")).await;
    assert_eq!((trashed.status.as_u16(), trashed.json().as_object().unwrap().len()), (200, 1));
}

#[tokio::test]
async fn a_providers_refusal_is_handed_on_with_what_it_said() {
    let house = House::new().await;
    let error = json!({"error": {"code": 403, "message": "Delegation denied", "errors": [{"domain": "global", "reason": "forbidden", "message": "Delegation denied"}]}});
    house.google.refuses(403, error.clone());
    let answer = house.put(&house.mail("messages/m1"), json!({"starred": true})).await;
    assert_eq!(answer.status, 403, "{}", answer.message());
    assert_eq!(answer.json()["error"]["provider_error"], error);
    assert!(answer.json()["error"]["fault"]["kind"].is_string());
    assert_eq!(answer.header("postroad-mirror-phase"), "new", "failures tell freshness as well");
    let read = house.get(&house.mail("messages/m1")).await;
    assert_eq!(read.status, 200, "reads do not notice");
}
