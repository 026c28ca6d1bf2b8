//! Who may do what.

use reqwest::Method;
use serde_json::json;

use crate::harness::{ADELE, ALEX, House, read};

#[tokio::test]
async fn me_is_who_the_token_says() {
    let house = House::open().await;
    let me = house.adele().get("").await.ok();
    assert_eq!((&me["mail"], &me["displayName"]), (&json!(ADELE), &json!("Adele Vance")));
    let by_id = house.adele().get(&house.url(&format!("/v1.0/users/{}", me["id"].as_str().unwrap()))).await.ok();
    assert_eq!(by_id["id"], me["id"]);
    house.adele().get(&house.url(&format!("/v1.0/users/{ALEX}/messages"))).await.refused(403, "ErrorAccessDenied");
    house.adele().get(&house.url("/v1.0/users/nobody@contoso.test")).await.refused(404, "ErrorInvalidUser");
}

#[tokio::test]
async fn tokens_that_open_nothing_say_why() {
    let house = House::open().await;
    let told = read(house.http.get(house.url("/v1.0/me"))).await;
    told.refused(401, "InvalidAuthenticationToken");
    assert!(told.header("www-authenticate").starts_with("Bearer realm="));
    let told = read(house.http.get(house.url("/v1.0/me/messages")).bearer_auth("ya29.nonsense")).await;
    told.refused(401, "InvalidAuthenticationToken");
    assert!(told.text.contains("CompactToken parsing failed with error code: 80049217"));
    let adele = house.adele();
    house.pass(3_600_000);
    let told = adele.get("").await;
    told.refused(401, "InvalidAuthenticationToken");
    assert!(told.text.contains("Access token has expired or is not yet valid."));
    assert_eq!(told.header("request-id"), told.json()["error"]["innerError"]["request-id"]);
}

#[tokio::test]
async fn scopes_open_methods() {
    let house = House::open().await;
    let reader = house.person(ADELE, &["Mail.Read"]);
    reader.get("/messages").await.ok();
    reader.post("/messages", json!({})).await.refused(403, "ErrorAccessDenied");
    let sender = house.person(ADELE, &["Mail.Send"]);
    sender.get("/mailFolders").await.refused(403, "ErrorAccessDenied");
}

#[tokio::test]
async fn an_account_without_a_mailbox_is_told_so() {
    let house = House::open().await;
    let told = read(house.http.get(house.url("/v1.0/me/mailFolders/inbox"))).await;
    told.refused(401, "InvalidAuthenticationToken");
    let paths = [("/messages/x/y/z", 400, "BadRequest"), ("/nothing", 400, "BadRequest")];
    for (path, status, code) in paths {
        house.adele().get(path).await.refused(status, code);
    }
    read(house.adele().request(Method::PUT, "/messages")).await.refused(405, "Request_BadRequest");
}
