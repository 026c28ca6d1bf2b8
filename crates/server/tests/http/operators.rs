//! What operators see of faults, and the page for Exchange with a password.

use axum::body::Body;
use http::Request;
use model::fault::{ConnectorFault, UnknownFault};
use model::{FaultKind, Provider, Scope, Timestamp};
use serde_json::json;
use store::{ConnectorNote, FaultNotes};

use crate::house::{Answer, House, START};

fn ailing(house: &House) -> FaultNotes {
    let at = Timestamp::from_second(START).unwrap();
    let fault = ConnectorFault {
        kind: FaultKind::ApiDisabled,
        scope: Scope::App,
        message: "Google: the API is off.".into(),
        provider_code: Some("accessNotConfigured".into()),
        grant_id: Some(house.grant),
        first_seen_at: at,
        last_seen_at: at,
        count: 3,
    };
    let (application_id, provider) = (house.application, Provider::Google);
    let connector = ConnectorNote { application_id, provider, works: false, fault: Some(fault) };
    let unknown = UnknownFault {
        application_id,
        fingerprint: "00c0ffee00c0ffee".into(),
        provider,
        protocol: "gmail_rest".into(),
        operation: "GET /labels".into(),
        status: Some(418),
        code: None,
        first_seen_at: at,
        last_seen_at: at,
        count: 7,
        sample: "HTTP 418 short and stout".into(),
    };
    FaultNotes { unknown: vec![unknown], connectors: vec![connector] }
}

#[tokio::test]
async fn a_connector_tells_what_ails_it_until_it_is_changed() {
    let house = House::new().await;
    assert!(house.get("/v3/connectors/google").await.json()["data"].get("last_fault").is_none());
    house.store.note_faults(ailing(&house)).await.unwrap();
    let one = house.get("/v3/connectors/google").await.json()["data"]["last_fault"].clone();
    assert_eq!(one, house.get("/v3/connectors").await.json()["data"][0]["last_fault"], "the list tells the same");
    assert_eq!((one["kind"].as_str(), one["scope"].as_str()), (Some("api_disabled"), Some("app")));
    assert_eq!((one["count"].as_u64(), one["last_seen_at"].as_i64()), (Some(3), Some(START)));
    assert_eq!(one["remedy"], FaultKind::ApiDisabled.remedy());
    assert_eq!(one["grant_id"], house.grant.to_string());
    let changed = house.put("/v3/connectors/google", json!({ "name": "mended" })).await;
    assert!(changed.json()["data"].get("last_fault").is_none());
    assert!(house.get("/v3/connectors/google").await.json()["data"].get("last_fault").is_none());
}

#[tokio::test]
async fn unknown_faults_are_told_to_their_own_application_only() {
    let house = House::new().await;
    house.store.note_faults(ailing(&house)).await.unwrap();
    let told = house.get("/v3/applications/unknown-faults").await;
    let all = told.json()["data"].clone();
    let [one] = &all.as_array().unwrap()[..] else { panic!("{all}") };
    assert_eq!((one["id"].as_str(), one["count"].as_u64()), (Some("00c0ffee00c0ffee"), Some(7)));
    assert_eq!((one["object"].as_str(), one["status"].as_u64()), (Some("unknown_fault"), Some(418)));
    let key = house.stranger().await;
    let path = "/v3/applications/unknown-faults";
    let asked = Request::builder().uri(path).header("authorization", format!("Bearer {key}"));
    assert_eq!(house.send(asked.body(Body::empty()).unwrap()).await.json()["data"], json!([]));
    let nobody = house.send(Request::builder().uri(path).body(Body::empty()).unwrap()).await;
    assert_eq!(nobody.status, 401);
}

async fn open(house: &House, more: &str) -> Answer {
    house.post("/v3/applications/redirect-uris", json!({"url": "https://app.example/back"})).await;
    let back = "https%3A%2F%2Fapp.example%2Fback";
    let path =
        format!("/v3/connect/auth?client_id={}&redirect_uri={back}&response_type=code&{more}", house.application);
    house.send(Request::builder().uri(path).body(Body::empty()).unwrap()).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.clone()).unwrap()
}

#[tokio::test]
async fn exchange_with_a_password_leads_to_a_page_that_asks_for_none_and_says_what_works() {
    let house = House::new().await;
    for more in ["force_password=true", "provider=ews", "force_password=true&provider=google&state=s1"] {
        let page = open(&house, more).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"), "{more}");
        let page = text(&page);
        assert!(page.contains("Exchange with a password") && page.contains("no client for Exchange"), "{page}");
        assert!(!page.contains("type=\"password\""), "a password nobody can use is not asked for");
        assert!(page.contains("provider=google"), "what can be connected is offered: {page}");
        assert!(!page.contains("href=\"/v3/connect/auth?force_password"), "{page}");
    }
    assert_eq!(open(&house, "force_password=false").await.status, 302, "as without it");
    assert_eq!(open(&house, "force_password=please").await.field(), "force_password");
}

#[tokio::test]
async fn an_address_at_microsoft_is_told_that_passwords_are_refused_there() {
    let house = House::new().await;
    let page = open(&house, "force_password=true&picker=true&login_hint=ada%40outlook.com").await;
    assert_eq!(page.status, 400);
    let page = text(&page);
    assert!(page.contains("does not allow direct password entry") && page.contains("basic_auth_blocked"), "{page}");
    let page = open(&house, "force_password=true&picker=true&login_hint=ada%40example.org").await;
    assert_eq!(page.status, 200);
    assert!(text(&page).contains("ada@example.org"));
}

#[tokio::test]
async fn bringing_a_password_for_microsoft_is_the_documented_400() {
    let house = House::new().await;
    for (provider, settings, field) in [
        ("microsoft", json!({"email": "a@example.org", "password": "hunter2"}), "settings.password"),
        ("ews", json!({"ews_username": "a", "ews_password": "hunter2"}), "settings.ews_password"),
        ("ews", json!({"ews_host": "outlook.office365.com", "ews_password": "hunter2"}), "settings.ews_password"),
    ] {
        let answer = house.post("/v3/connect/custom", json!({"provider": provider, "settings": settings})).await;
        let error = answer.json()["error"].clone();
        assert_eq!((answer.status.as_u16(), answer.field().as_str()), (400, field), "{error}");
        assert_eq!(error["type"], "grant.invalid_authentication");
        assert_eq!(error["fault"]["kind"], "basic_auth_blocked");
        assert_eq!(error["fault"]["retry"]["verdict"], "after_reauth");
        assert!(answer.message().contains("does not allow direct password entry"), "{error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    let own = json!({"provider": "ews", "settings": {"ews_host": "mail.example.org", "ews_password": "hunter2"}});
    let own = house.post("/v3/connect/custom", own).await;
    assert_eq!((own.status.as_u16(), own.json()["error"]["fault"]["kind"].as_str()), (404, Some("unsupported")));
}
