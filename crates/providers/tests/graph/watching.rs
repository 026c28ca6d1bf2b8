//! Subscriptions to changes.

use model::FaultKind;
use providers::{Meter, PushAddress};
use serde_json::{Value, json};

use super::fake::{Asked, Fake, Said, error, metered, nothing, ok};

const CALLBACK: &str = "https://mail.example.com/v3/push/microsoft";

fn address(callback: &str) -> PushAddress {
    PushAddress {
        topic: Some("projects/p/topics/t".into()),
        callback: callback.into(),
        secret: "hush".to_owned().into(),
    }
}

fn subscription(id: &str) -> Value {
    json!({ "id": id, "resource": "me/messages", "expirationDateTime": "2026-11-04T10:00:00.0000000Z" })
}

/// Knows the subscription `s1` alone, and makes `s2`.
fn service(asked: &Asked) -> Said {
    match asked.method.as_str() {
        "POST" => Said::Json(201, subscription("s2")),
        "PATCH" if asked.path.ends_with("/s1") => ok(subscription("s1")),
        "DELETE" if asked.path.ends_with("/s1") => nothing(204),
        _ => error(404, "ResourceNotFound"),
    }
}

#[tokio::test]
async fn a_mailbox_is_subscribed_to_at_the_address_with_its_secret() {
    let fake = Fake::start(service).await;
    let watching = fake.client().watch(&address(CALLBACK), None).await.unwrap().unwrap();
    assert_eq!(watching.handle.as_deref(), Some("s2"));
    assert_eq!(watching.ends_at, "2026-11-04T10:00:00Z".parse().unwrap());
    let asked = fake.asked();
    assert!(asked.len() == 1 && asked[0].is("POST", "/subscriptions"), "{asked:?}");
    assert!(asked[0].prefer.contains("IdType=\"ImmutableId\""));
    let told = json!({ "changeType": "created,updated,deleted", "resource": "me/messages", "clientState": "hush",
        "notificationUrl": CALLBACK, "lifecycleNotificationUrl": CALLBACK, "expirationDateTime": "2026-11-04T10:00:00Z" });
    assert_eq!(asked[0].json(), told);
}

#[tokio::test]
async fn a_standing_subscription_is_renewed_and_a_lost_one_made_anew() {
    let fake = Fake::start(service).await;
    let client = fake.client();
    let renewed = client.watch(&address(CALLBACK), Some("s1")).await.unwrap().unwrap();
    assert_eq!(renewed.handle.as_deref(), Some("s1"));
    assert!(fake.asked()[0].is("PATCH", "/subscriptions/s1"));
    assert_eq!(fake.asked()[0].json(), json!({ "expirationDateTime": "2026-11-04T10:00:00Z" }));
    let anew = client.watch(&address(CALLBACK), Some("lost")).await.unwrap().unwrap();
    assert_eq!(anew.handle.as_deref(), Some("s2"));
    let methods: Vec<String> = fake.asked().into_iter().map(|asked| asked.method).collect();
    assert_eq!(methods, ["PATCH", "PATCH", "POST"]);
}

#[tokio::test]
async fn a_subscription_is_ended_and_one_that_is_gone_is_no_error() {
    let fake = Fake::start(service).await;
    let client = fake.client();
    client.stop_watch(Some("s1")).await.unwrap();
    client.stop_watch(Some("lost")).await.unwrap();
    client.stop_watch(None).await.unwrap();
    assert_eq!(fake.asked().len(), 2);
}

#[tokio::test]
async fn an_address_that_was_not_reached_is_the_operators_to_mend() {
    let fake = Fake::start(|_| error(400, "ValidationError")).await;
    let fault = fake.client().watch(&address(CALLBACK), None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::InvalidRequest);
    let fake = Fake::start(|_| ok(json!({ "id": "s", "expirationDateTime": "tomorrow" }))).await;
    assert!(fake.client().watch(&address(CALLBACK), None).await.is_err());
}

#[tokio::test]
async fn plain_http_is_for_stand_ins_on_this_machine() {
    let fake = Fake::start(service).await;
    assert!(fake.client().watch(&address("http://127.0.0.1:7678/push"), None).await.unwrap().is_some());
    // Graph itself is not asked at all.
    let closed: std::sync::Arc<dyn Meter> = std::sync::Arc::new(super::counting::Counting::closing(0, 1));
    let client = metered("https://graph.microsoft.com/v1.0", closed);
    assert_eq!(client.watch(&address("http://localhost:7678/push"), None).await.unwrap(), None);
    assert!(client.watch(&address(CALLBACK), None).await.is_err(), "the meter is closed");
}
