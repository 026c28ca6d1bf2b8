//! Whose turn it is to sync.

use model::grant::GrantStatus;
use model::sync::{SyncCursor, SyncPhase, SyncState};
use model::{GrantId, Timestamp};
use store::Error;
use uuid::Uuid;

use crate::house::{House, at};

fn live(next_at: Timestamp) -> SyncState {
    SyncState {
        phase: SyncPhase::Live,
        cursor: Some(SyncCursor("h7".into())),
        backfill_token: None,
        fresh_at: Some(at(1)),
        next_at,
        failures: 0,
        mirrored: 5,
        expected: None,
    }
}

async fn claimed(house: &House, now: i64, lease: i64) -> Vec<GrantId> {
    let due = house.claim_due_syncs(at(now), at(lease), 10).await.unwrap();
    due.into_iter().map(|(grant, _)| grant.id).collect()
}

#[tokio::test]
async fn states_of_every_phase_are_kept() {
    let house = House::new().await;
    for phase in [SyncPhase::New, SyncPhase::Backfill, SyncPhase::Live, SyncPhase::Resync] {
        let state = SyncState { phase, ..live(at(5)) };
        house.set_sync_state(house.ada, state.clone()).await.unwrap();
        assert_eq!(house.sync_state(house.ada).await.unwrap(), Some(state));
    }
    let nobody = house.set_sync_state(GrantId(Uuid::from_u128(7)), live(at(5))).await;
    assert!(matches!(nobody, Err(Error::NotFound("grant"))));
}

#[tokio::test]
async fn due_grants_are_claimed_earliest_first_and_only_once() {
    let house = House::new().await;
    let bob = house.another("bob@example.com").await;
    let eve = house.another("eve@example.com").await;
    for (grant, second) in [(house.ada, 20), (bob, 10), (eve, 30)] {
        house.set_sync_state(grant, live(at(second))).await.unwrap();
    }
    assert_eq!(house.next_sync_at().await.unwrap(), Some(at(10)));
    assert_eq!(house.claim_due_syncs(at(9), at(99), 10).await.unwrap(), []);
    assert_eq!(claimed(&house, 20, 100).await, [bob, house.ada]);
    assert_eq!(claimed(&house, 20, 100).await, []);
    assert_eq!(house.next_sync_at().await.unwrap(), Some(at(30)));
    let again = claimed(&house, 100, 200).await;
    assert_eq!((again[0], again.len()), (eve, 3), "leases end");
}

#[tokio::test]
async fn a_claim_tells_the_lease_and_no_more_than_asked_for() {
    let house = House::new().await;
    house.another("bob@example.com").await;
    let due = house.claim_due_syncs(at(50), at(99), 1).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].1.next_at, at(99));
    assert_eq!(house.sync_state(due[0].0.id).await.unwrap().unwrap(), due[0].1);
}

#[tokio::test]
async fn grants_that_are_not_valid_have_no_turn() {
    let house = House::new().await;
    house.set_grant_status(house.ada, GrantStatus::Invalid, at(1)).await.unwrap();
    assert_eq!(house.next_sync_at().await.unwrap(), None);
    house.set_sync_state(house.ada, live(at(2))).await.unwrap();
    house.wake_sync(house.ada, at(3)).await.unwrap();
    assert_eq!(claimed(&house, 50, 99).await, []);
    house.set_grant_status(house.ada, GrantStatus::Valid, at(4)).await.unwrap();
    assert_eq!(claimed(&house, 50, 99).await, [house.ada]);
}

#[tokio::test]
async fn waking_makes_a_grant_due_at_once_and_never_later() {
    let house = House::new().await;
    house.set_sync_state(house.ada, live(at(1000))).await.unwrap();
    house.wake_sync(house.ada, at(10)).await.unwrap();
    assert_eq!(house.next_sync_at().await.unwrap(), Some(at(10)));
    house.wake_sync(house.ada, at(20)).await.unwrap();
    assert_eq!(house.next_sync_at().await.unwrap(), Some(at(10)));
    let nobody = house.wake_sync(GrantId(Uuid::from_u128(7)), at(1)).await;
    assert!(matches!(nobody, Err(Error::NotFound("grant"))));
}

#[tokio::test]
async fn a_wake_during_a_turn_is_neither_lost_nor_a_second_turn() {
    let house = House::new().await;
    assert_eq!(claimed(&house, 10, 100).await, [house.ada]);
    house.wake_sync(house.ada, at(20)).await.unwrap();
    assert_eq!(claimed(&house, 30, 130).await, [], "the worker has it still");
    house.set_sync_state(house.ada, live(at(100))).await.unwrap();
    assert_eq!(claimed(&house, 30, 130).await, [], "a state in the middle of the turn keeps the lease");
    house.set_sync_state(house.ada, live(at(500))).await.unwrap();
    assert_eq!(house.next_sync_at().await.unwrap(), Some(at(20)));
    assert_eq!(claimed(&house, 30, 130).await, [house.ada]);
    house.set_sync_state(house.ada, live(at(500))).await.unwrap();
    assert_eq!(house.next_sync_at().await.unwrap(), Some(at(500)), "one wake, one turn");
}
