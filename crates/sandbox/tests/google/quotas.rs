//! Quotas, refusals in Google's own shape, and the control API over them.

use std::time::Duration;

use reqwest::Method;
use sandbox::quotas::{Limits, Model, Regime};
use sandbox::{Options, Quotas};
use serde_json::{Value, json};

use crate::harness::{House, Person, START_MS, Told, encode, mail, read};

const SENTENCE: &str = "User-rate limit exceeded.  Retry after ";

async fn open(limits: Limits) -> House {
    House::open_with(Options { quotas: Quotas::Enforced(limits), ..Options::default() }).await
}

async fn control(house: &House, method: Method, path: &str, body: Value) -> Told {
    read(house.http().request(method, house.url(&format!("/_sandbox{path}"))).json(&body)).await
}

async fn report(house: &House) -> Value {
    control(house, Method::GET, "/quotas", json!({})).await.ok()
}

fn message() -> Value {
    json!({"raw": encode(&mail("alice@sandbox.test", "bob@sandbox.test", "s", "t"))})
}

/// A batch of so many looks at the profile; the answers' status lines.
async fn batch(person: &Person, calls: usize) -> Vec<String> {
    let part = "--b\r\nContent-Type: application/http\r\n\r\nGET /gmail/v1/users/me/profile\r\n\r\n";
    let body = format!("{}--b--", part.repeat(calls));
    let asked =
        person.raw_request(Method::POST, "/batch").header("Content-Type", "multipart/mixed; boundary=b").body(body);
    let told = read(asked).await;
    assert_eq!(told.status, 200);
    told.text.lines().filter(|line| line.starts_with("HTTP/1.1")).map(|line| line.trim_end().to_owned()).collect()
}

#[tokio::test]
async fn a_user_over_the_current_limit_is_refused_as_captured() {
    let house = open(Limits { user_units: Some(100), window_start_percent: 100, ..Limits::default() }).await;
    let (alice, bob) = (house.alice().await, house.bob().await);
    alice.insert(&mail("a@x.test", "alice@sandbox.test", "s", "t")).await;
    let ids = alice.ids("/messages").await;
    for _ in 0..3 {
        alice.get(&format!("/messages/{}", ids[0])).await.ok();
    }
    let told = alice.get(&format!("/messages/{}", ids[0])).await;
    let message = "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:000000000000'.";
    let expected = json!({"error": {"code": 403, "message": message,
        "errors": [{"message": message, "domain": "usageLimits", "reason": "rateLimitExceeded"}],
        "status": "PERMISSION_DENIED",
        "details": [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com",
             "metadata": {"service": "gmail.googleapis.com", "consumer": "projects/000000000000",
                "quota_metric": "gmail.googleapis.com/total_query_cost", "quota_limit": "totalQueryCostPerMinutePerUser",
                "quota_limit_value": "100", "quota_unit": "1/min/{project}/{user}", "quota_location": "global",
                "window_start_time": (START_MS / 1000).to_string()}},
            {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"description": "Request a higher quota limit.",
                "url": "https://cloud.google.com/docs/quotas/help/request_increase"}]}]}});
    assert_eq!(told.json(), expected);
    assert!(!told.headers.contains_key("retry-after"));
    assert_eq!((told.status.as_u16(), told.headers["server"].to_str().unwrap()), (403, "ESF"));
    bob.get("/profile").await.ok();
    house.world().clock().advance(Duration::from_secs(60));
    alice.get(&format!("/messages/{}", ids[0])).await.ok();
}

#[tokio::test]
async fn legacy_and_previous_refusals_speak_of_queries() {
    for (regime, limit) in [
        (Regime::Legacy, "Queries per minute per user"),
        (Regime::Previous, "Previous quota: Units per minute per user"),
    ] {
        let house = open(Limits { regime, user_units: Some(1), ..Limits::default() }).await;
        let alice = house.alice().await;
        alice.get("/profile").await.ok();
        let told = alice.get("/profile").await;
        let metadata = &told.json()["error"]["details"][0]["metadata"];
        assert_eq!(metadata["quota_metric"], "gmail.googleapis.com/default");
        assert!(told.error().2.contains(&format!("metric 'Queries' and limit '{limit}'")), "{}", told.text);
    }
}

#[tokio::test]
async fn a_project_over_its_limit_refuses_every_mailbox_of_it() {
    let house = open(Limits { project_units: 2, ..Limits::default() }).await;
    let (alice, bob) = (house.alice().await, house.bob().await);
    alice.get("/profile").await.ok();
    bob.get("/profile").await.ok();
    let told = bob.get("/profile").await;
    let metadata = &told.json()["error"]["details"][0]["metadata"];
    assert_eq!((told.status.as_u16(), &metadata["quota_unit"]), (403, &json!("1/min/{project}")));
    assert!(told.error().2.contains("limit 'Units per minute' of"), "{}", told.text);

    house.world().register_client("other-app", "s", &[]);
    let body = json!({"email": "bob@sandbox.test", "client_id": "other-app"});
    let token = control(&house, Method::POST, "/token", body).await.json()["access_token"].clone();
    let other = house.http().get(house.url("/gmail/v1/users/me/profile")).bearer_auth(token.as_str().unwrap());
    read(other).await.ok();
    assert_eq!(report(&house).await["projects"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_calls_of_a_batch_are_under_way_at_once() {
    let house = open(Limits { concurrency: 10, ..Limits::default() }).await;
    let alice = house.alice().await;
    let told = batch(&alice, 12).await;
    let refused: Vec<_> = told.iter().filter(|line| line.contains("429")).collect();
    assert_eq!((told.len(), refused.len()), (12, 2), "{told:?}");
    let told = batch(&alice, 10).await;
    assert!(told.iter().all(|line| line == "HTTP/1.1 200 OK"), "{told:?}");
    let alice = &report(&house).await["mailboxes"][0];
    assert_eq!(
        (&alice["peak_concurrency"], &alice["in_flight"], &alice["calls"], &alice["refused"]["concurrency"]),
        (&json!(10), &json!(0), &json!(22), &json!(2))
    );
}

#[tokio::test]
async fn a_crowd_is_refused_while_calls_take_their_time() {
    let house = open(Limits { concurrency: 1, latency_ms: 500, ..Limits::default() }).await;
    let alice = house.alice().await;
    let slow = tokio::spawn(alice.request(Method::GET, "/profile").send());
    while report(&house).await["mailboxes"][0]["in_flight"] != 1 {
        tokio::task::yield_now().await;
    }
    let crowd = tokio::spawn(alice.request(Method::GET, "/profile").send());
    while report(&house).await["mailboxes"][0]["refused"]["concurrency"] != 1 {
        tokio::task::yield_now().await;
    }
    assert!(!slow.is_finished() && !crowd.is_finished());
    house.world().clock().advance(Duration::from_millis(500));
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
    let crowd = crowd.await.unwrap().unwrap();
    let message = "Too many concurrent requests for user.";
    let expected = json!({"error": {"code": 429, "message": message,
        "errors": [{"message": message, "domain": "global", "reason": "rateLimitExceeded"}], "status": "RESOURCE_EXHAUSTED"}});
    assert_eq!(crowd.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn mail_beyond_the_cap_is_refused_late_and_then_with_an_instant() {
    let house = open(Limits { sending_messages: 2, sending_delay_seconds: 60, ..Limits::default() }).await;
    let alice = house.alice().await;
    for _ in 0..4 {
        alice.post("/messages/send", message()).await.ok();
    }
    house.world().clock().advance(Duration::from_secs(60));
    let told = alice.post("/messages/send", message()).await;
    told.refused(429, "rateLimitExceeded", &format!("{SENTENCE}2026-09-21T12:16:56.000Z (Mail sending)"));
    assert_eq!(told.json()["error"]["status"], "RESOURCE_EXHAUSTED");
    let draft = alice.post("/drafts", json!({"message": message()})).await.ok()["id"].clone();
    alice.post("/drafts/send", json!({"id": draft})).await.refused(
        429,
        "rateLimitExceeded",
        &format!("{SENTENCE}2026-09-21T12:16:56.000Z (Mail sending)"),
    );
    assert_eq!(alice.get("/drafts").await.ok()["drafts"][0]["id"], draft, "a refused draft stays");
    alice.get("/profile").await.ok();
    assert_eq!(house.world().accepted().len(), 4);
    let alice = &report(&house).await["mailboxes"][0];
    assert_eq!((&alice["sending"]["messages"], &alice["lockout_violations"]), (&json!(4), &json!(1)));
}

#[tokio::test]
async fn a_lockout_is_ordered_kept_and_lifted() {
    let house = House::open().await;
    let (alice, bob) = (house.alice().await, house.bob().await);
    let order =
        json!({"mailbox": "alice@sandbox.test", "seconds": 60, "again_seconds": 120, "tag": "Forwarding rules"});
    assert_eq!(control(&house, Method::POST, "/lockouts", order).await.status, 201);
    house.world().clock().advance(Duration::from_secs(30));
    alice.get("/labels").await.refused(
        429,
        "rateLimitExceeded",
        &format!("{SENTENCE}2026-09-21T12:02:30.000Z (Forwarding rules)"),
    );
    bob.get("/labels").await.ok();
    house.world().clock().advance(Duration::from_secs(120));
    alice.get("/labels").await.ok();
    assert_eq!(report(&house).await["mailboxes"][0]["lockout_violations"], 1);

    let until = json!({"mailbox": "alice@sandbox.test", "until": "2026-09-22T00:00:00Z"});
    let told = control(&house, Method::POST, "/lockouts", until).await;
    assert_eq!(told.json()["lockouts"][0]["until"], "2026-09-22T00:00:00Z");
    let path = "/lockouts?mailbox=alice@sandbox.test";
    assert_eq!(control(&house, Method::DELETE, path, json!({})).await.ok()["lifted"], 1);
    alice.get("/labels").await.ok();
}

#[tokio::test]
async fn limits_are_changed_and_counts_reset_while_it_runs() {
    let house = House::open().await;
    let alice = house.alice().await;
    assert_eq!(report(&house).await["enforced"], false);
    let told = control(&house, Method::POST, "/quotas", json!({"model": "hidden", "user_units": 60})).await.ok();
    assert_eq!((&told["limits"]["model"], &told["limits"]["concurrency"]), (&json!("hidden"), &json!(50)));
    let mut passed = 0;
    while alice.get("/profile").await.status == 200 {
        passed += 1;
    }
    assert_eq!(passed, 20, "a third of 60");
    let told = report(&house).await;
    assert_eq!(told["mailboxes"][0]["methods"]["gmail.getProfile"], json!({"calls": 21, "refused": 1, "units": 20}));
    assert_eq!(told["mailboxes"][0]["projects"]["000000000000"]["used"], 20);
    let told = control(&house, Method::DELETE, "/quotas/counts", json!({})).await.ok();
    let alice_told = &told["mailboxes"][0];
    assert_eq!((&alice_told["calls"], &alice_told["projects"]["000000000000"]["used"]), (&json!(0), &json!(20)));
    alice.get("/profile").await.error();
    control(&house, Method::DELETE, "/quotas", json!({})).await.ok();
    alice.get("/profile").await.ok();
    control(&house, Method::POST, "/thieves", json!({"mailbox": "alice@sandbox.test", "units_per_second": 50}))
        .await
        .ok();
    house.world().clock().advance(Duration::from_secs(1));
    assert_eq!(alice.get("/profile").await.status, 403);
    control(&house, Method::POST, "/quotas", json!({"off": true})).await.ok();
    alice.get("/profile").await.ok();
}

#[tokio::test]
async fn wrong_orders_are_refused_by_name() {
    let house = House::open().await;
    for (path, body, status, named) in [
        ("/quotas", json!({"modell": "fixed"}), 400, "modell"),
        ("/quotas", json!({"model": "strict"}), 400, "model: "),
        ("/quotas", json!({"off": true, "model": "fixed"}), 400, "off: "),
        ("/lockouts", json!({"mailbox": "nobody@sandbox.test"}), 404, "nobody@sandbox.test"),
        (
            "/lockouts",
            json!({"mailbox": "bob@sandbox.test", "seconds": 1, "until": "2026-09-22T00:00:00Z"}),
            400,
            "until",
        ),
        ("/lockouts", json!({"mailbox": "bob@sandbox.test", "tag": "a\nb"}), 400, "tag"),
        ("/thieves", json!({"units_per_second": -1}), 400, "units_per_second"),
        ("/thieves", json!({"mailbox": "nobody@sandbox.test", "units_per_second": 1}), 404, "nobody@sandbox.test"),
    ] {
        let told = control(&house, Method::POST, path, body).await;
        let message = told.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(told.status.as_u16() == status && message.contains(named), "{path}: {message}");
    }
    assert_eq!(report(&house).await["enforced"], false);
}

#[tokio::test]
async fn who_cannot_be_told_uses_nothing_up_and_failed_calls_do() {
    let house = open(Limits { model: Model::Fixed, ..Limits::default() }).await;
    let alice = house.alice().await;
    let stranger = house.http().get(house.url("/gmail/v1/users/me/profile")).bearer_auth("ya29.unknown");
    assert_eq!(read(stranger).await.status, 401);
    assert_eq!(report(&house).await["mailboxes"], json!([]));
    assert_eq!(alice.get("/messages/abc").await.status, 404);
    assert_eq!(report(&house).await["mailboxes"][0]["projects"]["000000000000"]["admitted"], 20);
}

#[tokio::test]
async fn a_resumable_upload_is_paid_once() {
    let house = open(Limits::default()).await;
    let alice = house.alice().await;
    let begin = "/upload/gmail/v1/users/me/messages/send?uploadType=resumable";
    let begun = read(alice.raw_request(Method::POST, begin).body("")).await;
    let session = begun.headers["location"].to_str().unwrap().to_owned();
    let raw = mail("alice@sandbox.test", "bob@sandbox.test", "s", "t");
    read(house.http().put(session).bearer_auth(alice.token()).body(raw)).await.ok();
    let sent = &report(&house).await["mailboxes"][0];
    assert_eq!(sent["methods"]["gmail.messages.send"], json!({"calls": 2, "refused": 0, "units": 100}));
}
