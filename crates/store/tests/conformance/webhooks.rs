//! Webhooks as rows.

use model::event::EventType;
use model::webhook::{Webhook, WebhookStatus};
use store::Error;

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
async fn a_webhook_is_replaced_in_every_status() {
    let house = House::new().await;
    let id = house.webhook(1).await;
    for status in WebhookStatus::ALL {
        let edited = Webhook {
            description: None,
            trigger_types: vec![EventType::MessageCreated],
            url: "https://other.example".into(),
            secret: sealed("rotated"),
            status,
            notification_emails: vec![],
            compressed: false,
            status_updated_at: at(7),
            updated_at: at(8),
            ..webhook(house.app, 1)
        };
        house.update_webhook(edited.clone()).await.unwrap();
        assert_eq!(house.store.reader().webhook(id).await.unwrap(), Some(edited));
    }
    let unknown = house.update_webhook(webhook(house.app, 9)).await;
    assert!(matches!(unknown, Err(Error::NotFound("webhook"))));
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
