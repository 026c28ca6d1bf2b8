//! Moving sealed values to another key.

use model::connector::{Connector, ConnectorCredential};
use model::grant::Credential;
use model::secret::Sealed;
use model::{ConnectorCredentialId, ConnectorId, Provider};
use serde_json::json;
use uuid::Uuid;

use crate::house::{House, at, sealed};

fn resealed(old: &Sealed) -> Sealed {
    Sealed { key_id: "k2".into(), bytes: [old.bytes.as_slice(), b" again"].concat() }
}

async fn furnished() -> (House, ConnectorId) {
    let house = House::new().await;
    let connector = ConnectorId(Uuid::from_u128(1));
    let google = Connector {
        id: connector,
        application_id: house.app,
        provider: Provider::Google,
        name: None,
        settings: json!({}),
        client_secret: Some(sealed("client")),
        scopes: vec![],
        active_credential_id: None,
        created_at: at(0),
        updated_at: at(0),
    };
    house.add_connector(google).await.unwrap();
    let credential = ConnectorCredential {
        id: ConnectorCredentialId(Uuid::from_u128(2)),
        connector_id: connector,
        name: String::new(),
        credential_type: "connector".into(),
        data: sealed("data"),
        created_at: at(0),
        updated_at: at(0),
    };
    house.add_connector_credential(credential).await.unwrap();
    let credential =
        Credential { refresh_token: sealed("refresh"), access_token: Some(sealed("access")), access_expires_at: None };
    house.set_credential(house.ada, credential).await.unwrap();
    house.webhook(3).await;
    (house, connector)
}

#[tokio::test]
async fn every_sealed_value_is_found_and_moved() {
    let (house, connector) = furnished().await;
    let found = house.sealed_under_other_keys("k2", 100).await.unwrap();
    let mut texts: Vec<_> = found.iter().map(|(_, value)| String::from_utf8(value.bytes.clone()).unwrap()).collect();
    texts.sort();
    assert_eq!(texts, ["access", "client", "data", "refresh", "secret"]);
    assert_eq!(house.sealed_under_other_keys("k1", 100).await.unwrap(), []);
    let moves = found.into_iter().map(|(place, old)| (place, old.clone(), resealed(&old))).collect();
    assert_eq!(house.reseal(moves).await.unwrap(), 5);
    assert_eq!(house.sealed_under_other_keys("k2", 100).await.unwrap(), []);
    let credential = house.credential(house.ada).await.unwrap().unwrap();
    assert_eq!(credential.refresh_token, resealed(&sealed("refresh")));
    assert_eq!(credential.access_token, Some(resealed(&sealed("access"))));
    let google = house.connector(house.app, Provider::Google).await.unwrap().unwrap();
    assert_eq!(google.client_secret, Some(resealed(&sealed("client"))));
    assert_eq!(house.connector_credentials(connector).await.unwrap()[0].data, resealed(&sealed("data")));
    assert_eq!(house.webhooks(house.app).await.unwrap()[0].secret, resealed(&sealed("secret")));
}

#[tokio::test]
async fn a_value_that_changed_meanwhile_is_left_alone() {
    let (house, _) = furnished().await;
    let found = house.sealed_under_other_keys("k2", 100).await.unwrap();
    let newer = Credential { refresh_token: sealed("newer"), access_token: None, access_expires_at: None };
    house.set_credential(house.ada, newer.clone()).await.unwrap();
    let moves = found.into_iter().map(|(place, old)| (place, old.clone(), resealed(&old))).collect();
    assert_eq!(house.reseal(moves).await.unwrap(), 3);
    assert_eq!(house.credential(house.ada).await.unwrap(), Some(newer));
}

#[tokio::test]
async fn values_are_found_in_portions() {
    let (house, _) = furnished().await;
    let mut moved = 0;
    loop {
        let found = house.sealed_under_other_keys("k2", 2).await.unwrap();
        assert!(found.len() <= 2);
        if found.is_empty() {
            break;
        }
        let moves = found.into_iter().map(|(place, old)| (place, old.clone(), resealed(&old))).collect();
        moved += house.reseal(moves).await.unwrap();
    }
    assert_eq!(moved, 5);
}

#[tokio::test]
async fn a_place_that_is_none_is_refused() {
    let (house, _) = furnished().await;
    for place in ["", "nowhere/00000000-0000-0000-0000-000000000000", "webhook/not-an-id"] {
        let moves = vec![(place.to_owned(), sealed("a"), sealed("b"))];
        assert!(house.reseal(moves).await.is_err(), "{place:?}");
    }
}
