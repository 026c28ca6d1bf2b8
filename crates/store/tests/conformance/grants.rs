//! Grants: one per address, renewed in place, removed at once.

use model::event::EventType::*;
use model::grant::{Credential, Grant, GrantStatus};
use model::sync::{Announce, MirrorBatch, SyncPhase};
use model::{GrantId, Provider};
use store::filter::{GrantFilter, MessageFilter};
use store::{Error, GrantUpsert};
use uuid::Uuid;

use crate::house::{House, all, at, batch, credential, mail, sealed, upsert};

fn list(house: &House) -> GrantFilter {
    GrantFilter::of(house.app, 100)
}

#[tokio::test]
async fn a_new_grant_is_kept_announced_and_due() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    let new = upsert(house.app, "Bob@Example.com");
    let upserted = house.upsert_grant(new.clone()).await.unwrap();
    assert!(upserted.created);
    assert_eq!(upserted.grant, new.grant);
    assert_eq!(house.grant(new.grant.id).await.unwrap(), Some(new.grant.clone()));
    assert_eq!(house.credential(new.grant.id).await.unwrap(), Some(credential()));
    let state = house.sync_state(new.grant.id).await.unwrap().unwrap();
    assert_eq!((state.phase, state.next_at), (SyncPhase::New, new.grant.updated_at));
    assert_eq!(house.told(hook).await, [(GrantCreated, new.grant.id.to_string())]);
}

#[tokio::test]
async fn an_account_under_a_new_address_renews_its_grant_and_another_account_does_not() {
    let house = House::new().await;
    let account = |email: &str, subject: &str| {
        let mut new = upsert(house.app, email);
        new.grant.provider_user_id = Some(subject.into());
        new
    };
    let first = house.upsert_grant(account("carol@example.com", "c1")).await.unwrap().grant;
    let renewed = house.upsert_grant(account("carol.new@example.com", "c1")).await.unwrap();
    assert_eq!((renewed.created, renewed.grant.id), (false, first.id));
    assert_eq!(renewed.grant.email, "carol.new@example.com");
    let by_email = |email| house.grant_by_email(house.app, email);
    assert_eq!(by_email("carol.new@example.com").await.unwrap().map(|grant| grant.id), Some(first.id));
    assert_eq!(by_email("carol@example.com").await.unwrap(), None);
    let of = |subject| house.grant_by_account(house.app, Provider::Google, subject);
    assert_eq!(of("c1").await.unwrap(), Some(renewed.grant));
    assert_eq!(of("c2").await.unwrap(), None);
    assert!(house.upsert_grant(account("carol@example.com", "c2")).await.unwrap().created);
    let elsewhere = house.grant_by_account(house.app, Provider::Microsoft, "c1").await.unwrap();
    assert_eq!(elsewhere, None, "ids of accounts mean something at their own provider only");
}

#[tokio::test]
async fn the_same_address_in_other_letters_renews_the_grant() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    house.set_grant_status(house.ada, GrantStatus::Invalid, at(1)).await.unwrap();
    let mut again = upsert(house.app, " ADA@example.com");
    again.grant.created_at = at(99);
    again.grant.updated_at = at(99);
    again.grant.scopes = vec!["more".into()];
    again.credential = Credential { access_token: Some(sealed("a")), access_expires_at: Some(at(5)), ..credential() };
    let renewed = house.upsert_grant(again.clone()).await.unwrap();
    assert!(!renewed.created);
    let expected = Grant { id: house.ada, created_at: at(0), ..again.grant.clone() };
    assert_eq!(renewed.grant, expected);
    assert_eq!(house.grant_by_email(house.app, "ada@EXAMPLE.com").await.unwrap(), Some(expected));
    assert_eq!(house.credential(house.ada).await.unwrap(), Some(again.credential));
    assert_eq!(house.grant(again.grant.id).await.unwrap(), None, "the id of a renewal is not used");
    let told: Vec<_> = house.told(hook).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(told, [GrantExpired, GrantUpdated]);
    assert_eq!(house.next_sync_at().await.unwrap(), Some(at(0)), "what was due stays due");
}

#[tokio::test]
async fn a_renewal_keeps_the_mirror_unless_the_provider_changes() {
    let house = House::new().await;
    house.holds([mail("m1", 1)]).await;
    house.upsert_grant(upsert(house.app, "ada@example.com")).await.unwrap();
    assert_eq!(house.lists(MessageFilter::default()).await, ["m1"]);
    let mut moved = upsert(house.app, "ada@example.com");
    moved.grant.provider = Provider::Microsoft;
    assert_eq!(house.upsert_grant(moved).await.unwrap().grant.id, house.ada);
    assert_eq!(house.lists(MessageFilter::default()).await, Vec::<String>::new());
    assert_eq!(house.sync_state(house.ada).await.unwrap().unwrap().phase, SyncPhase::New);
    house.holds([mail("m1", 2)]).await;
    assert_eq!(house.lists(MessageFilter::default()).await, ["m1"]);
}

#[tokio::test]
async fn a_grant_needs_an_application_and_grants_of_applications_are_apart() {
    let house = House::new().await;
    let nowhere = upsert(crate::house::application(9).id, "x@example.com");
    assert!(matches!(house.upsert_grant(nowhere).await, Err(Error::NotFound("application"))));
    house.add_application(crate::house::application(2)).await.unwrap();
    let other = crate::house::application(2).id;
    assert!(house.upsert_grant(upsert(other, "ada@example.com")).await.unwrap().created);
    assert_eq!(house.grants_by_email(Provider::Google, "Ada@example.com").await.unwrap().len(), 2);
    assert_eq!(house.grants_by_email(Provider::Imap, "ada@example.com").await.unwrap(), []);
    assert_eq!(house.grants(list(&house)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn editing_replaces_what_a_caller_may_edit_only() {
    let house = House::new().await;
    let held = house.grant(house.ada).await.unwrap().unwrap();
    let edited = Grant {
        name: Some("Ada L.".into()),
        scopes: vec![],
        state: Some("s".into()),
        updated_at: at(50),
        email: "other@example.com".into(),
        status: GrantStatus::Invalid,
        ..held.clone()
    };
    house.update_grant(edited.clone()).await.unwrap();
    let expected = Grant { email: held.email, status: GrantStatus::Valid, ..edited.clone() };
    assert_eq!(house.grant(house.ada).await.unwrap(), Some(expected));
    let unknown = Grant { id: GrantId(Uuid::from_u128(7)), ..edited };
    assert!(matches!(house.update_grant(unknown).await, Err(Error::NotFound("grant"))));
}

#[tokio::test]
async fn a_status_is_told_once_per_change() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    assert!(!house.set_grant_status(house.ada, GrantStatus::Valid, at(1)).await.unwrap());
    assert!(house.set_grant_status(house.ada, GrantStatus::Invalid, at(2)).await.unwrap());
    assert!(!house.set_grant_status(house.ada, GrantStatus::Invalid, at(3)).await.unwrap());
    assert!(house.set_grant_status(house.ada, GrantStatus::Valid, at(4)).await.unwrap());
    let told: Vec<_> = house.told(hook).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(told, [GrantExpired, GrantUpdated]);
    let unknown = house.set_grant_status(GrantId(Uuid::from_u128(7)), GrantStatus::Valid, at(5)).await;
    assert!(matches!(unknown, Err(Error::NotFound("grant"))));
}

#[tokio::test]
async fn a_removed_grant_is_gone_with_everything_at_once() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    let bob = house.another("bob@example.com").await;
    let upserts = vec![mail("m1", 1).0];
    house.apply(bob, MirrorBatch { upserts, ..batch(Announce::Silent) }).await.unwrap();
    house.holds((0..500).map(|n| mail(&format!("m{n}"), n).unread().attached("a.pdf", false))).await;
    house.remove_grant(house.ada, at(9), |_| unreachable!()).await.unwrap();

    assert_eq!(house.grant(house.ada).await.unwrap(), None);
    assert_eq!(house.credential(house.ada).await.unwrap(), None);
    assert_eq!(house.sync_state(house.ada).await.unwrap(), None);
    assert_eq!(house.lists(MessageFilter::default()).await, Vec::<String>::new());
    assert_eq!(house.finds("body").await, Vec::<String>::new());
    assert_eq!(house.message(house.ada, &"m1".into()).await.unwrap(), None);
    assert_eq!(house.threads(house.ada, Default::default(), all()).await.unwrap().items, []);
    assert_eq!(house.folders(house.ada).await.unwrap(), []);
    assert!(house.message(bob, &"m1".into()).await.unwrap().is_some(), "another mailbox stays");

    let last = house.deliveries(hook, None, 1).await.unwrap().remove(0);
    assert_eq!((last.event.kind, last.event.object_id.clone()), (GrantDeleted, house.ada.to_string()));
    assert_eq!(last.event.detail["email"], "ada@example.com");
    assert!(matches!(house.remove_grant(house.ada, at(9), |_| unreachable!()).await, Err(Error::NotFound("grant"))));
    let again = house.upsert_grant(upsert(house.app, "ada@example.com")).await.unwrap();
    assert!(again.created);
}

#[tokio::test]
async fn what_a_removed_grant_leaves_behind_is_swept_in_the_background() {
    let house = House::new().await;
    house.holds((0..900).map(|n| mail(&format!("m{n}"), n))).await;
    house.remove_grant(house.ada, at(9), |_| unreachable!()).await.unwrap();
    let messages = async || {
        let figures = house.statistics().await.unwrap();
        figures.into_iter().find(|(name, _)| name == "messages").unwrap().1
    };
    // The writer takes a step whenever it is idle; each turn of this loop lets it be.
    for _ in 0..100_000 {
        if messages().await == 0 {
            return;
        }
    }
    panic!("{} messages are still there", messages().await);
}

#[tokio::test]
async fn a_credential_is_replaced() {
    let house = House::new().await;
    let new =
        Credential { refresh_token: sealed("r2"), access_token: Some(sealed("a2")), access_expires_at: Some(at(3600)) };
    house.set_credential(house.ada, new.clone()).await.unwrap();
    assert_eq!(house.credential(house.ada).await.unwrap(), Some(new.clone()));
    let nobody = house.set_credential(GrantId(Uuid::from_u128(7)), new).await;
    assert!(matches!(nobody, Err(Error::NotFound("grant"))));
}

#[tokio::test]
async fn lists_are_narrowed_sorted_and_cut() {
    let house = House::new().await;
    for (number, email) in [(1, "bob@example.com"), (2, "eve@example.com"), (3, "mallory@example.com")] {
        let mut new: GrantUpsert = upsert(house.app, email);
        new.grant.created_at = at(number);
        new.grant.updated_at = at(100 - number);
        if number == 3 {
            new.grant.provider = Provider::Microsoft;
            new.grant.ip = Some("198.51.100.7".into());
        }
        house.upsert_grant(new).await.unwrap();
    }
    let eve = house.grant_by_email(house.app, "eve@example.com").await.unwrap().unwrap();
    house.set_grant_status(eve.id, GrantStatus::Invalid, at(5)).await.unwrap();
    let names = async |filter: GrantFilter| -> String {
        let grants = house.grants(filter).await.unwrap();
        grants.iter().map(|grant| grant.email.chars().next().unwrap()).collect()
    };
    assert_eq!(names(list(&house)).await, "meba");
    assert_eq!(names(GrantFilter { ascending: true, ..list(&house) }).await, "abem");
    assert_eq!(names(GrantFilter { by_updated: true, ..list(&house) }).await, "bema");
    assert_eq!(names(GrantFilter { limit: 2, offset: 1, ..list(&house) }).await, "eb");
    assert_eq!(names(GrantFilter { email: Some("EVE@example.com".into()), ..list(&house) }).await, "e");
    assert_eq!(names(GrantFilter { status: Some(GrantStatus::Valid), ..list(&house) }).await, "mba");
    assert_eq!(names(GrantFilter { provider: Some(Provider::Microsoft), ..list(&house) }).await, "m");
    assert_eq!(names(GrantFilter { ip: Some("192.0.2.1".into()), ..list(&house) }).await, "eba");
    assert_eq!(names(GrantFilter { since: Some(at(1)), before: Some(at(2)), ..list(&house) }).await, "eb");
}

#[tokio::test]
async fn a_renewed_credential_takes_the_place_of_the_one_it_was_made_of_only() {
    let house = House::new().await;
    let renewed = |text: &str| Credential { refresh_token: sealed(text), ..credential() };
    let before = credential().refresh_token;
    assert!(house.renew_credential(house.ada, before.clone(), renewed("rotated")).await.unwrap());
    assert_eq!(house.credential(house.ada).await.unwrap(), Some(renewed("rotated")));
    assert!(!house.renew_credential(house.ada, before.clone(), renewed("late")).await.unwrap());
    assert_eq!(house.credential(house.ada).await.unwrap(), Some(renewed("rotated")));
    assert!(!house.renew_credential(GrantId(Uuid::from_u128(7)), before, renewed("nobody's")).await.unwrap());
}

#[tokio::test]
async fn a_grant_expires_only_as_it_was_seen() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    let seen = house.grant(house.ada).await.unwrap().unwrap().updated_at;
    let again = upsert(house.app, "ada@example.com");
    let again = GrantUpsert { grant: Grant { updated_at: at(5), ..again.grant }, ..again };
    house.upsert_grant(again).await.unwrap();
    assert!(!house.expire_grant(house.ada, seen, at(6)).await.unwrap());
    assert_eq!(house.grant(house.ada).await.unwrap().unwrap().status, GrantStatus::Valid);
    assert!(house.expire_grant(house.ada, at(5), at(7)).await.unwrap());
    assert!(!house.expire_grant(house.ada, at(5), at(8)).await.unwrap(), "it has expired already");
    let told: Vec<_> = house.told(hook).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(told, [GrantUpdated, GrantExpired]);
}
