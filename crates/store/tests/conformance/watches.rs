//! Subscriptions to changes.

use model::sync::Watch;
use model::{GrantId, Timestamp};
use store::Error;
use uuid::Uuid;

use crate::house::{House, at};

fn watch(grant_id: GrantId, handle: &str, renew_at: Timestamp) -> Watch {
    let callback = "https://x.test/v3/push/microsoft".to_owned();
    Watch { grant_id, handle: Some(handle.into()), callback, secret_hash: [9; 32], ends_at: at(100), renew_at }
}

#[tokio::test]
async fn a_grant_has_one_at_most() {
    let house = House::new().await;
    assert_eq!(house.watch(house.ada).await.unwrap(), None);
    house.set_watch(watch(house.ada, "s1", at(50))).await.unwrap();
    let next = watch(house.ada, "s2", at(60));
    house.set_watch(next.clone()).await.unwrap();
    assert_eq!(house.watch(house.ada).await.unwrap(), Some(next.clone()));
    assert_eq!(house.watches_by_handle("s1").await.unwrap(), []);
    assert_eq!(house.watches_by_handle("s2").await.unwrap(), [next]);
    let nameless = Watch { handle: None, ..watch(house.ada, "", at(60)) };
    house.set_watch(nameless.clone()).await.unwrap();
    assert_eq!(house.watch(house.ada).await.unwrap(), Some(nameless));
    let nobody = house.set_watch(watch(GrantId(Uuid::from_u128(7)), "s3", at(50))).await;
    assert!(matches!(nobody, Err(Error::NotFound("grant"))));
}

#[tokio::test]
async fn what_is_said_of_an_older_one_changes_nothing() {
    let house = House::new().await;
    house.set_watch(watch(house.ada, "new", at(50))).await.unwrap();
    house.hurry_watch(house.ada, "old".into(), at(10)).await.unwrap();
    house.remove_watch(house.ada, Some("old".into())).await.unwrap();
    house.remove_watch(house.ada, None).await.unwrap();
    assert_eq!(house.watch(house.ada).await.unwrap(), Some(watch(house.ada, "new", at(50))));
    house.hurry_watch(house.ada, "new".into(), at(10)).await.unwrap();
    house.hurry_watch(house.ada, "new".into(), at(20)).await.unwrap();
    assert_eq!(house.watch(house.ada).await.unwrap().unwrap().renew_at, at(10));
    house.remove_watch(house.ada, Some("new".into())).await.unwrap();
    assert_eq!(house.watch(house.ada).await.unwrap(), None);
}

#[tokio::test]
async fn it_goes_with_its_grant() {
    let house = House::new().await;
    house.set_watch(watch(house.ada, "s1", at(50))).await.unwrap();
    house.remove_grant(house.ada, at(5), |_| unreachable!()).await.unwrap();
    assert_eq!(house.watches_by_handle("s1").await.unwrap(), []);
}
