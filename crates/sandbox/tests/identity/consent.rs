//! The pages: whom they ask, what they let through, and where they send the browser.

use reqwest::Method;
use serde_json::json;

use crate::harness::*;

#[tokio::test]
async fn a_person_picks_an_account_and_accepts() {
    let house = House::open().await;
    let picker = house.get(&house.authorize("common", &[])).await;
    let places = [ADELE, HOME, ALEX, MEGAN].map(|account| picker.text.find(account).expect(account));
    assert!(places.is_sorted(), "by name: {picker:?}");
    let consent = house.get(&house.authorize("common", &[("_sandbox_account", ADELE)])).await;
    assert!(
        consent.text.contains("Permissions requested") && consent.text.contains("Read and write access to your mail")
    );
    assert!(consent.text.contains("<code>openid profile</code>"), "what two mean alike stands once: {consent:?}");
    let answer = async |decision: &str| {
        let form = [("account", ADELE), ("decision", decision)];
        read(house.http.post(house.authorize("common", &[])).form(&form)).await
    };
    let declined = answer("cancel").await.back();
    assert_eq!((declined["error"].as_str(), declined["state"].as_str()), ("access_denied", "s-1"));
    assert!(declined["error_description"].starts_with("AADSTS65004: "), "{declined:?}");
    let accepted = answer("accept").await.back();
    assert_eq!((accepted["kept"].as_str(), accepted["state"].as_str()), ("1", "s-1"));
    house.redeem("common", &accepted["code"]).await.ok();
    let again = house.get(&house.authorize("common", &[("login_hint", ADELE)])).await;
    assert!(again.back().contains_key("code"), "nothing is left to ask");
    let asked = house.get(&house.authorize("common", &[("login_hint", ADELE), ("prompt", "consent")])).await;
    assert!(asked.text.contains("Permissions requested"));
    let picked = house.get(&house.authorize("common", &[("login_hint", ADELE), ("prompt", "select_account")])).await;
    assert!(picked.text.contains("Pick an account"));
}

#[tokio::test]
async fn without_pages_only_what_is_settled_goes_through() {
    let house = House::open().await;
    let silent = async |more: &[(&str, &str)]| {
        let all: Vec<_> = [("prompt", "none")].into_iter().chain(more.iter().copied()).collect();
        house.get(&house.authorize("common", &all)).await.back()
    };
    assert_eq!(silent(&[]).await["error"], "login_required");
    assert_eq!(silent(&[("login_hint", ADELE)]).await["error"], "consent_required");
    house.code("common", ADELE, &[]).await;
    assert!(silent(&[("login_hint", ADELE)]).await.contains_key("code"));
}

#[tokio::test]
async fn the_answer_comes_back_the_way_it_was_asked_for() {
    let house = House::open().await;
    let asked = async |mode: &str| {
        house.get(&house.authorize("common", &[("_sandbox_auto", ADELE), ("response_mode", mode)])).await
    };
    let fragment = asked("fragment").await;
    assert!(fragment.header("location").starts_with(&format!("{BACK}#code=")), "{fragment:?}");
    let form = asked("form_post").await;
    assert!(form.text.contains("method=\"post\"") && form.text.contains("name=\"state\" value=\"s-1\""), "{form:?}");
}

#[tokio::test]
async fn an_address_that_is_not_the_apps_is_never_gone_to() {
    let house = House::open().await;
    let page = async |more: &[(&str, &str)]| house.get(&house.authorize("common", more)).await.page();
    assert_eq!(page(&[("redirect_uri", "https://evil.example/")]).await, 50011);
    assert_eq!(page(&[("client_id", "5a0db0c5-0000-4000-8000-00000000dead")]).await, 700016);
    assert_eq!(page(&[("client_id", "")]).await, 900144);
    assert_eq!(page(&[("response_type", "token")]).await, 700054);
    assert_eq!(page(&[("scope", "Mail.Everything")]).await, 650053);
    assert_eq!(page(&[("scope", "https://vault.example/secrets")]).await, 500011);
    assert_eq!(page(&[("claims", "no json")]).await, 9002313);
    assert_eq!(house.get(&house.authorize("nowhere.test", &[])).await.page(), 90002);
}

#[tokio::test]
async fn authority_and_audience_decide_who_may_sign_in() {
    let house = House::open().await;
    let at = async |tenant: &str, app: &str, account: &str| {
        let more = [("_sandbox_auto", account), ("client_id", app)];
        let told = house.get(&house.authorize(tenant, &more)).await;
        if told.status == 302 { 0 } else { told.page() }
    };
    let app = async |audience: &str| {
        let told = house.control(Method::POST, "/apps", json!({"audience": audience})).await;
        text(&told.ok(), "client_id").to_owned()
    };
    let everyone = app("everyone").await;
    assert_eq!(at("common", &everyone, HOME).await, 0);
    assert_eq!(at("organizations", &everyone, HOME).await, 50020);
    assert_eq!(at("contoso.test", &everyone, MEGAN).await, 50020);
    assert_eq!(at("consumers", &everyone, ADELE).await, 50020);
    let own = app("contoso.test").await;
    assert_eq!(at("contoso.test", &own, ADELE).await, 0);
    assert_eq!(at("common", &own, ADELE).await, 50194);
    assert_eq!(at("fabrikam.test", &own, MEGAN).await, 700016);
    let organizations = app("organizations").await;
    assert_eq!(at("common", &organizations, HOME).await, 50020);
    assert_eq!(at("consumers", &organizations, HOME).await, 9002332);
    assert_eq!(at("organizations", &app("consumers").await, ADELE).await, 9002331);
}

#[tokio::test]
async fn what_needs_an_administrator_waits_for_one() {
    let house = House::open().await;
    assert_eq!(house.control(Method::POST, "/tenants/contoso.test", json!({"user_consent": false})).await.status, 204);
    let sign_in = async |account: &str| house.get(&house.authorize("common", &[("_sandbox_auto", account)])).await;
    assert_eq!(sign_in(ADELE).await.page(), 90094);
    assert!(sign_in(MEGAN).await.back().contains_key("code"), "another tenant's people are not concerned");
    let admin = house.url(&format!(
        "/contoso.test/v2.0/adminconsent?client_id={}&redirect_uri=http://127.0.0.1:9/back&state=s-2&scope=https://graph.microsoft.com/.default",
        sandbox::DEFAULT_APP_ID
    ));
    for nobodys in ["common", "consumers"] {
        assert_eq!(house.get(&admin.replace("/contoso.test/", &format!("/{nobodys}/"))).await.page(), 9002313);
    }
    let anybodys = house.get(&admin.replace("/contoso.test/", "/organizations/")).await;
    assert!(anybodys.text.contains(ALEX) && anybodys.text.contains(MEGAN), "{anybodys:?}");
    let picker = house.get(&admin).await;
    assert!(picker.text.contains(ALEX) && !picker.text.contains(MEGAN), "{picker:?}");
    let asked = house.get(&format!("{admin}&_sandbox_account={ALEX}")).await;
    assert!(asked.text.contains("for everybody in your organisation"), "{asked:?}");
    let refused = read(house.http.post(&admin).form(&[("account", ALEX), ("decision", "cancel")])).await.back();
    assert_eq!((refused["error"].as_str(), refused["state"].as_str()), ("permission_denied", "s-2"));
    let done = read(house.http.post(&admin).form(&[("account", ALEX), ("decision", "accept")])).await.back();
    let (_, tenant) = house.world().account_ids(ALEX).unwrap();
    assert_eq!((done["admin_consent"].as_str(), done["tenant"].as_str()), ("True", tenant.to_string().as_str()));
    assert_eq!(house.get(&format!("{admin}&_sandbox_auto={MEGAN}")).await.page(), 50020);
    assert!(sign_in(ADELE).await.back().contains_key("code"), "now everybody may");
}

#[tokio::test]
async fn an_account_that_is_renamed_stays_the_same_account() {
    let house = House::open().await;
    let before = house.signed_in("common", ADELE).await;
    let told =
        house.control(Method::PATCH, &format!("/accounts/{ADELE}"), json!({"email": "a.vance@contoso.test"})).await;
    assert_eq!((&told.ok()["email"], &told.ok()["aliases"]), (&json!("a.vance@contoso.test"), &json!([ADELE])));
    let after = house.signed_in("common", ADELE).await;
    let who = |tokens: &serde_json::Value| claims(text(tokens, "id_token"));
    assert_eq!((&who(&before)["oid"], &who(&before)["tid"]), (&who(&after)["oid"], &who(&after)["tid"]));
    assert_eq!(who(&after)["preferred_username"], "a.vance@contoso.test");
    let taken = house.control(Method::PATCH, "/accounts/a.vance@contoso.test", json!({"alias": ALEX})).await;
    assert_eq!(taken.status, 409);
}
