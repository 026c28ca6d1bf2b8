//! Deliveries: claimed in order, finished, counted, replayed.

use model::event::EventType;
use model::webhook::{DeliveryState, WebhookStatus};
use model::{DeliveryId, GrantId, WebhookId};
use store::{DeliveryCounts, DeliveryOutcome, DueDelivery, WebhookChange};

use crate::events::event;
use crate::house::{House, at, webhook};

/// Adds events numbered as given, for Ada or another grant.
async fn happens(house: &House, grant: GrantId, numbers: impl IntoIterator<Item = u128>) {
    for number in numbers {
        let mut event = event(house, number, EventType::MessageUpdated);
        event.grant_id = grant;
        house.add_event(event).await.unwrap();
    }
}

async fn claims(house: &House, now: i64) -> Vec<DueDelivery> {
    house.claim_due_deliveries(at(now), at(now + 60), 100, 100).await.unwrap()
}

fn objects(due: &[DueDelivery]) -> Vec<&str> {
    due.iter().map(|due| due.delivery.event.object_id.trim_start_matches("object ")).collect()
}

fn outcome(id: DeliveryId, state: DeliveryState, next: i64) -> DeliveryOutcome {
    let delivered = state == DeliveryState::Delivered;
    let (status, error) = if delivered { (Some(200), None) } else { (Some(500), Some("it said 500".to_owned())) };
    DeliveryOutcome { id, state, next_at: at(next), status, error }
}

async fn finish(house: &House, due: &DueDelivery, state: DeliveryState, next: i64, now: i64) {
    house.finish_deliveries(vec![outcome(due.delivery.id, state, next)], at(now)).await.unwrap();
}

#[tokio::test]
async fn the_attempt_is_counted_before_it_is_made() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    happens(&house, house.ada, [1]).await;
    assert_eq!(house.next_delivery_at().await.unwrap(), Some(at(1)));
    assert_eq!(claims(&house, 0).await, []);
    let due = claims(&house, 10).await.remove(0);
    assert_eq!((due.delivery.attempts, due.delivery.next_at), (1, at(70)));
    assert_eq!(due.webhook, webhook(house.app, 1));
    assert_eq!(house.deliveries(hook, None, 10).await.unwrap(), std::slice::from_ref(&due.delivery));
    assert_eq!(claims(&house, 69).await, [], "leased");
    assert_eq!(house.next_delivery_at().await.unwrap(), Some(at(70)));
    let again = claims(&house, 70).await.remove(0);
    assert_eq!((again.delivery.id, again.delivery.attempts), (due.delivery.id, 2));
}

#[tokio::test]
async fn one_grants_deliveries_come_in_event_order() {
    let house = House::new().await;
    house.webhook(1).await;
    happens(&house, house.ada, [1, 2, 3]).await;
    let first = claims(&house, 10).await;
    assert_eq!(objects(&first), ["1", "2", "3"]);
    happens(&house, house.ada, [4]).await;
    assert_eq!(claims(&house, 10).await, [], "the line waits for those under way");
    finish(&house, &first[0], DeliveryState::Delivered, 0, 11).await;
    finish(&house, &first[1], DeliveryState::Pending, 30, 11).await;
    finish(&house, &first[2], DeliveryState::Delivered, 0, 11).await;
    assert_eq!(claims(&house, 20).await, [], "and for one that is to be tried again");
    assert_eq!(house.next_delivery_at().await.unwrap(), Some(at(30)));
    let retried = claims(&house, 30).await;
    assert_eq!(objects(&retried), ["2", "4"]);
    finish(&house, &retried[0], DeliveryState::Failed, 0, 31).await;
    finish(&house, &retried[1], DeliveryState::Delivered, 0, 31).await;
    assert_eq!(house.next_delivery_at().await.unwrap(), None);
}

#[tokio::test]
async fn grants_and_webhooks_do_not_wait_for_one_another() {
    let house = House::new().await;
    house.webhook(1).await;
    let bob = house.another("bob@example.com").await;
    house.webhook(2).await;
    happens(&house, house.ada, [10, 12]).await;
    happens(&house, bob, [11]).await;
    let lines = house.claim_due_deliveries(at(20), at(99), 100, 100).await.unwrap();
    let stuck = lines.iter().find(|due| due.webhook.id == webhook(house.app, 2).id).unwrap().clone();
    assert_eq!(lines.len(), 7, "with the creation of Bob's grant, told to the first webhook");
    for due in lines.iter().filter(|due| due.delivery.id != stuck.delivery.id) {
        finish(&house, due, DeliveryState::Delivered, 0, 21).await;
    }
    happens(&house, house.ada, [13]).await;
    happens(&house, bob, [14]).await;
    let next = claims(&house, 30).await;
    let mut next: Vec<_> = next.iter().map(|due| (due.webhook.id, due.delivery.event.grant_id)).collect();
    next.sort();
    let (one, two) = (webhook(house.app, 1).id, webhook(house.app, 2).id);
    let mut expected = vec![(one, house.ada), (one, bob), (two, bob)];
    expected.sort();
    assert_eq!(next, expected, "only Ada's line to the second webhook waits");
}

#[tokio::test]
async fn a_claim_is_bounded_in_all_and_per_webhook() {
    let house = House::new().await;
    let (one, two) = (house.webhook(1).await, house.webhook(2).await);
    happens(&house, house.ada, 1..=5).await;
    let count = |due: &[DueDelivery], hook: WebhookId| due.iter().filter(|due| due.webhook.id == hook).count();
    let due = house.claim_due_deliveries(at(9), at(60), 100, 2).await.unwrap();
    assert_eq!((count(&due, one), count(&due, two)), (2, 2));
    let bob = house.another("bob@example.com").await;
    happens(&house, bob, 11..=15).await;
    let due = house.claim_due_deliveries(at(20), at(60), 3, 2).await.unwrap();
    assert_eq!(due.len(), 3);
    assert!(count(&due, one) <= 2 && count(&due, two) <= 2);
    assert_eq!(house.claim_due_deliveries(at(20), at(60), 0, 2).await.unwrap(), []);
}

#[tokio::test]
async fn a_paused_webhook_keeps_what_waits_until_it_is_on_again() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    happens(&house, house.ada, [1]).await;
    let set = async |status| {
        let change = WebhookChange { status: Some(status), ..WebhookChange::default() };
        house.change_webhook(house.app, hook, change, at(2)).await.unwrap()
    };
    for off in [WebhookStatus::Pause, WebhookStatus::Failed] {
        set(off).await;
        assert_eq!(claims(&house, 10).await, []);
        assert_eq!(house.next_delivery_at().await.unwrap(), None);
    }
    set(WebhookStatus::Failing).await;
    assert_eq!(claims(&house, 10).await.len(), 1);
    house.remove_webhook(house.app, hook).await.unwrap();
    assert_eq!(house.deliveries(hook, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn outcomes_are_kept_and_late_ones_change_nothing() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    happens(&house, house.ada, [1]).await;
    let due = claims(&house, 10).await.remove(0);
    finish(&house, &due, DeliveryState::Pending, 40, 11).await;
    let held = house.deliveries(hook, Some(DeliveryState::Pending), 10).await.unwrap().remove(0);
    assert_eq!((held.last_status, held.last_error.as_deref()), (Some(500), Some("it said 500")));
    assert_eq!(held.next_at, at(40));
    let due = claims(&house, 40).await.remove(0);
    finish(&house, &due, DeliveryState::Delivered, 40, 41).await;
    finish(&house, &due, DeliveryState::Failed, 40, 42).await;
    let held = house.deliveries(hook, None, 10).await.unwrap().remove(0);
    assert_eq!((held.state, held.attempts, held.last_status), (DeliveryState::Delivered, 2, Some(200)));
    let unknown = outcome(DeliveryId(uuid::Uuid::from_u128(5)), DeliveryState::Failed, 1);
    house.finish_deliveries(vec![unknown], at(43)).await.unwrap();
    assert_eq!(counted(&house, hook, 0).await, (2, 1));
}

async fn counted(house: &House, hook: WebhookId, since: i64) -> (u64, u64) {
    let DeliveryCounts { ended, refused } = house.delivery_counts(hook, at(since)).await.unwrap();
    (ended, refused)
}

#[tokio::test]
async fn attempts_are_counted_since_an_instant() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    happens(&house, house.ada, [1, 2, 3]).await;
    let due = claims(&house, 10).await;
    finish(&house, &due[0], DeliveryState::Delivered, 0, 20).await;
    finish(&house, &due[1], DeliveryState::Failed, 0, 20).await;
    finish(&house, &due[2], DeliveryState::Failed, 0, 30).await;
    assert_eq!(counted(&house, hook, 0).await, (3, 2));
    assert_eq!(counted(&house, hook, 20).await, (3, 2));
    assert_eq!(counted(&house, hook, 21).await, (1, 1));
    assert_eq!(counted(&house, hook, 31).await, (0, 0));
}

#[tokio::test]
async fn lists_are_newest_first_and_by_state() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    happens(&house, house.ada, 1..=4).await;
    let due = claims(&house, 10).await;
    finish(&house, &due[0], DeliveryState::Delivered, 0, 11).await;
    finish(&house, &due[2], DeliveryState::Failed, 0, 11).await;
    let listed = async |state, limit| -> Vec<String> {
        let deliveries = house.deliveries(hook, state, limit).await.unwrap();
        deliveries.into_iter().map(|delivery| delivery.event.object_id.replace("object ", "")).collect()
    };
    assert_eq!(listed(None, 10).await, ["4", "3", "2", "1"]);
    assert_eq!(listed(None, 2).await, ["4", "3"]);
    assert_eq!(listed(Some(DeliveryState::Pending), 10).await, ["4", "2"]);
    assert_eq!(listed(Some(DeliveryState::Failed), 10).await, ["3"]);
    assert_eq!(listed(Some(DeliveryState::Delivered), 10).await, ["1"]);
}

#[tokio::test]
async fn failed_deliveries_are_replayed_in_their_old_order() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    happens(&house, house.ada, 1..=3).await;
    let due = claims(&house, 10).await;
    for due in &due {
        finish(&house, due, DeliveryState::Failed, 0, 11).await;
    }
    happens(&house, house.ada, [4]).await;
    let only = Some(vec![due[1].delivery.id, DeliveryId(uuid::Uuid::from_u128(5))]);
    assert_eq!(house.replay_deliveries(hook, only, at(20)).await.unwrap(), 1);
    assert_eq!(house.replay_deliveries(hook, None, at(20)).await.unwrap(), 2);
    assert_eq!(house.replay_deliveries(hook, None, at(20)).await.unwrap(), 0);
    let again = claims(&house, 20).await;
    assert_eq!(objects(&again), ["1", "2", "3", "4"]);
    assert_eq!(again[0].delivery.attempts, 1, "attempts are counted anew");
}

#[tokio::test]
async fn ended_deliveries_are_swept_with_their_events() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    happens(&house, house.ada, [1, 2]).await;
    let due = claims(&house, 10).await;
    finish(&house, &due[0], DeliveryState::Delivered, 0, 11).await;
    house.sweep(at(1000), at(12)).await.unwrap();
    let left = house.deliveries(hook, None, 10).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(house.event(due[0].delivery.event.id).await.unwrap(), None);
    assert_eq!(counted(&house, hook, 0).await, (0, 0));
}
