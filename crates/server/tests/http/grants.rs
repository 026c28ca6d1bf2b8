//! Who may see which grant, and how grants are named.

use http::{Method, header};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn a_grant_goes_by_id_address_and_prefixed_forms() {
    let house = House::new().await;
    for name in [
        house.grant.to_string(),
        format!("grant:{}", house.grant),
        "ada@example.com".to_owned(),
        "ADA%40example.com".to_owned(),
        "email:ada@example.com".to_owned(),
    ] {
        assert_eq!(house.get(&format!("/v3/grants/{name}/messages?limit=1")).await.status, 200, "{name}");
        let grant = house.get(&format!("/v3/grants/{name}")).await.json();
        assert_eq!(grant["data"]["id"], house.grant.to_string(), "{name}");
    }
    for name in ["nobody@example.com", "00000000-0000-4000-8000-000000000000", "nonsense", "external:5"] {
        let answer = house.get(&format!("/v3/grants/{name}/messages")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"]["type"].clone()),
            (404, json!("grant.not_found")),
            "{name}"
        );
    }
    let me = house.get("/v3/grants/me/messages").await;
    assert_eq!((me.status.as_u16(), me.field().as_str()), (400, "grant_id"));
}

#[tokio::test]
async fn another_applications_things_do_not_exist() {
    let house = House::new().await;
    let key = house.stranger().await;
    for path in [
        house.mail("messages"),
        house.mail("messages/m1"),
        format!("/v3/grants/{}", house.grant),
        "/v3/grants/ada@example.com".to_owned(),
        "/v3/connectors/google".to_owned(),
    ] {
        let request = http::Request::builder().uri(&path).header(header::AUTHORIZATION, format!("Bearer {key}"));
        let answer = house.send(request.body(Default::default()).unwrap()).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let request = http::Request::builder().uri("/v3/grants").header(header::AUTHORIZATION, format!("Bearer {key}"));
    assert_eq!(house.send(request.body(Default::default()).unwrap()).await.json()["data"], json!([]));
}

#[tokio::test]
async fn an_access_token_opens_its_own_grant_only() {
    let house = House::new().await;
    let form = json!({"grant_type": "client_credentials", "client_id": house.application.to_string(),
        "client_secret": house.key, "grant_id": house.grant.to_string()});
    let token = house.post("/v3/connect/token", form).await.json()["access_token"].as_str().unwrap().to_owned();
    let other =
        house.post("/v3/connect/custom", json!({"provider": "google", "settings": {"refresh_token": "bob"}})).await;
    let other = other.json()["data"]["id"].as_str().unwrap().to_owned();
    let get = |path: String| {
        let request = http::Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        house.send(request.body(Default::default()).unwrap())
    };
    assert_eq!(get("/v3/grants/me/messages".into()).await.status, 200);
    assert_eq!(get("/v3/grants/me".into()).await.json()["data"]["email"], "ada@example.com");
    assert_eq!(get(house.mail("folders")).await.status, 200);
    assert_eq!(get(format!("/v3/grants/{other}/messages")).await.status, 404);
    assert_eq!(get("/v3/grants".into()).await.status, 401);
    assert_eq!(get("/v3/webhooks".into()).await.status, 401);
}

#[tokio::test]
async fn grants_are_listed_by_number_and_removed() {
    let house = House::new().await;
    house.post("/v3/connect/custom", json!({"provider": "google", "settings": {"refresh_token": "bob"}})).await;
    let list = house.get("/v3/grants?limit=1&offset=1&sort_by=created_at&order_by=asc").await.json();
    assert_eq!((&list["limit"], &list["offset"]), (&json!(1), &json!(1)));
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let none = house.get("/v3/grants?provider=yahoo").await.json();
    assert_eq!(none["data"], json!([]));
    assert_eq!(house.get("/v3/grants?provider=aol").await.field(), "provider");
    let by = house.get("/v3/grants?email=bob@example.com&grant_status=valid").await.json();
    assert_eq!(by["data"][0]["email"], "bob@example.com");
    assert!(by["data"][0]["scope"].is_array());
    let gone = house.delete("/v3/grants/bob@example.com").await;
    assert_eq!((gone.status.as_u16(), gone.json().as_object().unwrap().len()), (200, 1));
    assert_eq!(house.get("/v3/grants/bob@example.com").await.status, 404);
}

#[tokio::test]
async fn authenticating_again_keeps_the_grant() {
    let house = House::new().await;
    let again = house
        .post("/v3/connect/custom", json!({"provider": "google", "settings": {"refresh_token": "ada"}, "state": "s"}))
        .await;
    assert_eq!(again.json()["data"]["id"], house.grant.to_string());
    let dead =
        house.post("/v3/connect/custom", json!({"provider": "google", "settings": {"refresh_token": "dead"}})).await;
    assert_eq!(dead.status, 400);
    assert!(dead.message().contains("Invalid or revoked refresh token"), "{}", dead.message());
    let narrow =
        house.post("/v3/connect/custom", json!({"provider": "google", "settings": {"refresh_token": "narrow"}})).await;
    assert_eq!(narrow.status, 400);
    assert!(narrow.message().contains("userinfo.profile"), "{}", narrow.message());
    for method in [Method::PATCH, Method::PUT] {
        let changed = house
            .with_body(method, &format!("/v3/grants/{}", house.grant), "{\"settings\":{\"refresh_token\":\"ada\"}}")
            .await;
        assert_eq!(changed.status, 200, "{}", changed.message());
    }
}
