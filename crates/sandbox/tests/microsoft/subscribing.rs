//! Change notifications over HTTP: the handshake, the POSTs, and what becomes of a subscription.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::harness::{ADELE, House, read};

/// Only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came, and how the handshake is answered.
#[derive(Clone, Default)]
struct Ear {
    heard: Arc<Mutex<Vec<Value>>>,
    deaf: bool,
}

#[derive(serde::Deserialize)]
struct Handshake {
    #[serde(rename = "validationToken")]
    token: Option<String>,
}

async fn hear(State(ear): State<Ear>, Query(handshake): Query<Handshake>, body: String) -> axum::response::Response {
    match handshake.token {
        Some(_) if ear.deaf => "what?".into_response(),
        Some(token) => token.into_response(),
        None => {
            ear.heard.lock().unwrap().push(serde_json::from_str(&body).unwrap());
            http::StatusCode::ACCEPTED.into_response()
        }
    }
}

impl Ear {
    /// Listens and returns its address.
    async fn open(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?own=1", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/hook", axum::routing::post(hear)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    /// Waits for so many notifications.
    async fn wait(&self, count: usize) -> Vec<Value> {
        let heard = async {
            while self.told().len() < count {
                tokio::task::yield_now().await;
            }
        };
        let ended = tokio::time::timeout(PATIENCE, heard).await;
        assert!(ended.is_ok(), "only {:?}", self.told());
        self.told()
    }

    /// All notifications so far.
    fn told(&self) -> Vec<Value> {
        self.heard.lock().unwrap().iter().flat_map(|post| post["value"].as_array().unwrap().clone()).collect()
    }
}

fn wish(url: &str) -> Value {
    json!({"changeType": "created,updated", "notificationUrl": url, "lifecycleNotificationUrl": url, "clientState": "secret",
           "resource": "me/mailFolders('inbox')/messages", "expirationDateTime": "2026-09-22T12:00:00Z"})
}

#[tokio::test]
async fn changes_in_a_folder_are_told() {
    let house = House::open().await;
    let (adele, ear) = (house.adele().lasting(), Ear::default());
    let url = house.url("/v1.0/subscriptions");
    let made = adele.post(&url, wish(&ear.open().await)).await.created();
    let id = house.arrive(ADELE, "new", "t");
    adele.patch(&format!("/messages/{id}"), json!({"isRead": true})).await.ok();
    adele.post("/messages", json!({"subject": "elsewhere"})).await.created();
    let told = ear.wait(2).await;
    assert_eq!(told.len(), 2);
    for (told, kind) in told.iter().zip(["created", "updated"]) {
        assert_eq!((&told["changeType"], &told["clientState"]), (&json!(kind), &json!("secret")));
        assert_eq!((&told["resourceData"]["id"], &told["subscriptionId"]), (&json!(id), &made["id"]));
    }
    let one = format!("{url}/{}", made["id"].as_str().unwrap());
    let renewed = adele.patch(&one, json!({"expirationDateTime": "2026-09-25T12:00:00Z"})).await.ok();
    assert_eq!(renewed["expirationDateTime"], "2026-09-25T12:00:00.0000000Z");
    adele.post(&format!("{one}/reauthorize"), json!({})).await.empty(202);
    assert_eq!(adele.get(&url).await.ok()["value"][0]["id"], made["id"]);
    house.alex().get(&one).await.refused(404, "ResourceNotFound");
    adele.delete(&one).await.empty(204);
    adele.get(&one).await.refused(404, "ResourceNotFound");
}

#[tokio::test]
async fn without_the_handshake_there_is_no_subscription() {
    let house = House::open().await;
    let (adele, deaf) = (house.adele(), Ear { deaf: true, ..Ear::default() });
    let url = house.url("/v1.0/subscriptions");
    adele.post(&url, wish(&deaf.open().await)).await.refused(400, "ValidationError");
    let good = Ear::default().open().await;
    for (name, value) in [
        ("expirationDateTime", "2026-10-22T12:00:00Z"),
        ("expirationDateTime", "2026-09-20T12:00:00Z"),
        ("notificationUrl", "http://example.com/hook"),
        ("resource", "me/events"),
        ("changeType", "moved"),
    ] {
        let mut wish = wish(&good);
        wish[name] = json!(value);
        adele.post(&url, wish).await.refused(400, "InvalidRequest");
    }
    assert_eq!(adele.get(&url).await.ok()["value"], json!([]));
}

#[tokio::test]
async fn the_end_of_a_subscription_is_told_when_asked_for() {
    let house = House::open().await;
    let (adele, ear) = (house.adele(), Ear::default());
    let made = adele.post(&house.url("/v1.0/subscriptions"), wish(&ear.open().await)).await.created();
    let tell = |event: &str| {
        read(
            house
                .http
                .post(house.url("/_sandbox/graph/subscriptions"))
                .json(&json!({"id": made["id"], "event": event})),
        )
    };
    assert_eq!(tell("nonsense").await.status, 400);
    tell("reauthorizationRequired").await.ok();
    assert_eq!(tell("subscriptionRemoved").await.ok()["subscriptions"], json!([]));
    let mut events = crate::harness::texts(&json!(ear.wait(2).await), "lifecycleEvent");
    events.sort();
    assert_eq!(events, ["reauthorizationRequired", "subscriptionRemoved"]);
    assert_eq!(tell("missed").await.status, 404);
}

#[tokio::test]
async fn changes_are_lost_on_request_and_said_to_be_missed() {
    let house = House::open().await;
    let (adele, ear) = (house.adele(), Ear::default());
    let made = adele.post(&house.url("/v1.0/subscriptions"), wish(&ear.open().await)).await.created();
    let steer = |more: Value| {
        let mut body = json!({"id": made["id"]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read(house.http.post(house.url("/_sandbox/graph/subscriptions")).json(&body))
    };
    assert_eq!(steer(json!({"silent": true})).await.ok()["subscriptions"][0]["silent"], true);
    house.arrive(ADELE, "lost", "t");
    steer(json!({"event": "missed", "silent": false})).await.ok();
    assert_eq!(ear.wait(1).await[0]["lifecycleEvent"], "missed");
    house.arrive(ADELE, "heard", "t");
    let told = ear.wait(2).await;
    assert_eq!((told.len(), &told[1]["changeType"]), (2, &json!("created")));
    assert_eq!(steer(json!({})).await.status, 400);
    let nobody = json!({"id": "nobody", "silent": true});
    assert_eq!(read(house.http.post(house.url("/_sandbox/graph/subscriptions")).json(&nobody)).await.status, 404);
}
