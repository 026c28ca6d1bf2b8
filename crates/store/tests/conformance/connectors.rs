//! Connectors and their credentials.

use model::connector::{Connector, ConnectorCredential};
use model::{ApplicationId, ConnectorCredentialId, ConnectorId, Provider};
use serde_json::json;
use store::Error;
use uuid::Uuid;

use crate::house::{House, application, at, sealed};

fn connector(app: ApplicationId, provider: Provider) -> Connector {
    Connector {
        id: ConnectorId(Uuid::from_u128(provider as u128 + 1)),
        application_id: app,
        provider,
        name: Some("Mail".into()),
        settings: json!({ "client_id": "c1", "topic_name": null }),
        client_secret: Some(sealed("client secret")),
        scopes: vec!["mail".into(), "profile".into()],
        active_credential_id: None,
        created_at: at(provider as i64),
        updated_at: at(9),
    }
}

fn credential(connector: ConnectorId, number: u128) -> ConnectorCredential {
    ConnectorCredential {
        id: ConnectorCredentialId(Uuid::from_u128(number)),
        connector_id: connector,
        name: format!("credential {number}"),
        credential_type: "connector".into(),
        data: sealed("{}"),
        created_at: at(number as i64),
        updated_at: at(9),
    }
}

#[tokio::test]
async fn an_application_has_one_connector_per_provider() {
    let house = House::new().await;
    let (google, imap) = (connector(house.app, Provider::Google), connector(house.app, Provider::Imap));
    house.add_connector(google.clone()).await.unwrap();
    house.add_connector(imap.clone()).await.unwrap();
    let second = Connector { id: ConnectorId(Uuid::from_u128(50)), ..google.clone() };
    assert!(matches!(house.add_connector(second).await, Err(Error::Exists("connector"))));
    assert_eq!(house.connector(house.app, Provider::Google).await.unwrap(), Some(google.clone()));
    assert_eq!(house.connector(house.app, Provider::Ews).await.unwrap(), None);
    assert_eq!(house.connectors(house.app).await.unwrap(), [google, imap]);
    let orphan = connector(application(8).id, Provider::Ews);
    assert!(matches!(house.add_connector(orphan).await, Err(Error::NotFound("application"))));
}

#[tokio::test]
async fn a_connector_is_replaced_and_removed_with_its_credentials() {
    let house = House::new().await;
    let google = connector(house.app, Provider::Google);
    house.add_connector(google.clone()).await.unwrap();
    house.add_connector_credential(credential(google.id, 1)).await.unwrap();
    let edited = Connector { client_secret: None, name: None, scopes: vec![], updated_at: at(70), ..google.clone() };
    house.update_connector(edited.clone()).await.unwrap();
    assert_eq!(house.connector(house.app, Provider::Google).await.unwrap(), Some(edited));
    house.remove_connector(house.app, Provider::Google).await.unwrap();
    assert_eq!(house.connector_credentials(google.id).await.unwrap(), []);
    assert!(house.grant(house.ada).await.unwrap().is_some(), "its grants stay");
    let gone = house.remove_connector(house.app, Provider::Google).await;
    assert!(matches!(gone, Err(Error::NotFound("connector"))));
    assert!(matches!(house.update_connector(google).await, Err(Error::NotFound("connector"))));
}

#[tokio::test]
async fn credentials_are_kept_under_a_connector() {
    let house = House::new().await;
    let google = connector(house.app, Provider::Google);
    let early = house.add_connector_credential(credential(google.id, 1)).await;
    assert!(matches!(early, Err(Error::NotFound("connector"))));
    house.add_connector(google.clone()).await.unwrap();
    for number in [2, 1] {
        house.add_connector_credential(credential(google.id, number)).await.unwrap();
    }
    let twice = house.add_connector_credential(credential(google.id, 1)).await;
    assert!(matches!(twice, Err(Error::Exists("connector credential"))));
    let edited = ConnectorCredential { name: "new".into(), data: sealed("other"), ..credential(google.id, 2) };
    house.update_connector_credential(edited.clone()).await.unwrap();
    assert_eq!(house.connector_credentials(google.id).await.unwrap(), [credential(google.id, 1), edited]);
}

#[tokio::test]
async fn removing_the_active_credential_leaves_the_connector_its_own() {
    let house = House::new().await;
    let active = ConnectorCredentialId(Uuid::from_u128(1));
    let google = Connector { active_credential_id: Some(active), ..connector(house.app, Provider::Google) };
    house.add_connector(google.clone()).await.unwrap();
    house.add_connector_credential(credential(google.id, 1)).await.unwrap();
    house.remove_connector_credential(google.id, active).await.unwrap();
    let left = house.connector(house.app, Provider::Google).await.unwrap().unwrap();
    assert_eq!(left.active_credential_id, None);
    let again = house.remove_connector_credential(google.id, active).await;
    assert!(matches!(again, Err(Error::NotFound("connector credential"))));
}
