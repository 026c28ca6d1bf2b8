use std::collections::HashMap;

use model::FaultKind;
use model::secret::{ExposeSecret, SecretString};
use providers::Authorization;
use serde_json::json;

use super::fake::{Asked, Fake, json};

fn form(asked: &Asked) -> HashMap<String, String> {
    url::form_urlencoded::parse(&asked.body).into_owned().collect()
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

#[tokio::test]
async fn the_authorization_page_is_asked_for_offline_access_with_pkce() {
    let fake = Fake::start(|_| panic!("nothing may be asked")).await;
    let authorization = Authorization {
        redirect_uri: "https://api.test/callback".into(),
        scopes: vec!["openid".into(), "a b".into()],
        state: "s&t".into(),
        code_challenge: "challenge".into(),
        login_hint: Some("a@x.test".into()),
        force_consent: true,
        include_granted_scopes: true,
        challenge: None,
    };
    let oauth = fake.oauth();
    let url = url::Url::parse(&oauth.authorize_url(&authorization)).unwrap();
    assert_eq!(url.host_str(), Some("accounts.google.com"));
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    for (name, value) in [
        ("client_id", "client"),
        ("redirect_uri", "https://api.test/callback"),
        ("response_type", "code"),
        ("scope", "openid a b"),
        ("state", "s&t"),
        ("code_challenge", "challenge"),
        ("code_challenge_method", "S256"),
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("include_granted_scopes", "true"),
        ("login_hint", "a@x.test"),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
    let plain =
        Authorization { force_consent: false, include_granted_scopes: false, login_hint: None, ..authorization };
    let url = oauth.authorize_url(&plain);
    assert!(!url.contains("prompt") && !url.contains("include_granted_scopes") && !url.contains("login_hint"));
}

#[tokio::test]
async fn codes_and_refresh_tokens_buy_tokens() {
    let fake = Fake::start(|asked| match form(asked).get("grant_type").map(String::as_str) {
        Some("authorization_code") => json(
            200,
            json!({"access_token": "ya29.a", "expires_in": 3599, "refresh_token": "1//r",
            "scope": "openid https://www.googleapis.com/auth/gmail.modify", "token_type": "Bearer"}),
        ),
        _ => json(200, json!({"access_token": "ya29.b", "expires_in": "60"})),
    })
    .await;
    let oauth = fake.oauth();
    let first = oauth.exchange("code", "https://api.test/callback", "verifier").await.unwrap();
    assert_eq!(first.access_token.expose_secret(), "ya29.a");
    assert_eq!(first.expires_at.to_string(), "2026-11-01T12:59:59Z");
    assert_eq!(first.scopes.unwrap().len(), 2);
    assert!(first.refresh_token.is_some());
    let second = oauth.refresh(&secret("1//r"), None).await.unwrap();
    assert_eq!(second.expires_at.to_string(), "2026-11-01T12:01:00Z");
    assert!(second.refresh_token.is_none() && second.scopes.is_none());
    let asked: Vec<_> = fake.asked().iter().map(form).collect();
    assert_eq!((asked[0]["code_verifier"].as_str(), asked[0]["client_secret"].as_str()), ("verifier", "hush"));
    assert_eq!(asked[1]["refresh_token"], "1//r");
}

#[tokio::test]
async fn a_dead_refresh_token_asks_for_the_person_and_a_wrong_secret_does_not() {
    let fake = Fake::start(|asked| match form(asked).get("refresh_token").map(String::as_str) {
        Some("dead") => {
            json(400, json!({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}))
        }
        _ => json(401, json!({"error": "invalid_client", "error_description": "Unauthorized"})),
    })
    .await;
    assert_eq!(fake.oauth().refresh(&secret("dead"), None).await.unwrap_err().kind, FaultKind::ReauthRequired);
    assert_eq!(fake.oauth().refresh(&secret("x"), None).await.unwrap_err().kind, FaultKind::OauthClientMisconfigured);
}

#[tokio::test]
async fn revoking_twice_is_revoking_once() {
    let fake = Fake::start(|asked| match form(asked)["token"].as_str() {
        "live" => json(200, json!({})),
        "dead" => json(400, json!({"error": "invalid_token", "error_description": "Token expired or revoked"})),
        _ => json(503, json!({})),
    })
    .await;
    let oauth = fake.oauth();
    assert!(oauth.revoke(&secret("live")).await.is_ok() && oauth.revoke(&secret("dead")).await.is_ok());
    assert_eq!(oauth.revoke(&secret("x")).await.unwrap_err().kind, FaultKind::TransientBackend);
}

#[tokio::test]
async fn the_account_says_who_it_is() {
    let fake =
        Fake::start(|_| json(200, json!({"sub": "107", "email": "a@x.test", "email_verified": true, "name": ""})))
            .await;
    let (access_token, expires_at) = (secret("ya29.a"), model::Timestamp::UNIX_EPOCH);
    let tokens = providers::Tokens { access_token, expires_at, refresh_token: None, scopes: None, id_token: None };
    let identity = fake.oauth().identity(&tokens).await.unwrap();
    assert_eq!((identity.subject.as_str(), identity.email.as_str(), identity.name), ("107", "a@x.test", None));
    assert_eq!(fake.asked()[0].authorization, "Bearer ya29.a");
}
