//! Sending over HTTP.

use serde_json::json;

use crate::harness::{ADELE, ALEX, GRETA, House, letter, mail, read, texts};

#[tokio::test]
async fn a_draft_becomes_the_copy_in_sent_items_under_its_immutable_id() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    let mut body = letter(&[ALEX, GRETA], "Plans");
    body["bccRecipients"] = json!([{"emailAddress": {"address": "outside@example.com"}}]);
    let draft = adele.post("/messages", body).await.created();
    let path = format!("/messages/{}", draft["id"].as_str().unwrap());
    adele.post(&format!("{path}/send"), json!({})).await.empty(202);
    let sent = adele.get(&path).await.ok();
    assert_eq!((&sent["isDraft"], &sent["internetMessageId"]), (&json!(false), &draft["internetMessageId"]));
    assert_eq!(sent["parentFolderId"], adele.get("/mailFolders/sentitems").await.ok()["id"]);
    assert_eq!(sent["bccRecipients"][0]["emailAddress"]["address"], "outside@example.com");
    assert_eq!(adele.ids("/mailFolders/drafts/messages").await, Vec::<String>::new());
    let arrived = house.alex().get("/mailFolders/inbox/messages").await.ok()["value"][0].clone();
    assert_eq!(
        (&arrived["subject"], &arrived["isRead"], &arrived["bccRecipients"]),
        (&json!("Plans"), &json!(false), &json!([]))
    );
    assert_eq!(arrived["internetMessageId"], draft["internetMessageId"]);
    assert_eq!(house.world().message_count(GRETA).unwrap(), 1);
    let accepted = house.world().accepted();
    assert_eq!(
        (accepted.len(), accepted[0].method.as_str(), accepted[0].recipients.len()),
        (1, "graph.messages.send", 3)
    );
    assert_eq!(accepted[0].id, draft["id"].as_str().unwrap());
    assert_eq!(house.world().outbound().len(), 1);
    adele.post(&format!("{path}/send"), json!({})).await.refused(400, "ErrorInvalidRequest");
}

#[tokio::test]
async fn the_copy_may_take_its_time() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    house.world().set_index_delay_ms(2_000);
    let draft = adele.post("/messages", letter(&[ALEX], "slow")).await.created();
    let path = format!("/messages/{}", draft["id"].as_str().unwrap());
    adele.post(&format!("{path}/send"), json!({})).await.empty(202);
    adele.get(&path).await.refused(404, "ErrorItemNotFound");
    adele.post(&format!("{path}/send"), json!({})).await.refused(404, "ErrorItemNotFound");
    house.pass(2_000);
    while house.world().accepted().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(adele.get(&path).await.ok()["isDraft"], false);
    assert_eq!(house.alex().subjects("/messages").await, ["slow"]);
}

#[tokio::test]
async fn send_mail_takes_json_as_either_library_writes_it_and_mime() {
    let house = House::open().await;
    let adele = house.adele();
    adele.post("/sendMail", json!({"message": letter(&[ALEX], "kept")})).await.empty(202);
    adele.post("/sendMail", json!({"Message": letter(&[ALEX], "gone"), "SaveToSentItems": false})).await.empty(202);
    adele.post_mime("/sendMail", &mail(ADELE, ALEX, "mime", "t")).await.empty(202);
    assert_eq!(adele.subjects("/mailFolders/sentitems/messages?$orderby=subject").await, ["kept", "mime"]);
    assert_eq!(house.alex().subjects("/messages?$orderby=subject").await, ["gone", "kept", "mime"]);
    adele.post("/sendMail", json!({})).await.refused(400, "ErrorInvalidRequest");
    adele.post("/sendMail", json!({"message": letter(&[], "nobody")})).await.refused(400, "ErrorInvalidRecipients");
    adele
        .post("/sendMail", json!({"message": letter(&["nonsense"], "x")}))
        .await
        .refused(400, "ErrorInvalidRecipients");
    let many: Vec<String> = (0..501).map(|number| format!("a{number}@example.com")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    adele
        .post("/sendMail", json!({"message": letter(&many, "x")}))
        .await
        .refused(400, "ErrorExceededMaxRecipientLimit");
    let reader = house.person(ADELE, &["Mail.ReadWrite"]);
    reader.post("/sendMail", json!({"message": letter(&[ALEX], "x")})).await.refused(403, "ErrorAccessDenied");
}

#[tokio::test]
async fn from_must_be_ones_own() {
    let house = House::open().await;
    let adele = house.adele();
    let told = adele.post_mime("/sendMail", &mail(ALEX, "bob@example.com", "s", "t")).await;
    told.refused(403, "ErrorSendAsDenied");
    assert!(told.text.contains("specified sending account., Cannot submit message."), "{}", told.text);
    adele.post_mime("/sendMail", "To: bob@example.com\r\nSubject: no From\r\n\r\nt").await.empty(202);
    assert_eq!(house.world().accepted()[0].from, ADELE);
}

#[tokio::test]
async fn a_bad_address_is_accepted_and_then_comes_back() {
    let house = House::open().await;
    let adele = house.adele();
    adele.post("/sendMail", json!({"message": letter(&["nobody@contoso.test"], "Plans")})).await.empty(202);
    let report = adele.get("/mailFolders/inbox/messages").await.ok()["value"][0].clone();
    assert_eq!(report["subject"], "Undeliverable: Plans");
    assert!(
        report["from"]["emailAddress"]["address"].as_str().unwrap().starts_with("MicrosoftExchange")
            || report["from"]["emailAddress"]["name"] == "Microsoft Outlook"
    );
    let sent = adele.get("/mailFolders/sentitems/messages").await.ok()["value"][0].clone();
    assert_eq!(report["conversationId"], sent["conversationId"]);
    let raw = adele.get(&format!("/messages/{}/$value", report["id"].as_str().unwrap())).await.text;
    assert!(raw.contains("Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound"), "{raw}");
    adele.post("/sendMail", json!({"message": letter(&["delayed@sandbox.test"], "Late")})).await.empty(202);
    assert!(adele.subjects("/messages").await.contains(&"Delivery delayed: Late".to_owned()));
}

#[tokio::test]
async fn a_fault_can_be_asked_for_by_address_or_by_rule() {
    let house = House::open().await;
    let adele = house.adele();
    let rule = json!({"method": "graph.messages.list", "times": 1, "answer": {"status": 503, "body": ""}});
    read(house.http.post(house.url("/_sandbox/faults")).json(&rule)).await.created();
    assert_eq!(adele.get("/messages").await.status, 503);
    adele.get("/messages").await.ok();
    let cut = json!({"method": "graph.messages.send", "cut": "after"});
    read(house.http.post(house.url("/_sandbox/faults")).json(&cut)).await.created();
    let draft = adele.post("/messages", letter(&[ALEX], "who knows")).await.created();
    let path = format!("/messages/{}/send", draft["id"].as_str().unwrap());
    assert!(adele.request(reqwest::Method::POST, &path).send().await.is_err());
    assert_eq!(house.world().accepted().len(), 1, "it was sent all the same");
}

#[tokio::test]
async fn answers_refer_to_what_they_answer() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    let raw = format!(
        "From: {ALEX}\r\nTo: {ADELE}, bob@example.com\r\nCc: cleo@example.com\r\nSubject: Lunch\r\nMessage-ID: <1@x>\r\n\r\nAt one?\r\n"
    );
    let id = house.world().deliver(ALEX, ADELE, raw.as_bytes()).unwrap();
    let path = format!("/messages/{id}");
    let reply = adele.post(&format!("{path}/createReply"), json!({"Comment": "Yes."})).await.created();
    assert_eq!((&reply["subject"], &reply["isDraft"]), (&json!("RE: Lunch"), &json!(true)));
    assert_eq!(reply["toRecipients"][0]["emailAddress"]["address"], ALEX);
    assert_eq!(reply["conversationId"], adele.get(&path).await.ok()["conversationId"]);
    assert!(reply["body"]["content"].as_str().unwrap().starts_with("Yes."));
    let raw = adele.get(&format!("/messages/{}/$value", reply["id"].as_str().unwrap())).await.text;
    assert!(raw.contains("In-Reply-To: <1@x>\r\n"), "{raw}");
    let all = adele.post(&format!("{path}/createReplyAll"), json!({})).await.created();
    let addresses = |list: &serde_json::Value| {
        texts(&list.as_array().unwrap().iter().map(|one| one["emailAddress"].clone()).collect(), "address")
    };
    assert_eq!(addresses(&all["toRecipients"]), [ALEX, "bob@example.com"]);
    assert_eq!(addresses(&all["ccRecipients"]), ["cleo@example.com"]);
    let to = json!({"toRecipients": [{"emailAddress": {"address": GRETA}}], "comment": "see below"});
    adele.post(&format!("{path}/forward"), to).await.empty(202);
    assert_eq!(house.world().snapshot(GRETA).unwrap().len(), 1);
    let both = json!({"comment": "a", "message": {"body": {"contentType": "text", "content": "b"}}});
    adele.post(&format!("{path}/createReply"), both).await.refused(400, "ErrorInvalidRequest");
}
