//! Tokens, scopes, parameters: what every method refuses.

use serde_json::json;

use crate::harness::{House, mail, read};

#[tokio::test]
async fn a_wrong_token_is_answered_as_captured_from_gmail() {
    let house = House::open().await;
    let told = read(house.http().get(house.url("/gmail/v1/users/me/profile")).bearer_auth("ya29.wrong")).await;
    assert_eq!(told.status, 401);
    assert_eq!(
        told.headers["www-authenticate"],
        "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\""
    );
    assert_eq!(told.headers["content-type"], "application/json; charset=UTF-8");
    let expected = r#"{
  "error": {
    "code": 401,
    "message": "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    "errors": [
      {
        "message": "Invalid Credentials",
        "domain": "global",
        "reason": "authError",
        "location": "Authorization",
        "locationType": "header"
      }
    ],
    "status": "UNAUTHENTICATED"
  }
}
"#;
    assert_eq!(told.text, expected);
}

#[tokio::test]
async fn a_missing_token_names_the_method_behind() {
    let house = House::open().await;
    let told = read(house.http().get(house.url("/gmail/v1/users/me/profile"))).await;
    assert_eq!(told.headers["www-authenticate"], "Bearer realm=\"https://accounts.google.com/\"");
    let error = &told.json()["error"];
    assert_eq!((told.status.as_u16(), &error["errors"][0]["reason"]), (401, &json!("required")));
    assert_eq!(error["errors"][0]["message"], "Login Required.");
    let details = json!([{
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "CREDENTIALS_MISSING", "domain": "googleapis.com",
        "metadata": {"method": "caribou.api.proto.MailboxService.GetProfile", "service": "gmail.googleapis.com"}
    }]);
    assert_eq!(error["details"], details);
}

#[tokio::test]
async fn an_expired_token_is_refused_and_a_token_in_the_query_is_taken() {
    let house = House::open().await;
    let alice = house.alice().await;
    let url = house.url(&format!("/gmail/v1/users/me/profile?access_token={}", alice.token()));
    assert_eq!(read(house.http().get(url)).await.status, 200);
    house.world().clock().advance(std::time::Duration::from_secs(3600));
    assert_eq!(alice.get("/profile").await.status, 401);
}

#[tokio::test]
async fn each_method_asks_for_its_own_scopes() {
    let house = House::open().await;
    let sender = house.person("alice@sandbox.test", &["gmail.send"]).await;
    sender.send(&mail("alice@sandbox.test", "bob@sandbox.test", "s", "t")).await;
    let told = sender.get("/profile").await;
    told.refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.");
    let error = &told.json()["error"];
    assert_eq!(error["errors"][0]["message"], "Insufficient Permission");
    assert_eq!(error["details"][0]["reason"], "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
    let challenge = told.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("error=\"insufficient_scope\", scope=\"https://mail.google.com/ "), "{challenge}");
    let modifier = house.person("alice@sandbox.test", &["gmail.modify"]).await;
    let id =
        modifier.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await["id"].as_str().unwrap().to_owned();
    assert_eq!(modifier.delete(&format!("/messages/{id}")).await.status, 403);
    modifier.get(&format!("/messages/{id}")).await.ok();
}

#[tokio::test]
async fn the_metadata_scope_spoils_searches_and_bodies_even_beside_others() {
    let house = House::open().await;
    let alice = house.person("alice@sandbox.test", &["gmail.metadata", "gmail.readonly"]).await;
    alice.get("/messages?q=x").await.refused(403, "forbidden", "Metadata scope does not support 'q' parameter");
    let id = house.alice().await.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    alice.get(&format!("/messages/{id}")).await.refused(403, "forbidden", "Metadata scope doesn't allow format FULL");
    alice.get(&format!("/messages/{id}?format=metadata")).await.ok();
}

#[tokio::test]
async fn another_mailbox_is_denied_in_the_token_owners_name() {
    let house = House::open().await;
    let alice = house.alice().await;
    let told = read(alice.raw_request(reqwest::Method::GET, "/gmail/v1/users/bob%40sandbox.test/profile")).await;
    told.refused(403, "forbidden", "Delegation denied for alice@sandbox.test");
    let own = read(alice.raw_request(reqwest::Method::GET, "/gmail/v1/users/Alice@sandbox.test/profile")).await;
    assert_eq!(own.ok()["emailAddress"], "alice@sandbox.test");
}

#[tokio::test]
async fn unknown_parameters_fields_and_paths_are_refused() {
    let house = House::open().await;
    let alice = house.alice().await;
    let told = alice.get("/messages?maxresults=5").await;
    let message = "Invalid JSON payload received. Unknown name \"maxresults\": Cannot bind query parameter. Field 'maxresults' could not be found in request message.";
    told.refused(400, "invalid", message);
    assert_eq!(told.json()["error"]["details"][0]["fieldViolations"][0]["description"], message);
    let told = alice.post("/labels", json!({"name": "x", "colour": {}})).await;
    told.refused(400, "invalid", "Invalid JSON payload received. Unknown name \"colour\": Cannot find field.");
    alice.get("/messages?maxResults=many").await.refused(
        400,
        "invalid",
        "Invalid value at 'max_results' (TYPE_UINT32), \"many\"",
    );
    assert_eq!(
        alice.get("/messages?alt=json&key=k&prettyPrint=false&quotaUser=u&$.xgafv=2").await.text,
        "{\"resultSizeEstimate\":0}\n"
    );
    let told = alice.get("/nothing").await;
    assert_eq!(
        (told.status.as_u16(), told.headers["content-type"].to_str().unwrap()),
        (404, "text/html; charset=UTF-8")
    );
}

#[tokio::test]
async fn a_long_get_may_come_as_a_post() {
    let house = House::open().await;
    let alice = house.alice().await;
    alice.insert(&mail("x@y.test", "alice@sandbox.test", "needle", "t")).await;
    let asked = alice.request(reqwest::Method::POST, "/messages").header("X-HTTP-Method-Override", "GET");
    let told = read(asked.form(&[("q", "subject:needle"), ("alt", "json")])).await;
    assert_eq!(told.ok()["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_mask_keeps_what_it_names_and_a_bad_one_is_refused() {
    let house = House::open().await;
    let alice = house.alice().await;
    let id = alice.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await["id"].as_str().unwrap().to_owned();
    let told = alice.get(&format!("/messages/{id}?fields=id,payload/headers(name)")).await.ok();
    assert_eq!(
        told,
        json!({"id": id, "payload": {"headers": [{"name": "From"}, {"name": "To"}, {"name": "Subject"}]}})
    );
    let told = alice.get(&format!("/messages/{id}?fields=id,colour")).await;
    told.refused(400, "invalidParameter", "Invalid field selection colour");
    assert_eq!(told.json()["error"]["errors"][0]["location"], "fields");
}
