//! Magic addresses: errors on request without the control API.

use reqwest::Method;
use serde_json::{Value, json};

use crate::catalogue::authorize;
use crate::harness::{House, Person, Told, encode, header, mail, read};

async fn send_to(person: &Person, to: &str) -> Told {
    person.post("/messages/send", json!({"raw": encode(&mail("alice@sandbox.test", to, "s", "t"))})).await
}

async fn hits(house: &House) -> Vec<(String, String)> {
    let told = read(house.http().get(house.url("/_sandbox/faults/hits"))).await.ok();
    let text = |hit: &Value, name: &str| hit[name].as_str().unwrap().to_owned();
    told["hits"].as_array().unwrap().iter().map(|hit| (text(hit, "rule"), text(hit, "method"))).collect()
}

/// The messages of a thread in full.
async fn thread(person: &Person, sent: &Value) -> Vec<Value> {
    let thread = person.get(&format!("/threads/{}", sent["threadId"].as_str().unwrap())).await.ok();
    thread["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_recipient_provokes_the_fault_it_names() {
    let house = House::open().await;
    let alice = house.alice().await;
    let told = send_to(&alice, "Bob <bob@sandbox.test>, fault+gmail.user_rate_limit@sandbox.test").await;
    assert_eq!((told.status.as_u16(), told.error().1.as_str()), (403, "rateLimitExceeded"));
    let told = send_to(&alice, "fault+gmail.unavailable@sandbox.test").await;
    assert_eq!(told.status, 503);
    assert!(house.world().accepted().is_empty(), "nothing was sent");
    assert_eq!(hits(&house).await[1], ("fault+gmail.unavailable@sandbox.test".into(), "gmail.messages.send".into()));
    alice.get("/profile").await.ok();
}

#[tokio::test]
async fn in_copies_too_and_however_the_message_comes() {
    let house = House::open().await;
    let alice = house.alice().await;
    let raw =
        "From: alice@sandbox.test\r\nTo: bob@sandbox.test\r\nBcc: fault+gmail.concurrency@sandbox.test\r\n\r\nt\r\n";
    assert_eq!(alice.post("/messages/send", json!({"raw": encode(raw)})).await.status, 429);
    let upload = "/upload/gmail/v1/users/me/messages/send?uploadType=media";
    let told = read(alice.raw_request(Method::POST, upload).header("Content-Type", "message/rfc822").body(raw)).await;
    assert_eq!(told.status, 429);
    let draft = alice.post("/drafts", json!({"message": {"raw": encode(raw)}})).await.ok();
    assert_eq!(alice.post("/drafts/send", json!({"id": draft["id"]})).await.status, 429);
    assert_eq!(alice.ids("/drafts").await.len(), 1, "the draft is still there");
    assert!(house.world().accepted().is_empty());
}

#[tokio::test]
async fn a_number_of_times_is_counted_per_mailbox() {
    let house = House::open().await;
    let (alice, bob) = (house.alice().await, house.bob().await);
    let to = "fault+gmail.backend_error+times2@sandbox.test";
    let mut statuses = Vec::new();
    for person in [&alice, &alice, &alice, &bob] {
        statuses.push(send_to(person, to).await.status.as_u16());
    }
    assert_eq!(statuses, [500, 500, 200, 500]);
    assert_eq!(house.world().accepted().len(), 1);
    let sent = alice.ids("/messages?labelIds=INBOX").await;
    assert!(sent.is_empty(), "no failure notice comes back from a magic address");
    read(house.http().delete(house.url("/_sandbox/faults"))).await.ok();
    assert_eq!(send_to(&alice, to).await.status, 500, "clearing begins the count anew");
}

#[tokio::test]
async fn a_name_that_cannot_be_is_explained() {
    let house = House::open().await;
    let alice = house.alice().await;
    for name in ["gmail.user_rate_limitt", "oauth.invalid_grant", "network", "x+times"] {
        let (status, _, message) = send_to(&alice, &format!("fault+{name}@sandbox.test")).await.error();
        assert!(status == 400 && message.contains(name) && message.contains("postroad sandbox faults"), "{message}");
    }
}

#[tokio::test]
async fn other_domains_are_not_magic() {
    let house = House::open().await;
    let alice = house.alice().await;
    send_to(&alice, "fault+gmail.unavailable@example.com, bounce@example.com").await.ok();
    house.world().add_mailbox("carol@firm.test", "Carol");
    assert_eq!(send_to(&alice, "fault+gmail.unavailable@firm.test").await.status, 503);
}

#[tokio::test]
async fn a_rule_comes_before_an_address() {
    let house = House::open().await;
    let alice = house.alice().await;
    crate::catalogue::plan(&house, json!({"name": "gmail.concurrency", "times": 1})).await;
    assert_eq!(send_to(&alice, "fault+gmail.unavailable@sandbox.test").await.status, 429);
    assert_eq!(send_to(&alice, "fault+gmail.unavailable@sandbox.test").await.status, 503);
}

#[tokio::test]
async fn mail_can_be_slow_cut_off_and_bounced() {
    let house = House::open().await;
    let alice = house.alice().await;
    let sending = |to: &str| {
        let body = json!({"raw": encode(&mail("alice@sandbox.test", to, "s", "t"))});
        alice.request(Method::POST, "/messages/send").json(&body)
    };
    for (name, sent) in [("before", 0), ("after", 1)] {
        assert!(sending(&format!("fault+network.cut_{name}@sandbox.test")).send().await.is_err());
        assert_eq!(house.world().accepted().len(), sent, "{name}");
    }
    let clock = house.world().clock();
    let (began, slow) = (clock.now_ms(), tokio::spawn(read(sending("slow+2s@sandbox.test"))));
    while !slow.is_finished() {
        clock.advance(std::time::Duration::from_millis(250));
        tokio::task::yield_now().await;
    }
    slow.await.unwrap().ok();
    assert!(clock.now_ms() - began >= 2_000);
    let sent = send_to(&alice, "bounce@sandbox.test").await.ok();
    let failed: Vec<_> = thread(&alice, &sent).await.iter().filter_map(|m| header(m, "X-Failed-Recipients")).collect();
    assert_eq!(failed, ["bounce@sandbox.test"]);
}

#[tokio::test]
async fn mail_can_be_delayed_and_a_notice_says_so_in_its_thread() {
    let house = House::open().await;
    let alice = house.alice().await;
    let sent = send_to(&alice, "delayed@sandbox.test").await.ok();
    let [own, notice] = thread(&alice, &sent).await.try_into().unwrap();
    assert_eq!(header(&notice, "Subject").unwrap(), "Delivery Status Notification (Delay)");
    assert_eq!(header(&notice, "In-Reply-To"), header(&own, "Message-Id"));
    assert_eq!(header(&notice, "X-Failed-Recipients"), None);
}

#[tokio::test]
async fn past_the_limit_mail_is_taken_in_and_not_sent_and_a_notice_says_so_in_its_thread() {
    let house = House::open().await;
    let alice = house.alice().await;
    let sent = send_to(&alice, "bob@sandbox.test, fault+gmail.sending_limit_notice@sandbox.test").await.ok();
    let [own, notice] = thread(&alice, &sent).await.try_into().unwrap();
    assert_eq!(own["labelIds"], json!(["SENT"]));
    assert!(notice["snippet"].as_str().unwrap().starts_with("You have reached a limit for sending mail"), "{notice}");
    assert!(header(&notice, "From").unwrap().contains("mailer-daemon@googlemail.com"));
    assert_eq!(header(&notice, "In-Reply-To"), header(&own, "Message-Id"));
    assert!(house.bob().await.ids("/messages").await.is_empty(), "no recipient got it");
    assert_eq!(house.world().accepted().len(), 1, "the API did accept it");
}

#[tokio::test]
async fn the_notice_can_come_later() {
    let house = House::open().await;
    let alice = house.alice().await;
    crate::catalogue::plan(&house, json!({"name": "gmail.sending_limit_notice", "with": {"seconds": 60}, "times": 1}))
        .await;
    let sent = send_to(&alice, "bob@sandbox.test").await.ok();
    assert_eq!(thread(&alice, &sent).await.len(), 1);
    while thread(&alice, &sent).await.len() < 2 {
        house.world().clock().advance(std::time::Duration::from_secs(60));
    }
    send_to(&alice, "bob@sandbox.test").await.ok();
    assert_eq!(house.bob().await.ids("/messages").await.len(), 1, "only the second was sent");
}

#[tokio::test]
async fn a_mailbox_of_that_name_meets_its_fault_where_the_fault_belongs() {
    let house = House::open().await;
    let email = "fault+gmail.history_expired+times1@sandbox.test";
    house.world().add_mailbox(email, "Magic");
    let person = house.person(email, &[crate::harness::FULL]).await;
    person.get("/profile").await.ok();
    assert_eq!(person.get("/history?startHistoryId=1").await.status, 404);
    assert!(!hits(&house).await.is_empty());
    let again = person.get(&format!("/history?startHistoryId={}", person.history_id().await)).await;
    assert_eq!(again.status, 200, "only once");
}

#[tokio::test]
async fn signing_in_under_a_magic_address_provokes_what_belongs_to_signing_in() {
    let house = House::open().await;
    let ask =
        async |name: &str| read(house.http().get(house.url(&authorize(&format!("fault+{name}@sandbox.test"))))).await;
    let denied = ask("oauth.redirect.access_denied").await;
    assert_eq!(denied.status, 302);
    assert!(denied.headers["location"].to_str().unwrap().ends_with("state=s-1&error=access_denied"));
    assert!(ask("oauth.page.org_internal").await.text.contains("Error 403: org_internal"));
    assert!(
        ask("oauth.invalid_grant").await.text.contains("fault+oauth.invalid_grant@sandbox.test"),
        "consent is asked"
    );
}

#[tokio::test]
async fn a_grant_made_under_a_magic_address_dies_at_its_first_refresh() {
    let house = House::open().await;
    let email = "fault+oauth.invalid_grant@sandbox.test";
    let consent = format!("{}&_sandbox_auto=fault%2Boauth.invalid_grant%40sandbox.test", authorize(email));
    let back = read(house.http().get(house.url(&consent))).await;
    let back = url::Url::parse(back.headers["location"].to_str().unwrap()).unwrap();
    let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let client = [("client_id", sandbox::DEFAULT_CLIENT_ID), ("client_secret", sandbox::DEFAULT_CLIENT_SECRET)];
    let token = |fields: [(&str, &str); 3]| {
        let form: Vec<_> = client.iter().copied().chain(fields).collect();
        read(house.http().post(house.url("/token")).form(&form))
    };
    let redirect = ("redirect_uri", "http://127.0.0.1:9/back?kept=1");
    let tokens = token([("grant_type", "authorization_code"), ("code", &code), redirect]).await.ok();
    let refresh = ("refresh_token", tokens["refresh_token"].as_str().unwrap());
    let refused = token([("grant_type", "refresh_token"), refresh, ("scope", "")]).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &json!("invalid_grant")));
}
