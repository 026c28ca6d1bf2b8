//! Codes, tokens, and what they say about whom.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::*;

#[tokio::test]
async fn a_code_buys_tokens_that_say_who_the_account_is() {
    let house = House::open().await;
    let code = house.code("common", ADELE, &[("nonce", "n-1")]).await;
    let tokens = house.redeem("common", &code).await.ok();
    assert_eq!(text(&tokens, "scope"), "openid profile email User.Read Mail.ReadWrite", "offline_access is not told");
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3599)));
    let (oid, tid) = house.world().account_ids(ADELE).unwrap();
    let claims = claims(text(&tokens, "id_token"));
    assert_eq!((&claims["oid"], &claims["tid"], &claims["nonce"]), (&json!(oid), &json!(tid), &json!("n-1")));
    assert_eq!((&claims["preferred_username"], &claims["email"]), (&json!(ADELE), &json!(ADELE)));
    assert_eq!(claims["iss"], house.url(&format!("/{tid}/v2.0")));
    let info = crate::harness::claims(text(&tokens, "client_info"));
    assert_eq!(info, json!({"uid": oid, "utid": tid}));
    assert_eq!(house.redeem("common", &code).await.refusal(), (400, "invalid_grant".into(), 54005), "once only");
}

#[tokio::test]
async fn the_identity_token_is_signed_by_the_published_key() {
    let house = House::open().await;
    let tokens = house.signed_in("organizations", ADELE).await;
    let configuration = house.get(&house.url("/organizations/v2.0/.well-known/openid-configuration")).await.ok();
    assert_eq!(text(&configuration, "issuer"), house.url("/{tenantid}/v2.0"));
    let keys: JwkSet = serde_json::from_value(house.get(text(&configuration, "jwks_uri")).await.ok()).unwrap();
    let key = DecodingKey::from_jwk(&keys.keys[0]).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[sandbox::DEFAULT_APP_ID]);
    validation.validate_exp = false;
    jsonwebtoken::decode::<Value>(text(&tokens, "id_token"), &key, &validation).unwrap();
}

#[tokio::test]
async fn personal_accounts_live_in_one_tenant_and_are_told_full_names() {
    let house = House::open().await;
    let tokens = house.signed_in("consumers", HOME).await;
    assert_eq!(
        text(&tokens, "scope"),
        "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.ReadWrite"
    );
    let claims = claims(text(&tokens, "id_token"));
    assert_eq!(claims["tid"], "9188040d-6c67-4c5b-b112-36a304b66dad");
    assert!(text(&claims, "oid").starts_with("00000000-0000-0000-"), "{claims}");
}

#[tokio::test]
async fn every_refresh_brings_a_new_token_and_the_old_one_stays_good() {
    let house = House::open().await;
    let tokens = house.signed_in("common", ADELE).await;
    let first = text(&tokens, "refresh_token");
    let second = house.refresh("common", first).await.ok();
    assert_ne!(text(&second, "refresh_token"), first);
    assert_ne!(text(&second, "access_token"), text(&tokens, "access_token"));
    house.refresh("common", first).await.ok();
    house.world().revoke_account(ADELE);
    for token in [first, text(&second, "refresh_token")] {
        assert_eq!(house.refresh("common", token).await.refusal(), (400, "invalid_grant".into(), 50173));
    }
}

#[tokio::test]
async fn a_refresh_token_is_good_for_other_scopes_that_were_consented_to() {
    let house = House::open().await;
    let code = house
        .code("common", ADELE, &[("scope", "offline_access Mail.Read https://outlook.office.com/SMTP.Send")])
        .await;
    let tokens = house.redeem("common", &code).await.ok();
    assert_eq!(text(&tokens, "scope"), "Mail.Read");
    let token = text(&tokens, "refresh_token");
    let with = async |scope: &str| {
        house.token("common", &[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)]).await
    };
    assert_eq!(
        with("https://outlook.office.com/SMTP.Send").await.ok()["scope"],
        "https://outlook.office.com/SMTP.Send"
    );
    let both = with("Mail.Read https://outlook.office.com/SMTP.Send").await;
    assert_eq!(both.refusal(), (400, "invalid_request".into(), 28000), "one token is for one resource");
    let never = with("Mail.Send").await;
    assert_eq!(
        (never.refusal(), &never.json()["suberror"]),
        ((400, "invalid_grant".into(), 65001), &json!("consent_required"))
    );
    assert_eq!(with("Mail.Everything").await.refusal().2, 650053);
}

#[tokio::test]
async fn refresh_tokens_die_of_ninety_idle_days() {
    let house = House::open().await;
    let tokens = house.signed_in("common", ADELE).await;
    let day = std::time::Duration::from_secs(24 * 3600);
    house.world().clock().advance(day * 89);
    let renewed = house.refresh("common", text(&tokens, "refresh_token")).await.ok();
    house.world().clock().advance(day * 90);
    assert_eq!(house.refresh("common", text(&renewed, "refresh_token")).await.refusal().2, 700082);
}

#[tokio::test]
async fn pkce_is_checked() {
    let house = House::open().await;
    // The pair of RFC 7636 appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge =
        [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")];
    let code = house.code("common", ADELE, &challenge).await;
    assert_eq!(house.redeem("common", &code).await.refusal().2, 501481, "no verifier");
    let fields = |verifier| {
        [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", BACK), ("code_verifier", verifier)]
    };
    assert_eq!(house.token("common", &fields("wrong")).await.refusal().2, 501481);
    house.token("common", &fields(verifier)).await.ok();
    let short = house.get(&house.authorize("common", &[("code_challenge", "short")])).await;
    assert_eq!(short.page(), 50147);
}

#[tokio::test]
async fn who_asks_must_be_who_was_asked_for() {
    let house = House::open().await;
    let code = house.code("common", ADELE, &[]).await;
    let with = async |more: &[(&str, &str)]| {
        let fields = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", BACK)];
        let all: Vec<_> = fields
            .into_iter()
            .filter(|(name, _)| !more.iter().any(|(other, _)| other == name))
            .chain(more.iter().copied())
            .collect();
        house.token("common", &all).await.refusal()
    };
    assert_eq!(with(&[("client_secret", "wrong")]).await, (401, "invalid_client".into(), 7000215));
    assert_eq!(with(&[("client_secret", "")]).await, (401, "invalid_client".into(), 7000218));
    assert_eq!(
        with(&[("client_id", "5a0db0c5-0000-4000-8000-00000000dead")]).await,
        (400, "unauthorized_client".into(), 700016)
    );
    assert_eq!(with(&[("redirect_uri", "http://127.0.0.1:9/other")]).await.2, 500112);
    assert_eq!(with(&[("code", "1.AXnothing")]).await.2, 70000);
    assert_eq!(with(&[("code", "")]).await, (400, "invalid_request".into(), 900144));
    assert_eq!(with(&[("grant_type", "password")]).await, (400, "unsupported_grant_type".into(), 70003));
    assert_eq!(house.redeem("contoso.test", &code).await.refusal().2, 700005, "issued at /common");
    house.world().clock().advance(std::time::Duration::from_secs(601));
    assert_eq!(house.redeem("common", &code).await.refusal().2, 70008);
}

#[tokio::test]
async fn a_disabled_account_and_one_of_whom_more_is_wanted_get_no_tokens() {
    let house = House::open().await;
    let tokens = house.signed_in("common", ADELE).await;
    let refreshed = async || house.refresh("common", text(&tokens, "refresh_token")).await;
    let change = async |change: Value| {
        assert_eq!(house.control(Method::PATCH, &format!("/accounts/{ADELE}"), change).await.status, 200);
    };
    change(json!({"disabled": true})).await;
    assert_eq!(refreshed().await.refusal().2, 50057);
    change(json!({"disabled": false, "claims_wanted": true})).await;
    let told = refreshed().await;
    assert_eq!(told.refusal(), (400, "interaction_required".into(), 50076));
    let claims = told.json()["claims"].as_str().unwrap().to_owned();
    house.code("common", ADELE, &[]).await;
    assert_eq!(refreshed().await.refusal().2, 50076, "signing in without the claims is not enough");
    house.code("common", ADELE, &[("claims", &claims)]).await;
    refreshed().await.ok();
}

#[tokio::test]
async fn an_application_signs_itself_in_at_its_tenant_only() {
    let house = House::open().await;
    let fields = [("grant_type", "client_credentials"), ("scope", "https://graph.microsoft.com/.default")];
    let tokens = house.token("contoso.test", &fields).await.ok();
    assert_eq!(keys(&tokens), ["token_type", "expires_in", "ext_expires_in", "access_token"]);
    assert_eq!(house.token("common", &fields).await.refusal().2, 9002344);
    let named = [("grant_type", "client_credentials"), ("scope", "Mail.Read")];
    assert_eq!(house.token("contoso.test", &named).await.refusal(), (400, "invalid_scope".into(), 1002012));
}

#[tokio::test]
async fn claims_that_are_asked_for_at_a_refresh_only_a_sign_in_with_them_meets() {
    let house = House::open().await;
    let tokens = house.signed_in("common", ADELE).await;
    let asking = async |claims: &str| {
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
        house.token("common", &[refresh[0], refresh[1], ("claims", claims)]).await
    };
    let newer = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"},"xms_cc":{"values":["CP1"]}}}"#;
    asking(newer).await.ok();
    let more = r#"{"access_token":{"acrs":{"essential":true,"value":"c2"}}}"#;
    let told = asking(more).await;
    assert_eq!(told.refusal(), (400, "interaction_required".into(), 50076));
    assert_eq!(told.json()["claims"], more, "what is missing is said again");
    house.code("common", ADELE, &[("claims", newer)]).await;
    assert_eq!(asking(more).await.refusal().2, 50076, "other claims are not these");
    house.code("common", ADELE, &[("claims", more)]).await;
    asking(more).await.ok();
    assert_eq!(asking("no json").await.refusal().2, 9002313);
}
