//! Hosted authentication and tokens of our own.

use axum::body::Body;
use http::{Request, header};
use serde_json::json;

use crate::house::{Answer, House};

const BACK: &str = "https://app.example/back";

async fn house() -> House {
    let house = House::new().await;
    house.post("/v3/applications/redirect-uris", json!({"url": BACK})).await;
    house
}

async fn open(house: &House, path: &str) -> Answer {
    house.send(Request::builder().uri(path).body(Body::empty()).unwrap()).await
}

fn auth(house: &House, more: &str) -> String {
    let back = "https%3A%2F%2Fapp.example%2Fback";
    format!("/v3/connect/auth?client_id={}&redirect_uri={back}&response_type=code{more}", house.application)
}

#[tokio::test]
async fn with_one_provider_the_browser_goes_straight_there_bound_by_a_cookie() {
    let house = house().await;
    let answer = open(&house, &auth(&house, "&state=s1")).await;
    assert_eq!(answer.status, 302, "{}", String::from_utf8_lossy(&answer.bytes));
    assert!(answer.header("location").starts_with("https://accounts.google.com/"));
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/v3/connect", "Secure"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
}

#[tokio::test]
async fn a_person_whose_sign_in_cannot_begin_reads_why_on_a_page() {
    let house = house().await;
    let path = auth(&house, "").replace("%2Fback", "%2Felsewhere");
    let browser = Request::builder().uri(&path).header(header::ACCEPT, "text/html,*/*;q=0.8");
    let page = house.send(browser.body(Body::empty()).unwrap()).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (400, ""));
    let text = String::from_utf8_lossy(&page.bytes).into_owned();
    assert!(text.contains("This sign-in cannot be finished") && text.contains("redirect_uri_invalid"), "{text}");
}

#[tokio::test]
async fn wrong_requests_are_json_and_never_a_redirect() {
    let house = house().await;
    let id = house.application;
    for (path, field) in [
        ("/v3/connect/auth".to_owned(), "client_id"),
        (format!("/v3/connect/auth?client_id=x&redirect_uri={BACK}&response_type=code"), "client_id"),
        (format!("/v3/connect/auth?client_id={id}&redirect_uri={BACK}/&response_type=code"), "redirect_uri"),
        (
            format!("/v3/connect/auth?client_id={id}&redirect_uri=https://evil.example&response_type=code"),
            "redirect_uri",
        ),
        (auth(&house, "&provider=aol"), "provider"),
        (auth(&house, "&provider=microsoft"), "provider"),
        (auth(&house, "&prompt=please"), "prompt"),
        (auth(&house, &format!("&state={}", "x".repeat(257))), "state"),
        (auth(&house, "&code_challenge=x&code_challenge_method=md5"), "code_challenge_method"),
        (auth(&house, "").replace("=code", "=token"), "response_type"),
    ] {
        let answer = open(&house, &path).await;
        assert_eq!((answer.status.as_u16(), answer.field().as_str()), (400, field), "{path}: {}", answer.message());
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let unregistered = format!("/v3/connect/auth?client_id={id}&redirect_uri=https://evil.example&response_type=code");
    let refused = open(&house, &unregistered).await.json();
    assert_eq!(refused["error"]["type"], "grant.callback_uri_not_allowed");
    assert_eq!(refused["error"]["fault"]["kind"], "redirect_uri_invalid");
}

#[tokio::test]
async fn a_forged_return_gets_a_page_that_explains() {
    let house = house().await;
    let answer = open(&house, "/v3/connect/callback?state=forged&code=x").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    let page = String::from_utf8_lossy(&answer.bytes).into_owned();
    assert!(page.contains(answer.header("x-request-id")), "{page}");
}

/// Through the provider and back; answers the application's redirect.
async fn sign_in(house: &House, more: &str) -> url::Url {
    let start = open(house, &auth(house, more)).await;
    let there = url::Url::parse(start.header("location")).unwrap();
    let state = there.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let cookie = start.header("set-cookie").split(';').next().unwrap().to_owned();
    let path = format!("/v3/connect/callback?state={state}&code=c");
    let request = Request::builder().uri(&path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let back = house.send(request).await;
    assert_eq!(back.status, 302, "{}", String::from_utf8_lossy(&back.bytes));
    url::Url::parse(back.header("location")).unwrap()
}

fn parameter(url: &url::Url, name: &str) -> String {
    url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_return_in_another_browser_is_refused() {
    let house = house().await;
    let start = open(&house, &auth(&house, "")).await;
    let there = url::Url::parse(start.header("location")).unwrap();
    let state = parameter(&there, "state");
    assert_eq!(open(&house, &format!("/v3/connect/callback?state={state}&code=c")).await.status, 400);
}

#[tokio::test]
async fn token_requests_are_refused_in_oauth_shape() {
    let house = house().await;
    let id = house.application.to_string();
    for (body, error, status) in [
        (json!({}), "invalid_client", 400),
        (json!({"client_id": "x"}), "invalid_client", 400),
        (json!({"client_id": id, "client_secret": "wrong", "grant_type": "refresh_token"}), "invalid_client", 401),
        (json!({"client_id": id, "client_secret": house.key, "grant_type": "password"}), "unsupported_grant_type", 400),
        (
            json!({"client_id": id, "client_secret": house.key, "grant_type": "authorization_code"}),
            "invalid_request",
            400,
        ),
        (
            json!({"client_id": id, "client_secret": house.key, "grant_type": "authorization_code", "code": "x", "redirect_uri": BACK}),
            "invalid_grant",
            400,
        ),
        (
            json!({"client_id": id, "client_secret": house.key, "grant_type": "refresh_token", "refresh_token": "x"}),
            "invalid_grant",
            400,
        ),
    ] {
        let request =
            Request::builder().method("POST").uri("/v3/connect/token").header(header::CONTENT_TYPE, "application/json");
        let answer = house.send(request.body(Body::from(body.to_string())).unwrap()).await;
        let json = answer.json();
        assert_eq!((answer.status.as_u16(), json["error"].as_str().unwrap()), (status, error), "{body}: {json}");
        assert!(json["error_code"].is_u64() && json["error_description"].is_string() && json["error_uri"].is_string());
    }
    let info = open(&house, "/v3/connect/tokeninfo?access_token=x").await;
    assert_eq!((info.status.as_u16(), info.json()["error"].clone()), (400, json!("invalid_token")));
    let revoked = house.post("/v3/connect/revoke?token=x", json!(null)).await;
    assert_eq!((revoked.status.as_u16(), revoked.json()["error"].clone()), (400, json!("invalid_token")));
}

#[tokio::test]
async fn a_code_is_exchanged_once_with_pkce_and_the_tokens_live_and_die_together() {
    let house = house().await;
    // The official SDKs: base64 without padding of the hex SHA-256 of the verifier, method in lower case.
    let verifier = "verifier-verifier-verifier-verifier-verifier";
    let hash = "&code_challenge_method=s256&access_type=offline&code_challenge=";
    let hex: String = sha256(verifier.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    use base64::Engine as _;
    let challenge = base64::engine::general_purpose::STANDARD_NO_PAD.encode(hex);
    let back = sign_in(&house, &format!("{hash}{challenge}&state=mine")).await;
    assert_eq!(parameter(&back, "state"), "mine", "{back}");
    let form = format!(
        "grant_type=authorization_code&client_id={}&code={}&redirect_uri={BACK}&code_verifier={verifier}",
        house.application,
        parameter(&back, "code")
    );
    let exchange = || {
        let request = Request::builder().method("POST").uri("/v3/connect/token");
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        house.send(request.body(Body::from(form.clone())).unwrap())
    };
    let answer = exchange().await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = answer.json();
    assert_eq!((&token["token_type"], &token["provider"]), (&json!("Bearer"), &json!("google")));
    assert_eq!(exchange().await.json()["error"], "invalid_grant", "a code works once");
    let access = token["access_token"].as_str().unwrap();
    let info = open(&house, &format!("/v3/connect/tokeninfo?access_token={access}")).await.json();
    assert_eq!(info["data"]["sub"], token["grant_id"]);
    let refresh = token["refresh_token"].as_str().unwrap();
    let revoked = house.post(&format!("/v3/connect/revoke?token={refresh}"), json!(null)).await;
    assert_eq!(revoked.status, 200);
    assert_eq!(open(&house, &format!("/v3/connect/tokeninfo?access_token={access}")).await.status, 400);
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}
