//! Exchange Online's limits over HTTP.

use sandbox::GraphQuotas;
use serde_json::{Value, json};

use crate::harness::{ADELE, ALEX, House, Person, Told, letter, read};

fn enforce(house: &House, quotas: GraphQuotas) {
    house.world().graph_meter().set(Some(quotas));
}

/// Lets calls that take their time finish, by moving the clock.
async fn finish<T: Send + 'static>(house: &House, tasks: Vec<tokio::task::JoinHandle<T>>) -> Vec<T> {
    while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
        house.pass(50);
        tokio::task::yield_now().await;
    }
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

fn get_me(person: &Person) -> tokio::task::JoinHandle<Told> {
    let person = person.clone();
    tokio::spawn(async move { person.get("/mailFolders/inbox").await })
}

#[tokio::test]
async fn four_calls_at_once_and_no_more() {
    let house = House::open().await;
    enforce(&house, GraphQuotas { latency_ms: 60_000, ..GraphQuotas::default() });
    let adele = house.adele();
    let tasks: Vec<_> = (0..6).map(|_| get_me(&adele)).collect();
    // All of them are under way before any of them may end.
    while house.world().graph_meter().report()["mailboxes"][0]["asked"] != 6 {
        tokio::task::yield_now().await;
    }
    let told = finish(&house, tasks).await;
    let refused: Vec<&Told> = told.iter().filter(|told| told.status == 429).collect();
    assert_eq!(refused.len(), 2);
    refused[0].refused(429, "ApplicationThrottled");
    assert!(refused[0].text.contains("MailboxConcurrency") && refused[0].header("retry-after").is_empty());
    let report = read(house.http.get(house.url("/_sandbox/graph/quotas"))).await.ok();
    assert_eq!(
        (&report["mailboxes"][0]["peak_concurrency"], &report["mailboxes"][0]["refused"]["concurrency"]),
        (&json!(4), &json!(2))
    );
}

#[tokio::test]
async fn a_batch_is_as_many_calls_as_are_in_it() {
    let house = House::open().await;
    enforce(&house, GraphQuotas { concurrency: 3, latency_ms: 10, ..GraphQuotas::default() });
    let adele = house.adele();
    let requests: Vec<Value> =
        (0..4).map(|number| json!({"id": number.to_string(), "method": "GET", "url": "/me"})).collect();
    let url = house.url("/v1.0/$batch");
    let task = tokio::spawn(async move { adele.post(&url, json!({"requests": requests})).await });
    let told = finish(&house, vec![task]).await.remove(0).ok();
    let statuses: Vec<u64> =
        told["responses"].as_array().unwrap().iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 1, "{statuses:?}");
}

#[tokio::test]
async fn windows_say_when_they_have_room_in_fractions_of_a_second() {
    let house = House::open().await;
    let adele = house.adele();
    let set = |settings: Value| read(house.http.post(house.url("/_sandbox/graph/quotas")).json(&settings));
    assert_eq!(set(json!({"requests": 2})).await.ok()["limits"]["concurrency"], 4);
    adele.get("").await.ok();
    house.pass(100_500);
    adele.get("").await.ok();
    let told = adele.get("").await;
    told.refused(429, "TooManyRequests");
    assert_eq!(told.header("retry-after"), "600.000");
    house.alex().get("").await.ok();
    assert_eq!(set(json!({"nonsense": 1})).await.status, 400);
    set(json!({"requests": 0, "upload_bytes": 300})).await.ok();
    adele.post("/messages", letter(&[ALEX], "one")).await.created();
    adele.post("/messages", json!({"subject": "x".repeat(300)})).await.refused(429, "TooManyRequests");
    adele.get("/messages").await.ok();
    set(json!({"off": true})).await.ok();
    adele.post("/messages", json!({"subject": "x".repeat(300)})).await.created();
}

#[tokio::test]
async fn mail_over_the_minute_waits_in_the_outbox() {
    let house = House::open().await;
    enforce(&house, GraphQuotas { sends_per_minute: 1, recipients_per_day: 3, ..GraphQuotas::default() });
    let adele = house.adele().lasting();
    let mut paths = Vec::new();
    for subject in ["one", "two"] {
        let draft = adele.post("/messages", letter(&[ALEX], subject)).await.created();
        let path = format!("/messages/{}", draft["id"].as_str().unwrap());
        adele.post(&format!("{path}/send"), json!({})).await.empty(202);
        paths.push(path);
    }
    assert_eq!(house.alex().subjects("/messages").await, ["one"]);
    let outbox = adele.get("/mailFolders/outbox").await.ok();
    let waiting = adele.get(&paths[1]).await.ok();
    assert_eq!((&waiting["parentFolderId"], &waiting["isDraft"]), (&outbox["id"], &json!(false)));
    adele.post(&format!("{}/send", paths[1]), json!({})).await.refused(400, "ErrorInvalidRequest");
    house.pass(60_000);
    while house.world().accepted().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.alex().subjects("/messages?$orderby=subject").await, ["one", "two"]);
    house.pass(60_000);
    adele.post("/sendMail", json!({"message": letter(&[ALEX, "b@example.com"], "three")})).await.empty(202);
    while house.world().accepted().len() < 3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.alex().ids("/messages").await.len(), 2, "over the day's recipients it comes back");
    let reports = house.world().snapshot(ADELE).unwrap();
    let quota = reports.iter().filter(|kept| String::from_utf8_lossy(&kept.raw).contains("SubmissionQuotaExceeded"));
    assert_eq!(quota.count(), 2);
}
