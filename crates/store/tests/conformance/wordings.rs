//! Signatures and templates.

use model::WordingId;
use model::wording::{Wording, WordingKind, WordingOwner};
use uuid::Uuid;

use crate::house::House;

fn wording(owner: WordingOwner, kind: WordingKind, n: u128) -> Wording {
    Wording {
        id: WordingId(Uuid::from_u128(n)),
        owner,
        kind,
        name: format!("w{n}"),
        subject: "s".into(),
        body: "b".into(),
        created_at: model::Timestamp::from_second(i64::try_from(n).unwrap()).unwrap(),
        updated_at: model::Timestamp::UNIX_EPOCH,
    }
}

#[tokio::test]
async fn each_owner_and_kind_has_its_own_up_to_a_number() {
    let house = House::new().await;
    let shared = WordingOwner { application_id: house.app, grant_id: None };
    let own = WordingOwner { grant_id: Some(house.ada), ..shared };
    let (template, signature) = (WordingKind::Template, WordingKind::Signature);
    for (n, owner, kind) in [(1, shared, template), (2, own, template), (3, own, signature), (4, shared, template)] {
        assert!(house.add_wording(wording(owner, kind, n), 2).await.unwrap());
    }
    assert!(!house.add_wording(wording(shared, template, 5), 2).await.unwrap());
    let names = |list: Vec<Wording>| list.into_iter().map(|w| w.name).collect::<Vec<_>>();
    assert_eq!(names(house.wordings(shared, template).await.unwrap()), ["w1", "w4"]);
    assert_eq!(names(house.wordings(own, template).await.unwrap()), ["w2"]);
    let changed = Wording { body: "new".into(), ..wording(own, signature, 3) };
    house.update_wording(changed.clone()).await.unwrap();
    assert_eq!(house.wording(own, signature, changed.id).await.unwrap(), Some(changed.clone()));
    assert_eq!(house.wording(shared, signature, changed.id).await.unwrap(), None);
    assert!(house.remove_wording(shared, signature, changed.id).await.is_err(), "not theirs");
    house.remove_wording(own, signature, changed.id).await.unwrap();
    assert_eq!(house.wordings(own, signature).await.unwrap(), []);
}

#[tokio::test]
async fn a_grants_texts_go_with_it() {
    let house = House::new().await;
    let shared = WordingOwner { application_id: house.app, grant_id: None };
    let own = WordingOwner { grant_id: Some(house.ada), ..shared };
    house.add_wording(wording(own, WordingKind::Signature, 1), 9).await.unwrap();
    house.add_wording(wording(shared, WordingKind::Template, 2), 9).await.unwrap();
    house.remove_grant(house.ada, model::Timestamp::UNIX_EPOCH, |_| unreachable!()).await.unwrap();
    assert_eq!(house.wordings(own, WordingKind::Signature).await.unwrap(), []);
    assert_eq!(house.wordings(shared, WordingKind::Template).await.unwrap().len(), 1);
}
