//! Quotas as operators and dashboards see them, and what an answer cost.

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::house::{House, raw};

#[tokio::test]
async fn an_answer_that_cost_provider_calls_tells_how_many_and_their_units() {
    let house = House::new().await;
    let free = house.get(&house.mail("messages/m1")).await;
    assert_eq!(free.status, 200);
    for name in ["nylas-provider-request-count", "nylas-gmail-quota-usage"] {
        assert!(!free.headers.contains_key(name), "an answer of the mirror costs nothing: {name}");
    }
    house.google.holds("far", &raw(50));
    let read = house.get(&house.mail("messages/far")).await;
    assert_eq!(read.status, 200, "{}", read.message());
    assert_eq!(read.header("nylas-provider-request-count"), "1");
    assert_eq!(read.header("nylas-gmail-quota-usage"), "20", "one messages.get");
    let sent = house
        .post(&house.mail("messages/send"), json!({"to": [{"email": "bob@example.com"}], "subject": "s", "body": "b"}))
        .await;
    assert_eq!(sent.status, 200, "{}", sent.message());
    let units: u64 = sent.header("nylas-gmail-quota-usage").parse().unwrap();
    assert!(units >= 100, "a send is 100 units: {units}");
}

#[tokio::test]
async fn a_dashboard_can_draw_the_quota_of_a_mailbox_and_of_its_project() {
    let house = House::new().await;
    house.google.holds("far", &raw(50));
    house.get(&house.mail("messages/far")).await;
    let path = format!("/v3/grants/{}/quota", house.grant);
    let told = house.get(&format!("{path}?hours=2")).await.json()["data"].clone();
    assert_eq!((told["object"].as_str(), told["regime"].as_str()), (Some("quota"), Some("current")));
    let levels: Vec<_> = told["keys"].as_array().unwrap().iter().map(|key| key["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["project", "project_mailbox", "mailbox"]);
    let window = &told["keys"][1]["windows"][0];
    assert_eq!((window["dimension"].as_str(), window["limit"].as_u64()), (Some("units"), Some(6000)));
    let history = &told["history"];
    for name in ["calls", "units", "refusals", "waits", "waited_ms"] {
        assert_eq!(history[name].as_array().unwrap().len(), 120, "{name}: an entry per minute");
    }
    let sum = |name: &str| history[name].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum::<u64>();
    assert!(sum("calls") >= 1 && sum("units") >= 20 && window["used"].as_u64() == Some(sum("units")), "{told}");

    let project = house.get("/v3/connectors/google/quota?hours=2").await.json()["data"].clone();
    assert_eq!(project["history"]["units"], history["units"], "the only mailbox is all of the project");
    assert_eq!(project["keys"].as_array().unwrap().len(), 1);
    assert!(project.get("grant_id").is_none());
}

#[tokio::test]
async fn a_refusal_is_shown_with_its_kind_its_instant_and_what_to_do() {
    let house = House::new().await;
    let at = house.engine.now().checked_add(std::time::Duration::from_secs(900)).unwrap();
    let message = format!("User-rate limit exceeded.  Retry after {:.3}", at);
    let reason = json!([{"domain": "usageLimits", "reason": "userRateLimitExceeded", "message": message}]);
    house.google.refuses(429, json!({"error": {"code": 429, "message": message, "errors": reason}}));
    assert_eq!(house.get(&house.mail("messages/far")).await.status, 429);
    let told = house.get(&format!("/v3/grants/{}/quota", house.grant)).await.json()["data"].clone();
    let throttles: Vec<_> =
        told["keys"].as_array().unwrap().iter().flat_map(|key| key["throttles"].as_array().unwrap().clone()).collect();
    let [throttle] = &throttles[..] else { panic!("{told}") };
    assert!(throttle["until"].as_i64().unwrap() >= at.as_second(), "{throttle}");
    assert!(!throttle["kind"].as_str().unwrap().is_empty() && !throttle["remedy"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn only_the_application_of_a_grant_sees_its_quota_and_the_hours_are_bounded() {
    let house = House::new().await;
    let path = format!("/v3/grants/{}/quota", house.grant);
    let key = house.stranger().await;
    let asked = Request::builder().uri(&path).header("authorization", format!("Bearer {key}"));
    assert_eq!(house.send(asked.body(Body::empty()).unwrap()).await.status, 404);
    assert_eq!(house.send(Request::builder().uri(&path).body(Body::empty()).unwrap()).await.status, 401);
    for hours in ["0", "49", "-1", "many"] {
        let refused = house.get(&format!("{path}?hours={hours}")).await;
        assert_eq!((refused.status.as_u16(), refused.field().as_str()), (400, "hours"), "{hours}");
    }
    assert_eq!(house.get("/v3/connectors/microsoft/quota").await.status, 404);
}
