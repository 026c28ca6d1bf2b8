//! Messages over HTTP.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use crate::harness::{ADELE, House, letter, mail, read};

#[tokio::test]
async fn a_message_is_shown_as_graph_shows_it() {
    let house = House::open().await;
    let adele = house.adele();
    house.arrive(ADELE, "lunch", "At one?");
    let listed = adele.get("/mailFolders/inbox/messages").await;
    assert!(listed.header("content-type").starts_with("application/json;odata.metadata=minimal"));
    let message = listed.ok()["value"][0].clone();
    assert_eq!((&message["subject"], &message["bodyPreview"]), (&json!("lunch"), &json!("At one?")));
    assert_eq!(message["from"], json!({"emailAddress": {"name": "ben@example.com", "address": "ben@example.com"}}));
    assert_eq!(message["body"]["contentType"], "text");
    assert_eq!(
        (&message["isRead"], &message["isDraft"], &message["hasAttachments"]),
        (&json!(false), &json!(false), &json!(false))
    );
    assert_eq!(
        (&message["receivedDateTime"], &message["internetMessageId"]),
        (&json!("2026-09-21T12:00:00Z"), &json!("<lunch@example.com>"))
    );
    assert_eq!(message["flag"], json!({"flagStatus": "notFlagged"}));
    assert!(message["@odata.etag"].as_str().unwrap().starts_with("W/\"CQAAABYAAAA"));
    let some = adele.get("/messages?$select=subject,isRead").await.ok()["value"][0].clone();
    assert_eq!(some.as_object().unwrap().keys().collect::<Vec<_>>(), ["@odata.etag", "id", "subject", "isRead"]);
    adele.get("/messages?$select=nonsense").await.refused(400, "RequestBroker--ParseUri");
    let raw = adele.get(&format!("/messages/{}/$value", message["id"].as_str().unwrap())).await;
    assert!(raw.header("content-type").starts_with("text/plain") && raw.text.ends_with("\r\n\r\nAt one?\r\n"));
}

#[tokio::test]
async fn the_ordinary_id_changes_with_a_move_and_the_immutable_one_does_not() {
    let house = House::open().await;
    let (adele, lasting) = (house.adele(), house.adele().lasting());
    let arrived = house.arrive(ADELE, "s", "t");
    let told = lasting.get("/messages").await;
    assert_eq!(told.header("preference-applied"), "IdType=\"ImmutableId\"");
    assert_eq!(told.ok()["value"][0]["id"], arrived.as_str());
    let before = adele.ids("/messages").await.remove(0);
    let moved = adele.post(&format!("/messages/{before}/move"), json!({"destinationId": "archive"})).await.created();
    assert_ne!(moved["id"], before.as_str());
    adele.get(&format!("/messages/{before}")).await.refused(404, "ErrorItemNotFound");
    // Either id is taken in a path, whatever is preferred for the answer.
    assert_eq!(adele.get(&format!("/messages/{arrived}")).await.ok()["id"], moved["id"]);
    adele.get(&format!("/mailFolders/inbox/messages/{arrived}")).await.refused(404, "ErrorItemNotFound");
    let copy = lasting.post(&format!("/messages/{arrived}/copy"), json!({"destinationId": "inbox"})).await.created();
    assert_ne!(copy["id"], arrived.as_str());
    assert_eq!(copy["conversationId"], moved["conversationId"]);
    adele.get(&format!("/messages/{}", &arrived[..40])).await.refused(400, "ErrorInvalidIdMalformed");
    adele.get(&format!("/messages/{}", arrived.to_lowercase())).await.refused(400, "ErrorInvalidIdMalformed");
}

#[tokio::test]
async fn drafts_are_made_of_json_and_of_mime() {
    let house = House::open().await;
    let adele = house.adele();
    let file = json!({"@odata.type": "#microsoft.graph.fileAttachment", "name": "a b.txt", "contentType": "text/plain",
                      "contentBytes": BASE64_STANDARD.encode("inside")});
    let mut body = letter(&["bob@example.com"], "Grüße");
    body["@odata.type"] = json!("#microsoft.graph.message");
    body["attachments"] = json!([file]);
    body["internetMessageHeaders"] = json!([{"name": "x-mark", "value": "7"}]);
    body["ccRecipients"] = json!([{"emailAddress": {"name": "Zoë, C", "address": "zoe@example.com"}}]);
    let draft = adele.post("/messages", body).await.created();
    assert_eq!(
        (&draft["isDraft"], &draft["isRead"], &draft["hasAttachments"]),
        (&json!(true), &json!(true), &json!(true))
    );
    assert_eq!(draft["ccRecipients"][0]["emailAddress"]["name"], "Zoë, C");
    assert!(draft["internetMessageId"].as_str().unwrap().ends_with("OUTLOOK.COM>"));
    assert_eq!(draft["parentFolderId"], adele.get("/mailFolders/drafts").await.ok()["id"]);
    let id = draft["id"].as_str().unwrap();
    let attached = adele.get(&format!("/messages/{id}/attachments")).await.ok()["value"][0].clone();
    assert_eq!((&attached["name"], &attached["size"]), (&json!("a b.txt"), &json!(6)));
    let path = format!("/messages/{id}/attachments/{}/$value", attached["id"].as_str().unwrap());
    assert_eq!(adele.get(&path).await.text, "inside");
    let headers = adele.get(&format!("/messages/{id}?$select=internetMessageHeaders")).await.ok();
    assert!(headers["internetMessageHeaders"].as_array().unwrap().contains(&json!({"name": "x-mark", "value": "7"})));

    let raw = mail(ADELE, "bob@example.com", "raw", "text");
    let draft = adele.post_mime("/messages", &raw).await.created();
    assert_eq!((&draft["subject"], &draft["internetMessageId"]), (&json!("raw"), &json!("<raw@example.com>")));
    let kept = adele.get(&format!("/messages/{}/$value", draft["id"].as_str().unwrap())).await.text;
    assert!(kept.ends_with(&raw), "MIME stays as it came: {kept}");
    let bad = adele.request(reqwest::Method::POST, "/messages").header("content-type", "text/plain");
    read(bad.body("not base64!")).await.refused(400, "ErrorMimeContentInvalidBase64String");
    adele.post_mime("/messages", "no header at all").await.refused(400, "ErrorMimeContentInvalid");
}

#[tokio::test]
async fn a_draft_can_be_rewritten_and_received_mail_until_the_year_ends() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    let draft = adele.post("/messages", letter(&["bob@example.com"], "one")).await.created();
    let path = format!("/messages/{}", draft["id"].as_str().unwrap());
    let change =
        json!({"subject": "two", "body": {"contentType": "html", "content": "<b>new</b>"}, "importance": "high"});
    let changed = adele.patch(&path, change).await.ok();
    assert_eq!(
        (&changed["id"], &changed["subject"], &changed["importance"]),
        (&draft["id"], &json!("two"), &json!("high"))
    );
    assert_eq!(changed["body"], json!({"contentType": "html", "content": "<b>new</b>"}));
    assert_eq!(changed["toRecipients"], draft["toRecipients"]);
    assert_ne!(changed["@odata.etag"], draft["@odata.etag"]);
    let stale = adele.request(reqwest::Method::PATCH, &path).header("if-match", draft["@odata.etag"].as_str().unwrap());
    read(stale.json(&json!({"subject": "x"}))).await.refused(412, "ErrorIrresolvableConflict");
    adele.patch(&path, json!({"nonsense": 1})).await.refused(400, "RequestBodyRead");
    adele.patch(&path, json!({"flag": {"flagStatus": "maybe"}})).await.refused(400, "ErrorInvalidPropertySet");

    let received = format!("/messages/{}", house.arrive(ADELE, "s", "t"));
    let marks = json!({"isRead": true, "categories": ["Red"], "flag": {"flagStatus": "flagged"}});
    assert_eq!(adele.patch(&received, marks.clone()).await.ok()["categories"], json!(["Red"]));
    adele.patch(&received, json!({"subject": "rewritten"})).await.ok();
    house.pass(110 * 86_400_000);
    let adele = house.adele().lasting();
    adele.patch(&received, marks).await.ok();
    adele.patch(&received, json!({"subject": "again"})).await.refused(403, "ErrorAccessDenied");
    adele.patch(&path, json!({"subject": "drafts go on"})).await.ok();
}

#[tokio::test]
async fn deleting_is_soft_twice_and_permanent_when_asked() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    let path = format!("/messages/{}", house.arrive(ADELE, "s", "t"));
    adele.delete(&path).await.empty(204);
    assert_eq!(adele.get(&path).await.ok()["parentFolderId"], adele.get("/mailFolders/deleteditems").await.ok()["id"]);
    adele.delete(&path).await.empty(204);
    assert_eq!(adele.ids("/messages").await, Vec::<String>::new());
    assert_eq!(adele.ids("/mailFolders/recoverableitemsdeletions/messages").await.len(), 1);
    let path = format!("/messages/{}", house.arrive(ADELE, "s2", "t"));
    adele.post(&format!("{path}/permanentDelete"), json!({})).await.empty(204);
    adele.get(&path).await.refused(404, "ErrorItemNotFound");
}

#[tokio::test]
async fn pages_follow_the_links() {
    let house = House::open().await;
    let adele = house.adele();
    for number in 0..23 {
        house.pass(1_000);
        house.arrive(ADELE, &format!("m{number:02}"), "t");
    }
    let (mut seen, mut sizes, mut next) = (Vec::new(), Vec::new(), "/messages?$select=subject&$count=true".to_owned());
    loop {
        let page = adele.get(&next).await.ok();
        assert_eq!(page["@odata.count"], 23);
        let subjects = crate::harness::texts(&page["value"], "subject");
        sizes.push(subjects.len());
        seen.extend(subjects);
        match page["@odata.nextLink"].as_str() {
            Some(link) => next = link.to_owned(),
            None => break,
        }
    }
    let expected: Vec<String> = (0..23).rev().map(|number| format!("m{number:02}")).collect();
    assert_eq!((seen, sizes), (expected, vec![10, 10, 3]));
    adele.get("/messages?$top=1001").await.refused(400, "ErrorInvalidUrlQuery");
    assert_eq!(adele.get("/messages/$count").await.text, "23");
}

#[tokio::test]
async fn bodies_come_as_preferred() {
    let house = House::open().await;
    let adele = house.adele();
    let raw = "From: b@example.com\r\nTo: adele@contoso.test\r\nContent-Type: text/html\r\n\r\n<p>Hi <b>you</b></p>";
    house.world().deliver("b@example.com", ADELE, raw.as_bytes()).unwrap();
    let prefer = |value: &str| adele.request(reqwest::Method::GET, "/messages").header("prefer", value);
    let told = read(prefer("outlook.body-content-type=\"text\", IdType=\"ImmutableId\"")).await;
    let body: Value = told.ok()["value"][0]["body"].clone();
    assert_eq!(body["contentType"], "text");
    assert!(body["content"].as_str().unwrap().contains("Hi you"), "{body}");
    let applied: Vec<_> = told.headers.get_all("preference-applied").iter().collect();
    assert_eq!(applied.len(), 2);
}
