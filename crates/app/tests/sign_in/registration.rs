//! The application's own registration is wrong: the operator hears of it, and no grant is harmed.

use model::grant::GrantStatus;
use serde_json::json;

use crate::house::{ADELE, ALEX, HOME, House, Wish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_secret_ends_no_grant() {
    let house = House::open("common").await;
    let grant = house.mirrored(ADELE).await;
    house.sandbox.world().expire_access_tokens(Some(ADELE));
    house.plan(json!({"name": "aadsts.7000222"})).await;
    for _ in 0..2 {
        let (status, told) = house.search(grant.id).await;
        let fault = &told["error"]["fault"];
        assert_eq!(
            (status, &fault["kind"], &fault["scope"]),
            (403, &json!("oauth_client_misconfigured"), &json!("app"))
        );
        assert_eq!(told["error"]["provider_error"]["error_codes"], json!([7_000_222]), "{told}");
    }
    assert_eq!(house.grant(grant.id).await.status, GrantStatus::Valid);
    let refused = house.sign_in(ALEX, ALEX).await.unwrap_err();
    assert_eq!((refused["error"].as_str(), refused["error_code"].as_str()), ("oauth_failed", "45002"), "{refused:?}");
    // The operator made a new secret.
    house.control(reqwest::Method::DELETE, "/faults", json!(null)).await;
    assert_eq!(house.search(grant.id).await.0, 200, "nobody had to sign in again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_that_is_not_registered_is_told_on_the_page() {
    let app = "11111111-2222-4333-8444-555555555555";
    let house = House::with(Wish { app, ..Wish::default() }).await;
    let registered = json!({"client_id": app, "redirect_uris": ["https://postroad.example/v3/connect/callback"]});
    house.control(reqwest::Method::POST, "/apps", registered).await;
    let page = house.browser().open(&house.auth(&[("login_hint", ADELE)])).await;
    assert!(page.text.contains("AADSTS50011") && page.text.contains("/v3/connect/callback"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_nobody_registered_is_told_on_the_page() {
    let house = House::with(Wish { app: "11111111-2222-4333-8444-666666666666", ..Wish::default() }).await;
    let page = house.browser().open(&house.auth(&[("login_hint", ADELE)])).await;
    assert!(page.text.contains("AADSTS700016"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_secret_is_told_to_the_application_and_makes_no_grant() {
    let app = "11111111-2222-4333-8444-777777777777";
    let house = House::with(Wish { app, ..Wish::default() }).await;
    house.control(reqwest::Method::POST, "/apps", json!({"client_id": app, "client_secret": "another"})).await;
    let refused = house.sign_in(ADELE, ADELE).await.unwrap_err();
    assert_eq!(refused["error"], "oauth_failed", "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kinds_of_accounts_that_a_connector_does_not_take_are_told_so() {
    for (tenant, stranger) in [("consumers", ADELE), ("organizations", HOME)] {
        let house = House::open(tenant).await;
        let page = house.browser().open(&house.auth(&[("login_hint", stranger)])).await;
        assert!(page.text.contains("AADSTS50020"), "{tenant}: {page:?}");
    }
    let house = House::open("consumers").await;
    assert_eq!(house.sign_in(HOME, HOME).await.unwrap().email, HOME);
}
