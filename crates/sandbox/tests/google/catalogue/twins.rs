//! Where the sandbox refuses by itself, the named fault is the same to the byte.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::plan;
use crate::harness::{House, Told, encode, mail, read};

/// Makes the same request twice: first refused on demand, then on its own account.
async fn same(house: &House, name: &str, with: Value, request: impl Fn() -> RequestBuilder) {
    plan(house, json!({"name": name, "times": 1, "with": with})).await;
    let (provoked, genuine) = (read(request()).await, read(request()).await);
    assert!(!genuine.status.is_success(), "{name}: {}", genuine.text);
    assert_eq!((provoked.status, &provoked.text), (genuine.status, &genuine.text), "{name}");
    for header in ["content-type", "www-authenticate", "server", "vary", "cache-control", "pragma", "location"] {
        let of = |told: &Told| told.headers.get(header).cloned();
        assert_eq!(of(&provoked), of(&genuine), "{name}: {header}");
    }
}

#[tokio::test]
async fn refusals_of_access_are_the_same_provoked_and_genuine() {
    let house = House::open().await;
    let (alice, sender) = (house.alice().await, house.person("alice@sandbox.test", &["gmail.send"]).await);
    let metadata = house.person("alice@sandbox.test", &["gmail.metadata"]).await;
    let path = house.url("/gmail/v1/users/me/profile");
    same(&house, "gmail.invalid_credentials", json!({}), || house.http().get(&path).bearer_auth("dead")).await;
    same(&house, "gmail.login_required", json!({}), || house.http().get(&path)).await;
    same(&house, "gmail.insufficient_scope", json!({}), || sender.request(Method::GET, "/profile")).await;
    same(&house, "gmail.metadata_scope_query", json!({}), || metadata.request(Method::GET, "/messages?q=a")).await;
    let id = alice.insert(&mail("b@x.test", "alice@sandbox.test", "s", "t")).await["id"].as_str().unwrap().to_owned();
    let raw = format!("/messages/{id}?format=raw");
    same(&house, "gmail.metadata_scope_format", json!({"format": "RAW"}), || metadata.request(Method::GET, &raw)).await;
}

#[tokio::test]
async fn refusals_of_requests_are_the_same_provoked_and_genuine() {
    let house = House::open().await;
    let alice = house.alice().await;
    let get = |path: &str| alice.request(Method::GET, path);
    let send = |headers: &str| {
        let body = json!({"raw": encode(&format!("From: alice@sandbox.test\r\n{headers}Subject: s\r\n\r\nt\r\n"))});
        alice.request(Method::POST, "/messages/send").json(&body)
    };
    let post = |path: &str, body: Value| alice.request(Method::POST, path).json(&body);
    let id = alice.insert(&mail("b@x.test", "alice@sandbox.test", "s", "t")).await["id"].as_str().unwrap().to_owned();
    let raw = encode(&mail("alice@sandbox.test", "bob@sandbox.test", "s", "t"));
    same(&house, "gmail.recipient_required", json!({}), || send("")).await;
    for name in ["To", "Cc", "Bcc"] {
        let fault = format!("gmail.invalid_{}_header", name.to_lowercase());
        same(&house, &fault, json!({}), || send(&format!("{name}: nobody\r\n"))).await;
    }
    same(&house, "gmail.raw_required", json!({}), || post("/messages/send", json!({}))).await;
    let undecodable = json!({"field": "raw", "value": "*"});
    same(&house, "gmail.base64_decoding_failed", undecodable, || post("/messages/send", json!({"raw": "*"}))).await;
    let threaded = || post("/messages/send", json!({"raw": raw, "threadId": "x y"}));
    same(&house, "gmail.invalid_thread_id", json!({}), threaded).await;
    same(&house, "gmail.unknown_field", json!({}), || post("/messages/send", json!({"subject": "s"}))).await;
    same(&house, "gmail.invalid_id", json!({}), || get("/messages/zz")).await;
    same(&house, "gmail.not_found", json!({}), || get("/messages/1234567890abcdef")).await;
    same(&house, "gmail.invalid_page_token", json!({}), || get("/messages?pageToken=x")).await;
    same(&house, "gmail.invalid_start_history_id", json!({}), || get("/history")).await;
    same(&house, "gmail.unknown_parameter", json!({}), || get("/profile?limit=1")).await;
    same(&house, "gmail.invalid_fields", json!({}), || get("/messages?fields=mesages")).await;
    let modify = format!("/messages/{id}/modify");
    same(&house, "gmail.invalid_label", json!({}), || post(&modify, json!({"addLabelIds": ["ALL_MAIL"]}))).await;
    alice.post("/labels", json!({"name": "Travel"})).await.ok();
    same(&house, "gmail.label_conflict", json!({}), || post("/labels", json!({"name": "Travel"}))).await;
}

#[tokio::test]
async fn refusals_of_tokens_are_the_same_provoked_and_genuine() {
    let house = House::open().await;
    let token = |fields: &[(&str, &str)]| house.http().post(house.url("/token")).form(fields);
    let id = ("client_id", sandbox::DEFAULT_CLIENT_ID);
    let secret = ("client_secret", sandbox::DEFAULT_CLIENT_SECRET);
    let refresh = ("grant_type", "refresh_token");
    let code = ("grant_type", "authorization_code");
    same(&house, "oauth.client_not_found", json!({}), || token(&[("client_id", "x"), secret, refresh])).await;
    same(&house, "oauth.client_id_missing", json!({}), || token(&[refresh])).await;
    same(&house, "oauth.client_secret_missing", json!({}), || token(&[id, refresh])).await;
    same(&house, "oauth.client_secret_invalid", json!({}), || token(&[id, ("client_secret", "x"), refresh])).await;
    same(&house, "oauth.missing_parameter", json!({}), || token(&[id, secret, refresh])).await;
    let unknown = json!({"grant_type": "magic"});
    same(&house, "oauth.unsupported_grant_type", unknown, || token(&[id, secret, ("grant_type", "magic")])).await;
    let dead = || token(&[id, secret, refresh, ("refresh_token", "1//nobody")]);
    same(&house, "oauth.invalid_grant_bad_request", json!({}), dead).await;
    let mangled = || token(&[id, secret, code, ("code", "mangled"), ("redirect_uri", "http://127.0.0.1:9/back")]);
    same(&house, "oauth.malformed_code", json!({}), mangled).await;
}
