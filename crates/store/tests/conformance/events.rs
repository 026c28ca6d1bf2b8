//! Events: written with what happened, once, for those who want to hear.

use model::EventId;
use model::event::{Event, EventType};
use model::sync::{Announce, MirrorBatch};
use model::webhook::{Webhook, WebhookStatus};
use serde_json::json;
use store::Error;
use uuid::Uuid;

use crate::house::{House, application, at, batch, mail, webhook};

pub fn event(house: &House, number: u128, kind: EventType) -> Event {
    Event {
        id: EventId(Uuid::from_u128(number)),
        application_id: house.app,
        grant_id: house.ada,
        kind,
        object_id: format!("object {number}"),
        detail: json!({ "reason": "because" }),
        occurred_at: at(number as i64),
    }
}

#[tokio::test]
async fn an_event_is_kept_and_delivered_to_every_webhook_that_wants_it() {
    let house = House::new().await;
    let everything = house.webhook(1).await;
    let bounces = Webhook { trigger_types: vec![EventType::MessageBounceDetected], ..webhook(house.app, 2) };
    house.add_webhook(bounces.clone()).await.unwrap();
    house.add_application(application(2)).await.unwrap();
    let strangers = webhook(application(2).id, 3);
    house.add_webhook(strangers.clone()).await.unwrap();

    let bounced = event(&house, 1, EventType::MessageBounceDetected);
    assert_eq!(house.add_event(bounced.clone()).await.unwrap(), 2);
    assert_eq!(house.add_event(event(&house, 2, EventType::MessageOpened)).await.unwrap(), 1);
    assert_eq!(house.store.reader().event(bounced.id).await.unwrap(), Some(bounced.clone()));
    assert_eq!(house.store.reader().event(EventId(Uuid::from_u128(9))).await.unwrap(), None);
    assert_eq!(house.told(everything).await.len(), 2);
    assert_eq!(house.told(bounces.id).await, [(EventType::MessageBounceDetected, "object 1".to_owned())]);
    assert_eq!(house.told(strangers.id).await, []);
    assert!(matches!(house.add_event(bounced).await, Err(Error::Exists("event"))));
    assert_eq!(house.told(everything).await.len(), 2);
}

#[tokio::test]
async fn every_kind_of_event_is_read_back() {
    let house = House::new().await;
    for (number, kind) in EventType::ALL.iter().enumerate() {
        let event = event(&house, number as u128 + 1, *kind);
        house.add_event(event.clone()).await.unwrap();
        assert_eq!(house.store.reader().event(event.id).await.unwrap(), Some(event));
    }
}

#[tokio::test]
async fn only_webhooks_that_are_on_get_deliveries() {
    let house = House::new().await;
    for (number, status) in WebhookStatus::ALL.into_iter().enumerate() {
        let webhook = Webhook { status, ..webhook(house.app, number as u128 + 1) };
        house.add_webhook(webhook.clone()).await.unwrap();
    }
    assert_eq!(house.receives([mail("m1", 1)]).await.deliveries, 2);
    let mut told = Vec::new();
    for number in 1..=4 {
        told.push(house.told(webhook(house.app, number).id).await.len());
    }
    assert_eq!(told, [1, 0, 1, 0], "active and failing");
}

#[tokio::test]
async fn a_batch_that_fails_changes_nothing_and_tells_nothing() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    let gone = house.another("bob@example.com").await;
    house.remove_grant(gone, at(1), |_| unreachable!()).await.unwrap();
    let before = house.told(hook).await.len();
    let upserts = vec![mail("m1", 1).0];
    let failed = house.apply(gone, MirrorBatch { upserts, ..batch(Announce::Live) }).await;
    assert!(failed.is_err());
    assert_eq!(house.told(hook).await.len(), before);
}

#[tokio::test]
async fn a_deleted_message_leaves_its_thread_in_the_event() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    house.holds([mail("m1", 1).thread("t7")]).await;
    let deletions = vec!["m1".into()];
    house.apply(house.ada, MirrorBatch { deletions, ..batch(Announce::Live) }).await.unwrap();
    let delivery = house.deliveries(hook, None, 1).await.unwrap().remove(0);
    assert_eq!(delivery.event.detail["thread_id"], "t7");
    assert_eq!(delivery.event.occurred_at, batch(Announce::Live).now);
}

#[tokio::test]
async fn old_events_are_swept_when_nothing_waits_for_them() {
    let house = House::new().await;
    let (early, late) = (event(&house, 1, EventType::MessageOpened), event(&house, 100, EventType::MessageOpened));
    house.add_event(early.clone()).await.unwrap();
    house.webhook(1).await;
    let waiting = event(&house, 2, EventType::MessageOpened);
    house.add_event(waiting.clone()).await.unwrap();
    house.add_event(late.clone()).await.unwrap();
    house.sweep(at(200), at(50)).await.unwrap();
    let held = async |event: &Event| house.store.reader().event(event.id).await.unwrap().is_some();
    assert!(!held(&early).await);
    assert!(held(&waiting).await, "a delivery of it is pending");
    assert!(held(&late).await);
}
