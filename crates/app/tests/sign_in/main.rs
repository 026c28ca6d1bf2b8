//! Signing in at Microsoft, as a browser does it: through our pages and the sandbox's, and back to the application.

mod browser;
mod demanded;
mod house;
mod registration;
mod tls;

use house::{ADELE, ALEX, HOME, House, MEGAN};
use model::grant::GrantStatus;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_through_the_pages() {
    let house = House::open("common").await;
    let browser = house.browser();
    let picker = browser.open(&house.auth(&[("access_type", "offline")])).await;
    assert!(
        picker.url.path().ends_with("/oauth2/v2.0/authorize") && picker.text.contains("Pick an account"),
        "{picker:?}"
    );
    let consent = browser.choose(&picker, ADELE).await;
    assert!(consent.text.contains("Read and write access to your mail"), "{consent:?}");
    let back = browser.answer(&consent, ADELE, "accept").await.back();
    assert_eq!(back["state"], "their state");
    let grant = house.grant_of(&back["code"]).await;
    assert_eq!((grant.email.as_str(), grant.status), (ADELE, GrantStatus::Valid));
    let (oid, tid) = house.sandbox.world().account_ids(ADELE).unwrap();
    assert_eq!(grant.provider_user_id, Some(format!("{oid}.{tid}")));
    let scopes = ["openid", "profile", "email", "offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"];
    assert!(scopes.iter().all(|scope| grant.scopes.iter().any(|have| have == scope)), "{:?}", grant.scopes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_declines_goes_back_to_the_application_and_why() {
    let house = House::open("common").await;
    let browser = house.browser();
    let consent = browser.open(&house.auth(&[("login_hint", ADELE)])).await;
    let back = browser.answer(&consent, ADELE, "cancel").await.back();
    assert_eq!((back["error"].as_str(), back["error_code"].as_str()), ("oauth_failed", "45002"));
    assert!(back["error_description"].contains("AADSTS65004"), "{back:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_personal_account_is_an_account_like_any_other() {
    let house = House::open("common").await;
    let grant = house.sign_in(HOME, HOME).await.unwrap();
    assert_eq!(grant.email, HOME);
    assert!(grant.provider_user_id.unwrap().ends_with(".9188040d-6c67-4c5b-b112-36a304b66dad"));
    assert!(["openid", "profile", "Mail.ReadWrite"].iter().all(|scope| grant.scopes.contains(&(*scope).to_owned())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connectors_tenant_decides_who_may_sign_in() {
    let house = House::open("contoso.test").await;
    assert!(house.sign_in(ADELE, ADELE).await.is_ok());
    let page = house.browser().open(&house.auth(&[("login_hint", MEGAN)])).await;
    assert!(page.text.contains("AADSTS50020"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_account_cannot_take_over_a_grant_and_another_name_of_the_same_can() {
    let house = House::open("common").await;
    let before = house.sign_in(ADELE, ADELE).await.unwrap();
    // The page takes a hint for what it is: Alex signs in where Adele was asked for.
    let refused = house.sign_in(ADELE, ALEX).await.unwrap_err();
    assert_eq!(refused["error"], "grant.reauth_email_invalid");
    assert!(refused["error_description"].contains(ALEX) && refused["error_description"].contains("another account"));
    assert_eq!(house.grant(before.id).await, before, "the old grant is kept");
    let renamed = json!({"email": "a.vance@contoso.test"});
    house.control(reqwest::Method::PATCH, &format!("/accounts/{ADELE}"), renamed).await;
    let after = house.sign_in(ADELE, "a.vance@contoso.test").await.unwrap();
    assert_eq!((after.id, after.email.as_str()), (before.id, "a.vance@contoso.test"));
    assert_eq!(after.provider_user_id, before.provider_user_id);
    // Over the API it is the promised 403.
    let other = house.refresh_token(ALEX);
    let told = house.patch(&format!("/v3/grants/{}", before.id), json!({"settings": {"refresh_token": other}})).await;
    assert_eq!((told.0, &told.1["error"]["type"]), (403, &json!("grant.reauth_email_invalid")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_consents_for_everybody() {
    let house = House::open("contoso.test").await;
    house.control(reqwest::Method::POST, "/tenants/contoso.test", json!({"user_consent": false})).await;
    let blocked = house.browser().open(&house.auth(&[("login_hint", ADELE)])).await;
    assert!(blocked.text.contains("AADSTS90094"), "{blocked:?}");
    let browser = house.browser();
    let asked = house.auth(&[("response_type", "adminconsent")]);
    let picker = browser.open(&asked).await;
    let consent = browser.choose(&picker, ALEX).await;
    assert!(consent.text.contains("for everybody in your organisation"), "{consent:?}");
    let refused = browser.answer(&consent, ALEX, "cancel").await.back();
    assert_eq!((refused["error"].as_str(), refused["state"].as_str()), ("oauth_failed", "their state"));
    let picker = browser.open(&asked).await;
    let consent = browser.choose(&picker, ALEX).await;
    let back = browser.answer(&consent, ALEX, "accept").await.back();
    let (_, tenant) = house.sandbox.world().account_ids(ALEX).unwrap();
    assert_eq!((back["admin_consent"].as_str(), back["tenant"].as_str()), ("True", tenant.to_string().as_str()));
    assert!(!back.contains_key("code") && back["state"] == "their state");
    assert_eq!(house.sign_in(ADELE, ADELE).await.unwrap().email, ADELE, "now she may");
}
