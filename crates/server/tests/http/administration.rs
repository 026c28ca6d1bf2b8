//! Connectors, the application, redirect URIs, webhooks.

use http::{Method, header};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn a_connectors_secret_is_never_shown_and_survives_what_was_read() {
    let house = House::new().await;
    let read = house.get("/v3/connectors/google").await.json()["data"].clone();
    assert_eq!(
        (&read["settings"]["client_id"], &read["settings"]["client_secret"]),
        (&json!("cid"), &json!("********"))
    );
    for method in [Method::PUT, Method::PATCH] {
        let body = json!({"name": "Mine", "settings": read["settings"]}).to_string();
        let changed = house.with_body(method, "/v3/connectors/google", &body).await;
        assert_eq!(changed.json()["data"]["name"], "Mine", "{}", changed.message());
    }
    // Were the mask stored, this would be refused or the secret gone.
    let again =
        house.post("/v3/connect/custom", json!({"provider": "google", "settings": {"refresh_token": "ada"}})).await;
    assert_eq!(again.status, 201, "{}", again.message());
    let masked = json!({"provider": "google", "settings": {"client_id": "x", "client_secret": "********"}});
    assert_eq!(house.post("/v3/connectors", masked).await.field(), "settings.client_secret");
    let second = json!({"provider": "google", "settings": {"client_id": "x", "client_secret": "y"}});
    assert_eq!(house.post("/v3/connectors", second).await.status, 409);
    assert_eq!(house.get("/v3/connectors/microsoft").await.status, 404);
    let list = house.get("/v3/connectors").await.json();
    assert_eq!((list["data"].as_array().unwrap().len(), &list["limit"]), (1, &json!(10)));
    assert_eq!(house.delete("/v3/connectors/google").await.status, 200);
}

#[tokio::test]
async fn a_connectors_credentials_come_and_go() {
    let house = House::new().await;
    let wish = json!({"name": "second", "credential_type": "connector", "credential_data": {"client_id": "a", "client_secret": "b"}});
    let made = house.post("/v3/connectors/google/creds", wish).await;
    assert_eq!(made.status, 201, "{}", made.message());
    let id = made.json()["data"]["id"].as_str().unwrap().to_owned();
    assert!(!String::from_utf8_lossy(&made.bytes).contains("client_secret"));
    let path = format!("/v3/connectors/google/creds/{id}");
    let renamed = house.with_body(Method::PATCH, &path, "{\"name\":\"other\"}").await;
    assert_eq!(renamed.json()["data"]["name"], "other");
    let activated =
        house.with_body(Method::PATCH, "/v3/connectors/google", &json!({"active_credential_id": id}).to_string()).await;
    assert_eq!(activated.json()["data"]["active_credential_id"], id, "{}", activated.message());
    assert_eq!(house.get("/v3/connectors/google/creds").await.json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(house.post("/v3/connectors/google/creds", json!({"name": "x"})).await.field(), "credential_type");
}

#[tokio::test]
async fn the_application_tells_and_takes_its_presentation() {
    let house = House::new().await;
    let data = house.get("/v3/applications").await.json()["data"].clone();
    assert_eq!(data["application_id"], house.application.to_string());
    assert_eq!((&data["branding"]["name"], &data["region"]), (&json!("Post & Parcel"), &json!("us")));
    let change = json!({"branding": {"name": "Parcels", "website_url": "https://x.org"}});
    let changed = house.with_body(Method::PATCH, "/v3/applications", &change.to_string()).await;
    assert_eq!(changed.json()["data"]["branding"], json!({"name": "Parcels", "website_url": "https://x.org"}));
}

#[tokio::test]
async fn redirect_uris_are_https_or_http_on_localhost() {
    let house = House::new().await;
    let made = house
        .post("/v3/applications/redirect-uris/", json!({"url": "http://localhost:3000/cb", "platform": "web"}))
        .await;
    assert_eq!(made.status, 200, "{}", made.message());
    let id = made.json()["data"]["id"].as_str().unwrap().to_owned();
    let plain = house.post("/v3/applications/redirect-uris", json!({"url": "http://app.example/cb"})).await;
    assert_eq!((plain.status.as_u16(), plain.field().as_str()), (400, "url"));
    assert!(plain.message().to_lowercase().contains("https"), "{}", plain.message());
    assert_eq!(house.post("/v3/applications/redirect-uris", json!({"platform": "web"})).await.field(), "url");
    assert_eq!(
        house.post("/v3/applications/redirect-uris", json!({"url": "https://x.org", "platform": "tv"})).await.field(),
        "platform"
    );
    for (method, port) in [(Method::PATCH, 3001), (Method::PUT, 3002)] {
        let url = format!("http://localhost:{port}/cb");
        let path = format!("/v3/applications/redirect-uris/{id}");
        let changed = house.with_body(method, &path, &json!({"url": url}).to_string()).await;
        assert_eq!(changed.json()["data"]["url"], url, "{}", changed.message());
    }
    assert_eq!(house.delete(&format!("/v3/applications/redirect-uris/{id}")).await.status, 200);
    assert_eq!(house.get(&format!("/v3/applications/redirect-uris/{id}")).await.status, 404);
}

#[tokio::test]
async fn a_webhook_that_points_inside_is_refused() {
    let house = House::new().await;
    for url in
        ["http://127.0.0.1:1/x", "https://127.0.0.1/x", "https://10.0.0.8/x", "https://[::1]/x", "https://localhost/x"]
    {
        let wish = json!({"trigger_types": ["message.created"], "webhook_url": url});
        let answer = house.post("/v3/webhooks", wish).await;
        assert_eq!(
            (answer.status.as_u16(), answer.field().as_str()),
            (400, "webhook_url"),
            "{url}: {}",
            answer.message()
        );
        assert_eq!(answer.json()["error"]["type"], "70005", "{url}");
    }
    let unknown =
        house.post("/v3/webhooks", json!({"trigger_types": ["message.eaten"], "webhook_url": "https://x.org"})).await;
    assert_eq!(unknown.field(), "trigger_types[0]");
    assert!(unknown.message().contains("message.created"));
    assert_eq!(house.post("/v3/webhooks", json!({"webhook_url": "https://x.org"})).await.field(), "trigger_types");
    assert_eq!(house.post("/v3/webhooks", json!({"trigger_types": ["message.created"]})).await.field(), "webhook_url");
}

#[tokio::test]
async fn missing_webhooks_have_the_contracts_type() {
    let house = House::new().await;
    for path in ["/v3/webhooks/nonsense", "/v3/webhooks/00000000-0000-4000-8000-000000000000"] {
        let answer = house.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"]["type"].clone()), (404, json!("70000")));
        assert!(answer.message().contains("destination.id.not.found"));
    }
    assert_eq!(house.post("/v3/webhooks/rotate-secret/nonsense", json!({})).await.status, 404);
    assert_eq!(house.put("/v3/webhooks/nonsense/rotate-secret", json!({})).await.status, 404);
    assert_eq!(house.get("/v3/webhooks").await.json()["data"], json!([]));
    let addresses = house.get("/v3/webhooks/ip-addresses").await.json();
    assert!(addresses["data"]["ip_addresses"].is_array() && addresses["data"]["updated_at"].is_i64());
}

#[tokio::test]
async fn sample_payloads_have_data_in_data() {
    let house = House::new().await;
    let sample = house.post("/v3/webhooks/mock-payload", json!({"trigger_type": "message.created"})).await.json();
    assert!(sample["data"]["data"]["object"].is_object(), "{sample}");
    assert_eq!(house.post("/v3/webhooks/mock-payload", json!({})).await.field(), "trigger_type");
}

#[tokio::test]
async fn detection_answers_without_a_body() {
    let house = House::new().await;
    let request = house.request(Method::POST, "/v3/providers/detect?email=x+y@gmail.com&all_provider_types=True");
    let answer = house.send(request.header(header::CONTENT_LENGTH, "0").body(Default::default()).unwrap()).await.json();
    assert_eq!(
        answer["data"],
        json!({"email_address": "x+y@gmail.com", "detected": true, "provider": "google", "type": "google"})
    );
}
