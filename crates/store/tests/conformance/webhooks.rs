//! Webhooks as rows.

use model::event::EventType;
use model::webhook::{Webhook, WebhookStatus};
use store::{Error, WebhookChange};

use crate::house::{House, application, at, sealed, webhook};

#[tokio::test]
async fn webhooks_are_listed_oldest_first() {
    let house = House::new().await;
    for number in [2, 1, 3] {
        house.webhook(number).await;
    }
    let listed = house.webhooks(house.app).await.unwrap();
    assert_eq!(listed, [1, 2, 3].map(|number| webhook(house.app, number)));
    assert_eq!(house.webhook(4).await, webhook(house.app, 4).id);
    assert_eq!(house.webhooks(application(9).id).await.unwrap(), []);
}

#[tokio::test]
async fn a_change_sets_what_it_names_and_nothing_else() {
    let house = House::new().await;
    let id = house.webhook(1).await;
    let none = WebhookChange::default();
    let changes = [
        WebhookChange { url: Some("https://other.example".into()), ..none.clone() },
        WebhookChange { secret: Some(sealed("rotated")), ..none.clone() },
        WebhookChange { status: Some(WebhookStatus::Pause), ..none.clone() },
        WebhookChange { trigger_types: Some(vec![EventType::MessageCreated]), ..none.clone() },
        WebhookChange { description: Some("less".into()), ..none.clone() },
        WebhookChange { notification_emails: Some(vec![]), ..none.clone() },
        WebhookChange { compressed: Some(false), ..none.clone() },
        // The status it has already: its instant stays.
        WebhookChange { status: Some(WebhookStatus::Pause), ..none },
    ];
    let mut changed = webhook(house.app, 1);
    for (second, change) in (10..).zip(changes) {
        changed = house.change_webhook(house.app, id, change, at(second)).await.unwrap();
    }
    let expected = Webhook {
        description: Some("less".into()),
        trigger_types: vec![EventType::MessageCreated],
        url: "https://other.example".into(),
        secret: sealed("rotated"),
        status: WebhookStatus::Pause,
        notification_emails: vec![],
        compressed: false,
        status_updated_at: at(12),
        updated_at: at(17),
        ..webhook(house.app, 1)
    };
    assert_eq!(changed, expected);
    assert_eq!(house.store.reader().webhook(id).await.unwrap(), Some(expected));
    for (app, id) in [(house.app, webhook(house.app, 9).id), (application(9).id, id)] {
        let unknown = house.change_webhook(app, id, WebhookChange::default(), at(20)).await;
        assert!(matches!(unknown, Err(Error::NotFound("webhook"))));
    }
}

#[tokio::test]
async fn a_judgement_sets_the_status_unless_it_was_set_meanwhile() {
    let house = House::new().await;
    let id = house.webhook(1).await;
    let seen = webhook(house.app, 1);
    // Who judges has read the webhook before its secret was rotated and its URL edited.
    let edit = WebhookChange {
        url: Some("https://other.example".into()),
        secret: Some(sealed("rotated")),
        ..WebhookChange::default()
    };
    let edited = house.change_webhook(house.app, id, edit, at(5)).await.unwrap();
    assert!(house.judge_webhook(seen.clone(), WebhookStatus::Failing, at(6)).await.unwrap());
    let failing = Webhook { status: WebhookStatus::Failing, status_updated_at: at(6), ..edited };
    assert_eq!(house.webhook_now(id).await, failing);
    assert!(!house.judge_webhook(seen, WebhookStatus::Failed, at(7)).await.unwrap(), "judged as it was");
    // Switched off and on again: the trouble that was seen is forgiven.
    for (second, status) in [(8, WebhookStatus::Active), (9, WebhookStatus::Failing)] {
        let set = WebhookChange { status: Some(status), ..WebhookChange::default() };
        house.change_webhook(house.app, id, set, at(second)).await.unwrap();
    }
    assert!(!house.judge_webhook(failing, WebhookStatus::Failed, at(10)).await.unwrap());
    for status in WebhookStatus::ALL {
        let now = house.webhook_now(id).await;
        assert!(house.judge_webhook(now, status, at(11)).await.unwrap());
        assert_eq!(house.webhook_now(id).await.status, status);
    }
}

#[tokio::test]
async fn a_webhook_belongs_to_its_application() {
    let house = House::new().await;
    let id = house.webhook(1).await;
    let twice = house.add_webhook(webhook(house.app, 1)).await;
    assert!(matches!(twice, Err(Error::Exists("webhook"))));
    let orphan = house.add_webhook(webhook(application(9).id, 2)).await;
    assert!(matches!(orphan, Err(Error::NotFound("application"))));
    let stranger = house.remove_webhook(application(9).id, id).await;
    assert!(matches!(stranger, Err(Error::NotFound("webhook"))));
    house.remove_webhook(house.app, id).await.unwrap();
    assert_eq!(house.store.reader().webhook(id).await.unwrap(), None);
}
