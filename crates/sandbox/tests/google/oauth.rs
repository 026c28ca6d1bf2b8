//! OAuth: pages, codes, tokens, and what is told about them.

use std::time::Duration;

use reqwest::StatusCode;
use sandbox::{DEFAULT_CLIENT_ID as ID, DEFAULT_CLIENT_SECRET as SECRET};
use serde_json::{Value, json};
use url::Url;

use crate::harness::{House, Told, read};

const REDIRECT: &str = "http://127.0.0.1:9/callback";
const READ: &str = "https://www.googleapis.com/auth/gmail.readonly";
const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The authorization URL with these parameters changed or added; an empty value takes one out.
fn ask(house: &House, changes: &[(&str, &str)]) -> Url {
    let scope = format!("openid email {READ}");
    let mut parameters: Vec<(&str, &str)> = vec![
        ("client_id", ID),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", &scope),
        ("state", "s t"),
        ("access_type", "offline"),
    ];
    for (name, value) in changes {
        parameters.retain(|(have, _)| have != name);
        if !value.is_empty() {
            parameters.push((name, value));
        }
    }
    Url::parse_with_params(&house.url("/o/oauth2/v2/auth"), parameters).unwrap()
}

/// Goes through at once and returns where the browser is sent.
async fn consent(house: &House, changes: &[(&str, &str)]) -> Url {
    let changes = [&[("_sandbox_auto", "alice@sandbox.test")], changes].concat();
    redirected(&read(house.http().get(ask(house, &changes))).await)
}

#[track_caller]
fn redirected(told: &Told) -> Url {
    assert_eq!(told.status, 302, "{}", told.text);
    Url::parse(told.headers["location"].to_str().unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(have, _)| have == name).map(|(_, value)| value.into_owned())
}

async fn buy(house: &House, form: &[(&str, &str)]) -> Told {
    let mut all = vec![
        ("client_id", ID),
        ("client_secret", SECRET),
        ("redirect_uri", REDIRECT),
        ("grant_type", "authorization_code"),
    ];
    for (name, value) in form {
        all.retain(|(have, _)| have != name);
        if !value.is_empty() {
            all.push((name, value));
        }
    }
    read(house.http().post(house.url("/token")).form(&all)).await
}

async fn exchange(house: &House, changes: &[(&str, &str)]) -> Value {
    let code = parameter(&consent(house, changes).await, "code").unwrap();
    buy(house, &[("code", &code)]).await.ok()
}

#[track_caller]
fn refused(told: &Told, status: u16, error: &str, description: &str) {
    let expected = format!("{{\n  \"error\": \"{error}\",\n  \"error_description\": \"{description}\"\n}}\n");
    assert_eq!((told.status.as_u16(), &told.text), (status, &expected));
}

#[tokio::test]
async fn a_person_chooses_an_account_and_some_scopes() {
    let house = House::open().await;
    let page = read(house.http().get(ask(&house, &[]))).await;
    assert!(
        page.text.contains("Choose an account")
            && page.text.contains("bob@sandbox.test")
            && page.text.contains("this is not Google")
    );
    let page = read(house.http().get(ask(&house, &[("_sandbox_account", "bob@sandbox.test")]))).await;
    assert!(page.text.contains("type=\"checkbox\"") && page.text.contains(READ), "{}", page.text);
    assert!(!page.text.contains(&format!("value=\"{EMAIL}\"")), "signing in is not a choice");
    let form = [("account", "bob@sandbox.test"), ("decision", "allow")];
    let back = redirected(&read(house.http().post(ask(&house, &[])).form(&form)).await);
    assert_eq!(parameter(&back, "state").as_deref(), Some("s t"));
    let code = parameter(&back, "code").unwrap();
    let tokens = buy(&house, &[("code", &code)]).await.ok();
    assert_eq!(tokens["scope"], format!("openid {EMAIL}"), "the box for reading mail was not ticked");
}

#[tokio::test]
async fn a_login_hint_goes_straight_to_consent() {
    let house = House::open().await;
    let page = read(house.http().get(ask(&house, &[("login_hint", "Bob@sandbox.test")]))).await;
    assert!(page.text.contains("Signed in as <strong>bob@sandbox.test</strong>"), "{}", page.text);
}

#[tokio::test]
async fn a_denial_comes_back_as_an_error() {
    let house = House::open().await;
    let form = [("account", "bob@sandbox.test"), ("decision", "deny")];
    let back = redirected(&read(house.http().post(ask(&house, &[])).form(&form)).await);
    assert_eq!(back.as_str(), "http://127.0.0.1:9/callback?state=s+t&error=access_denied");
}

#[tokio::test]
async fn requests_gone_wrong_stay_on_the_page() {
    let house = House::open().await;
    for (change, status, text) in [
        (("client_id", "nobody"), 401, "Error 401: invalid_client"),
        (("client_id", ""), 400, "Missing required parameter: client_id"),
        (("redirect_uri", "https://evil.test/"), 400, "Error 400: redirect_uri_mismatch"),
        (("response_type", "token"), 400, "Invalid response_type: token"),
        (("scope", "openid nonsense"), 400, "Some requested scopes were invalid. {invalid=[nonsense]}"),
        (("code_challenge", "x"), 200, "Choose an account"),
    ] {
        let told = read(house.http().get(ask(&house, &[change]))).await;
        assert_eq!(told.status.as_u16(), status, "{change:?}");
        assert!(told.text.contains(text), "{change:?}: {}", told.text);
    }
}

#[tokio::test]
async fn a_code_buys_tokens_once_as_google_prints_them() {
    let house = House::open().await;
    let code = parameter(&consent(&house, &[]).await, "code").unwrap();
    assert!(code.starts_with("4/0A"));
    let told = buy(&house, &[("code", &code)]).await;
    let tokens = told.ok();
    let keys: Vec<_> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["access_token", "expires_in", "refresh_token", "scope", "token_type", "id_token"]);
    assert_eq!((&tokens["expires_in"], &tokens["token_type"]), (&json!(3599), &json!("Bearer")));
    assert!(
        tokens["access_token"].as_str().unwrap().starts_with("ya29.")
            && tokens["refresh_token"].as_str().unwrap().starts_with("1//")
    );
    refused(&buy(&house, &[("code", &code)]).await, 400, "invalid_grant", "Bad Request");
}

#[tokio::test]
async fn the_token_endpoint_refuses_in_googles_words() {
    let house = House::open().await;
    let code = parameter(&consent(&house, &[]).await, "code").unwrap();
    for (form, status, error, description) in [
        (&[("client_id", "")][..], 400, "invalid_request", "Could not determine client ID from request."),
        (&[("client_id", "nobody")], 401, "invalid_client", "The OAuth client was not found."),
        (&[("client_secret", "")], 400, "invalid_request", "client_secret is missing."),
        (&[("client_secret", "wrong")], 401, "invalid_client", "The provided client secret is invalid."),
        (&[("grant_type", "password")], 400, "unsupported_grant_type", "Invalid grant_type: password"),
        (&[("grant_type", "")], 400, "invalid_request", "Missing required parameter: grant_type"),
        (&[("code", "")], 400, "invalid_request", "Missing required parameter: code"),
        (&[("code", "mangled")], 400, "invalid_grant", "Malformed auth code."),
        (&[("redirect_uri", "http://127.0.0.1:9/other")], 400, "redirect_uri_mismatch", "Bad Request"),
        (&[("code_verifier", "x")], 400, "invalid_grant", "code_verifier or verifier is not needed."),
        (&[("grant_type", "refresh_token"), ("refresh_token", "1//x")], 400, "invalid_grant", "Bad Request"),
    ] {
        let form = [&[("code", code.as_str())], form].concat();
        refused(&buy(&house, &form).await, status, error, description);
    }
    buy(&house, &[("code", &code)]).await.ok();
}

#[tokio::test]
async fn a_challenge_must_be_met() {
    let house = House::open().await;
    for (method, challenge) in [("S256", CHALLENGE), ("plain", VERIFIER)] {
        let asked = [("code_challenge", challenge), ("code_challenge_method", method), ("prompt", "consent")];
        let code = parameter(&consent(&house, &asked).await, "code").unwrap();
        refused(&buy(&house, &[("code", &code)]).await, 400, "invalid_grant", "Missing code verifier.");
        refused(
            &buy(&house, &[("code", &code), ("code_verifier", "wrong")]).await,
            400,
            "invalid_grant",
            "Invalid code verifier.",
        );
        buy(&house, &[("code", &code), ("code_verifier", VERIFIER)]).await.ok();
    }
}

#[tokio::test]
async fn a_refresh_token_comes_with_the_first_consent_or_a_forced_one() {
    let house = House::open().await;
    assert!(exchange(&house, &[]).await.get("refresh_token").is_some());
    assert!(exchange(&house, &[]).await.get("refresh_token").is_none());
    assert!(exchange(&house, &[("prompt", "consent")]).await.get("refresh_token").is_some());
    assert!(exchange(&house, &[("prompt", "consent"), ("access_type", "online")]).await.get("refresh_token").is_none());
}

#[tokio::test]
async fn a_refresh_buys_access_again_until_the_grant_is_revoked() {
    let house = House::open().await;
    let tokens = exchange(&house, &[]).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    house.world().expire_access_tokens(None);
    let profile = |token: String| house.http().get(house.url("/gmail/v1/users/me/profile")).bearer_auth(token);
    assert_eq!(read(profile(tokens["access_token"].as_str().unwrap().to_owned())).await.status, 401);
    let again = buy(&house, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.ok();
    assert!(again.get("refresh_token").is_none(), "no rotation");
    let access = again["access_token"].as_str().unwrap().to_owned();
    assert_eq!(read(profile(access.clone())).await.status, 200);

    house.world().register_client("other", "secret", &[]);
    let foreign = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", "other"),
        ("client_secret", "secret"),
    ];
    refused(&buy(&house, &foreign).await, 401, "unauthorized_client", "Unauthorized");

    let revoke = |token: &str| house.http().post(house.url("/revoke")).form(&[("token", token)]);
    assert_eq!(read(revoke(&access)).await.text, "{}\n");
    refused(&read(revoke(&access)).await, 400, "invalid_token", "Token expired or revoked");
    let dead = buy(&house, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await;
    refused(&dead, 400, "invalid_grant", "Token has been expired or revoked.");
}

#[tokio::test]
async fn earlier_scopes_are_included_when_asked_for() {
    let house = House::open().await;
    exchange(&house, &[]).await;
    let label = "https://www.googleapis.com/auth/gmail.labels";
    assert_eq!(exchange(&house, &[("scope", label)]).await["scope"], label);
    let both = exchange(&house, &[("scope", label), ("include_granted_scopes", "true")]).await;
    assert!(both["scope"].as_str().unwrap().split(' ').any(|scope| scope == READ), "{both}");
}

#[tokio::test]
async fn without_a_prompt_only_a_covered_request_goes_through() {
    let house = House::open().await;
    let silent = |changes: &[(&str, &str)]| ask(&house, &[&[("prompt", "none")], changes].concat());
    let error = |told: Told| parameter(&redirected(&told), "error");
    let hint = ("login_hint", "alice@sandbox.test");
    assert_eq!(error(read(house.http().get(silent(&[]))).await).as_deref(), Some("login_required"));
    assert_eq!(error(read(house.http().get(silent(&[hint]))).await).as_deref(), Some("interaction_required"));
    exchange(&house, &[]).await;
    assert_eq!(error(read(house.http().get(silent(&[hint]))).await), None);
}

#[tokio::test]
async fn the_identity_token_is_signed_by_the_published_key() {
    let house = House::open().await;
    let now = i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap();
    house.world().clock().freeze(Some(jiff::Timestamp::from_second(now).unwrap()));
    let tokens = exchange(&house, &[("nonce", "n1"), ("scope", "openid email profile")]).await;
    let keys = read(house.http().get(house.url("/oauth2/v3/certs"))).await.ok();
    let key = jsonwebtoken::DecodingKey::from_rsa_components(
        keys["keys"][0]["n"].as_str().unwrap(),
        keys["keys"][0]["e"].as_str().unwrap(),
    )
    .unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    rules.set_audience(&[ID]);
    rules.set_issuer(&["https://accounts.google.com"]);
    let claims = jsonwebtoken::decode::<Value>(tokens["id_token"].as_str().unwrap(), &key, &rules).unwrap().claims;
    let shown = ["email", "name", "given_name", "nonce"].map(|name| claims[name].as_str().unwrap());
    assert_eq!(shown, ["alice@sandbox.test", "Alice Example", "Alice", "n1"]);
    let told =
        read(house.http().get(house.url(&format!("/tokeninfo?id_token={}", tokens["id_token"].as_str().unwrap()))))
            .await
            .ok();
    assert_eq!((&told["sub"], &told["email_verified"]), (&claims["sub"], &json!("true")));
}

#[tokio::test]
async fn who_the_token_stands_for_is_told_as_far_as_its_scopes_go() {
    let house = House::open().await;
    let token = |tokens: Value| tokens["access_token"].as_str().unwrap().to_owned();
    let full = token(exchange(&house, &[("scope", "openid email profile")]).await);
    let told = read(house.http().get(house.url("/v1/userinfo")).bearer_auth(&full)).await.ok();
    assert_eq!(
        (&told["email"], &told["email_verified"], &told["family_name"], &told["hd"]),
        (&json!("alice@sandbox.test"), &json!(true), &json!("Example"), &json!("sandbox.test"))
    );
    let old = read(house.http().get(house.url("/oauth2/v2/userinfo")).bearer_auth(&full)).await.ok();
    assert_eq!((&old["id"], &old["verified_email"]), (&told["sub"], &json!(true)));
    let only = token(exchange(&house, &[("scope", "openid")]).await);
    let told = read(house.http().get(house.url("/oauth2/v3/userinfo")).bearer_auth(&only)).await.ok();
    assert!(told.get("email").is_none() && told.get("name").is_none());
    let mail = token(exchange(&house, &[("scope", READ)]).await);
    assert_eq!(read(house.http().get(house.url("/v1/userinfo")).bearer_auth(&mail)).await.status, 403);
    let wrong = read(house.http().get(house.url("/v1/userinfo")).bearer_auth("x")).await;
    refused(&wrong, 401, "invalid_request", "Invalid Credentials");
}

#[tokio::test]
async fn a_token_tells_what_is_left_of_it() {
    let house = House::open().await;
    let tokens = exchange(&house, &[]).await;
    house.world().clock().advance(Duration::from_secs(99));
    let url = house.url(&format!("/tokeninfo?access_token={}", tokens["access_token"].as_str().unwrap()));
    let told = read(house.http().get(&url)).await.ok();
    assert_eq!(
        (&told["expires_in"], &told["access_type"], &told["aud"]),
        (&json!("3500"), &json!("offline"), &json!(ID))
    );
    house.world().clock().advance(Duration::from_secs(3500));
    refused(&read(house.http().get(&url)).await, 400, "invalid_token", "Invalid Value");
}

#[tokio::test]
async fn the_configuration_points_here() {
    let house = House::open().await;
    let told = read(house.http().get(house.url("/.well-known/openid-configuration"))).await.ok();
    assert_eq!(told["issuer"], "https://accounts.google.com");
    assert_eq!(told["token_endpoint"], house.url("/token"));
}

#[tokio::test]
async fn the_client_may_show_itself_by_basic_authentication() {
    let house = House::open().await;
    let code = parameter(&consent(&house, &[]).await, "code").unwrap();
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    let told = read(house.http().post(house.url("/token")).basic_auth(ID, Some(SECRET)).form(&form)).await;
    assert_eq!(told.status, StatusCode::OK);
}

#[tokio::test]
async fn the_pages_call_a_client_by_its_name_and_not_by_its_id() {
    let house = House::open().await;
    let mut shown = Vec::new();
    for name in [None, Some("Mailroom")] {
        if let Some(name) = name {
            house.world().name_client(ID, name);
        }
        let page = read(house.http().get(ask(&house, &[("login_hint", "alice@sandbox.test")]))).await;
        assert!(!page.text.contains(&format!("<h1>{ID}")), "{}", page.text);
        shown.push(page.text);
    }
    assert!(shown[0].contains("Sandbox application wants access"), "{}", shown[0]);
    assert!(shown[1].contains("Mailroom wants access"), "{}", shown[1]);
    house.world().name_client("nobody", "Nobody");
    let unknown = read(house.http().get(ask(&house, &[("client_id", "nobody")]))).await;
    assert_eq!(unknown.status, 401, "a name makes no client");
}
