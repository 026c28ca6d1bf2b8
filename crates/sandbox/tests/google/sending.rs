//! Sending: what Gmail rewrites, where copies go, what comes back.

use serde_json::{Value, json};

use crate::harness::{House, Person, START_MS, encode, header, mail, read, texts};

async fn newest(person: &Person) -> Value {
    let id = person.ids("/messages").await.into_iter().next().expect("a message");
    person.get(&format!("/messages/{id}")).await.ok()
}

#[tokio::test]
async fn mail_between_mailboxes_arrives_under_a_new_message_id() {
    let house = House::open().await;
    let (alice, bob) = (house.alice().await, house.bob().await);
    let raw = format!(
        "Message-ID: <mine@app.test>\r\nBcc: carol@sandbox.test\r\n{}",
        mail("alice@sandbox.test", "bob@sandbox.test", "Hi", "text")
    );
    house.world().add_mailbox("carol@sandbox.test", "Carol");
    let sent = alice.send(&raw).await;
    assert_eq!(sent["labelIds"], json!(["SENT"]));
    let copy = alice.get(&format!("/messages/{}", sent["id"].as_str().unwrap())).await.ok();
    let message_id = header(&copy, "Message-Id").unwrap();
    assert!(message_id.starts_with("<CA") && message_id.ends_with("@mail.gmail.com>"), "{message_id}");
    assert_eq!(header(&copy, "X-Google-Original-Message-ID").unwrap(), "<mine@app.test>");
    assert_eq!(header(&copy, "Bcc").unwrap(), "carol@sandbox.test");
    assert_eq!(header(&copy, "Date").unwrap(), "Mon, 21 Sep 2026 12:00:00 +0000");
    assert!(header(&copy, "Received").unwrap().contains("gmailapi.google.com with HTTPREST"));

    let got = newest(&bob).await;
    assert_eq!(texts(&got["labelIds"]), ["CATEGORY_PERSONAL", "INBOX", "UNREAD"]);
    assert_eq!(header(&got, "Message-Id").unwrap(), message_id);
    assert_eq!((header(&got, "Bcc"), header(&got, "Delivered-To").as_deref()), (None, Some("bob@sandbox.test")));
    assert_eq!(got["internalDate"], START_MS.to_string());
    assert_ne!(got["id"], sent["id"]);
    newest(&house.person("carol@sandbox.test", &[crate::harness::FULL]).await).await;

    let accepted = house.world().accepted();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].recipients, ["bob@sandbox.test", "carol@sandbox.test"]);
    assert_eq!(accepted[0].original_message_id.as_deref(), Some("mine@app.test"));
}

#[tokio::test]
async fn a_reply_joins_the_thread_on_both_sides() {
    let house = House::open().await;
    let (alice, bob) = (house.alice().await, house.bob().await);
    let sent = alice.send(&mail("alice@sandbox.test", "bob@sandbox.test", "Lunch", "noon?")).await;
    let got = newest(&bob).await;
    let id = header(&got, "Message-Id").unwrap();
    let reply = format!(
        "In-Reply-To: {id}\r\nReferences: {id}\r\n{}",
        mail("bob@sandbox.test", "alice@sandbox.test", "Re: Lunch", "yes")
    );
    let replied = bob.send(&reply).await;
    assert_eq!(replied["threadId"], got["threadId"]);
    assert_eq!(newest(&alice).await["threadId"], sent["threadId"]);
}

#[tokio::test]
async fn mail_to_oneself_is_one_message_in_sent_and_inbox() {
    let house = House::open().await;
    let alice = house.alice().await;
    let sent = alice.send(&mail("alice@sandbox.test", "Alice+tag@sandbox.test", "note", "text")).await;
    assert_eq!(sent["labelIds"], json!(["UNREAD", "SENT", "INBOX"]));
    assert_eq!(alice.ids("/messages").await.len(), 1);
}

#[tokio::test]
async fn an_unknown_local_address_bounces_into_the_same_thread() {
    let house = House::open().await;
    let alice = house.alice().await;
    let sent = alice.send(&mail("alice@sandbox.test", "nobody@sandbox.test", "Hi", "text")).await;
    let thread = alice.get(&format!("/threads/{}", sent["threadId"].as_str().unwrap())).await.ok();
    let [copy, notice] = thread["messages"].as_array().unwrap().as_slice() else { panic!("{thread}") };
    assert_eq!(header(notice, "From").unwrap(), "Mail Delivery Subsystem <mailer-daemon@googlemail.com>");
    assert_eq!(header(notice, "Subject").unwrap(), "Delivery Status Notification (Failure)");
    assert_eq!(header(notice, "X-Failed-Recipients").unwrap(), "nobody@sandbox.test");
    assert_eq!(header(notice, "In-Reply-To"), header(copy, "Message-Id"));
    assert!(header(notice, "Content-Type").unwrap().contains("report-type=delivery-status"));
    let types: Vec<_> =
        notice["payload"]["parts"].as_array().unwrap().iter().map(|part| part["mimeType"].clone()).collect();
    assert_eq!(types, ["text/plain", "message/delivery-status", "message/rfc822"]);
    let id = notice["id"].as_str().unwrap();
    let raw = alice.get(&format!("/messages/{id}?format=raw")).await.ok()["raw"].as_str().unwrap().to_owned();
    let raw = String::from_utf8(base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE, raw).unwrap()).unwrap();
    for line in [
        "Final-Recipient: rfc822; nobody@sandbox.test",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550-5.1.1 ",
    ] {
        assert!(raw.contains(line), "{line} in {raw}");
    }
}

#[tokio::test]
async fn mail_for_elsewhere_is_kept_in_the_ledger() {
    let house = House::open().await;
    house.alice().await.send(&mail("alice@sandbox.test", "Eve <eve@elsewhere.test>", "Hi", "text")).await;
    let outbound = house.world().outbound();
    assert_eq!((outbound.len(), outbound[0].recipient.as_str()), (1, "eve@elsewhere.test"));
    assert_eq!(house.world().accepted()[0].message_id, outbound[0].message_id);
}

#[tokio::test]
async fn recipients_beyond_ascii_are_carried_in_raw_utf8() {
    let house = House::open().await;
    house.alice().await.send(&mail("alice@sandbox.test", "Jörg <jörg@elsewhere.test>", "Hi", "text")).await;
    let outbound = house.world().outbound();
    assert_eq!((outbound.len(), outbound[0].recipient.as_str()), (1, "jörg@elsewhere.test"));
}

#[tokio::test]
async fn bad_recipients_are_refused_and_nothing_is_sent() {
    let house = House::open().await;
    let alice = house.alice().await;
    for (raw, message) in [
        ("Subject: x\r\n\r\n", "Recipient address required"),
        ("To: nobody\r\n\r\n", "Invalid To header"),
        ("To: bob@sandbox.test\r\nCc: <>\r\n\r\n", "Invalid Cc header"),
        ("To: bob@sandbox.test\r\nFrom: me\r\n\r\n", "Invalid From header"),
    ] {
        alice.post("/messages/send", json!({"raw": encode(raw)})).await.refused(400, "invalidArgument", message);
    }
    assert!(house.world().accepted().is_empty() && house.bob().await.ids("/messages").await.is_empty());
}

#[tokio::test]
async fn the_sender_is_held_to_the_mailboxs_own_addresses() {
    let house = House::open().await;
    house.world().add_alias("alice@sandbox.test", "sales@sandbox.test", "Sales").unwrap();
    let (alice, bob) = (house.alice().await, house.bob().await);
    alice.send(&mail("Mallory <m@evil.test>", "bob@sandbox.test", "one", "text")).await;
    assert_eq!(header(&newest(&bob).await, "From").unwrap(), "\"Mallory\" <alice@sandbox.test>");
    house.world().clock().advance(std::time::Duration::from_secs(1));
    alice.send(&mail("sales@sandbox.test", "bob@sandbox.test", "two", "text")).await;
    assert_eq!(header(&newest(&bob).await, "From").unwrap(), "sales@sandbox.test");
    house.world().clock().advance(std::time::Duration::from_secs(1));
    bob.send(&mail("bob@sandbox.test", "sales@sandbox.test", "three", "text")).await;
    assert_eq!(header(&newest(&alice).await, "Subject").unwrap(), "three");
}

#[tokio::test]
async fn labels_in_a_send_request_are_passed_over() {
    let house = House::open().await;
    let raw = encode(&mail("alice@sandbox.test", "bob@sandbox.test", "s", "t"));
    let sent = house.alice().await.post("/messages/send", json!({"raw": raw, "labelIds": ["STARRED"]})).await.ok();
    assert_eq!(sent["labelIds"], json!(["SENT"]));
}

#[tokio::test]
async fn addresses_to_send_from_are_listed_and_changed() {
    let house = House::open().await;
    house.world().add_alias("alice@sandbox.test", "sales@sandbox.test", "Sales").unwrap();
    let alice = house.person("alice@sandbox.test", &["gmail.readonly", "gmail.settings.basic"]).await;
    let listed = alice.get("/settings/sendAs").await.ok();
    let primary = json!({"displayName": "Alice Example", "isDefault": true, "isPrimary": true, "replyToAddress": "", "sendAsEmail": "alice@sandbox.test", "signature": ""});
    let alias = json!({"displayName": "Sales", "replyToAddress": "", "sendAsEmail": "sales@sandbox.test", "signature": "", "treatAsAlias": true, "verificationStatus": "accepted"});
    assert_eq!(listed["sendAs"], json!([primary, alias]));
    let patched = alice.patch("/settings/sendAs/alice@sandbox.test", json!({"signature": "<b>A</b>"})).await.ok();
    assert_eq!((&patched["signature"], &patched["displayName"]), (&json!("<b>A</b>"), &json!("Alice Example")));
    assert_eq!(alice.get("/settings/sendAs/alice%40sandbox.test").await.ok()["signature"], "<b>A</b>");
    assert_eq!(alice.get("/settings/sendAs/x@y.test").await.status, 404);
    let told = read(
        house.alice().await.request(reqwest::Method::PATCH, "/settings/sendAs/alice@sandbox.test").json(&json!({})),
    )
    .await;
    assert_eq!(told.status, 403, "full access is not enough to change settings");
}

#[tokio::test]
async fn listings_may_lag_behind_what_was_sent() {
    let house = House::open().await;
    let alice = house.alice().await;
    house.world().set_index_delay_ms(3_000);
    let sent = alice.send(&mail("alice@sandbox.test", "bob@sandbox.test", "Hi", "text")).await;
    let (in_sent, searched) = ("/messages?labelIds=SENT", "/messages?q=subject:Hi");
    assert_eq!((alice.ids(in_sent).await.len(), alice.ids(searched).await.len()), (0, 0));
    alice.get(&format!("/messages/{}", sent["id"].as_str().unwrap())).await.ok();
    assert_eq!(house.bob().await.ids("/messages").await.len(), 1, "what arrives is listed at once");
    house.world().clock().advance(std::time::Duration::from_millis(3_000));
    assert_eq!((alice.ids(in_sent).await.len(), alice.ids(searched).await.len()), (1, 1));
}
