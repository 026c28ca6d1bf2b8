//! Applications, API keys and callback URIs.

use model::application::{ApiKey, CallbackUri};
use model::{ApiKeyId, ApplicationId, CallbackUriId};
use serde_json::json;
use store::Error;
use uuid::Uuid;

use crate::house::{House, application, at, open_fresh};

fn key(app: ApplicationId, number: u8) -> ApiKey {
    ApiKey {
        id: ApiKeyId(Uuid::from_u128(number.into())),
        application_id: app,
        name: format!("key {number}"),
        hash: [number; 32],
        hint: "pr_ab".into(),
        created_at: at(number.into()),
        expires_at: (number == 2).then(|| at(500)),
    }
}

fn uri(app: ApplicationId, number: u128, url: &str) -> CallbackUri {
    CallbackUri {
        id: CallbackUriId(Uuid::from_u128(number)),
        application_id: app,
        url: url.into(),
        platform: "web".into(),
        settings: json!({ "origin": url }),
    }
}

#[tokio::test]
async fn applications_are_listed_oldest_first() {
    let (store, _folder) = open_fresh().await;
    for number in [3, 1, 2] {
        store.add_application(application(number)).await.unwrap();
    }
    assert_eq!(store.applications().await.unwrap(), [1, 2, 3].map(application));
    assert_eq!(store.application(application(2).id).await.unwrap(), Some(application(2)));
    assert_eq!(store.application(application(9).id).await.unwrap(), None);
}

#[tokio::test]
async fn an_application_is_added_once_and_edited() {
    let (store, _folder) = open_fresh().await;
    store.add_application(application(1)).await.unwrap();
    assert!(matches!(store.add_application(application(1)).await, Err(Error::Exists("application"))));
    let mut edited = application(1);
    edited.name = "Renamed".into();
    edited.presentation = json!({ "logo": null });
    edited.updated_at = at(50);
    store.update_application(edited.clone()).await.unwrap();
    assert_eq!(store.application(edited.id).await.unwrap(), Some(edited));
    let unknown = store.update_application(application(2)).await;
    assert!(matches!(unknown, Err(Error::NotFound("application"))));
}

#[tokio::test]
async fn api_keys_are_found_by_hash_expired_or_not() {
    let house = House::new().await;
    for number in [2, 1] {
        house.add_api_key(key(house.app, number)).await.unwrap();
    }
    assert_eq!(house.api_key([2; 32]).await.unwrap(), Some(key(house.app, 2)));
    assert_eq!(house.api_key([9; 32]).await.unwrap(), None);
    assert_eq!(house.api_keys(house.app).await.unwrap(), [key(house.app, 1), key(house.app, 2)]);
    let same_hash = ApiKey { id: ApiKeyId(Uuid::from_u128(7)), ..key(house.app, 1) };
    assert!(matches!(house.add_api_key(same_hash).await, Err(Error::Exists("API key"))));
    let orphan = key(application(9).id, 5);
    assert!(matches!(house.add_api_key(orphan).await, Err(Error::NotFound("application"))));
}

#[tokio::test]
async fn a_revoked_key_is_gone_and_only_its_application_revokes_it() {
    let house = House::new().await;
    let key = key(house.app, 1);
    house.add_api_key(key.clone()).await.unwrap();
    let stranger = house.remove_api_key(application(2).id, key.id).await;
    assert!(matches!(stranger, Err(Error::NotFound("API key"))));
    house.remove_api_key(house.app, key.id).await.unwrap();
    assert_eq!(house.api_key(key.hash).await.unwrap(), None);
    assert!(matches!(house.remove_api_key(house.app, key.id).await, Err(Error::NotFound("API key"))));
}

#[tokio::test]
async fn callback_uris_keep_their_order_and_their_urls_apart() {
    let house = House::new().await;
    let (first, second) = (uri(house.app, 9, "https://a.example"), uri(house.app, 1, "https://b.example"));
    house.add_callback_uri(first.clone()).await.unwrap();
    house.add_callback_uri(second.clone()).await.unwrap();
    assert_eq!(house.callback_uris(house.app).await.unwrap(), [first.clone(), second.clone()]);
    let again = house.add_callback_uri(uri(house.app, 5, "https://a.example")).await;
    assert!(matches!(again, Err(Error::Exists("callback URI"))));
    let onto_another = house.update_callback_uri(CallbackUri { url: second.url.clone(), ..first.clone() }).await;
    assert!(matches!(onto_another, Err(Error::Exists("callback URI"))));
    let edited = CallbackUri { url: "https://c.example".into(), platform: "ios".into(), ..first };
    house.update_callback_uri(edited.clone()).await.unwrap();
    assert_eq!(house.callback_uris(house.app).await.unwrap(), [edited.clone(), second.clone()]);
    house.remove_callback_uri(house.app, edited.id).await.unwrap();
    assert_eq!(house.callback_uris(house.app).await.unwrap(), [second]);
    let gone = house.update_callback_uri(edited.clone()).await;
    assert!(matches!(gone, Err(Error::NotFound("callback URI"))));
    assert!(matches!(house.remove_callback_uri(house.app, edited.id).await, Err(Error::NotFound(_))));
}
