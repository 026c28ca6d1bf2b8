//! What is demanded of a person after the sign-in: by the token endpoint, and by Graph. The demand goes with the person to
//! the sign-in page, and the grant works again.

use model::grant::GrantStatus;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{ADELE, ALEX, House};

/// The claims that hosted authentication asks for where this address is hinted at.
async fn claims_asked(house: &House, email: &str) -> Option<Value> {
    let page = house.browser().sent_to(&house.auth(&[("login_hint", email)])).await;
    let claims = page.query_pairs().find(|(name, _)| name == "claims");
    claims.map(|(_, claims)| serde_json::from_str(&claims).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_token_endpoint_demands_reaches_the_next_sign_in() {
    let house = House::open("common").await;
    let grant = house.mirrored(ADELE).await;
    house.control(Method::PATCH, &format!("/accounts/{ADELE}"), json!({"claims_wanted": true})).await;
    house.sandbox.world().expire_access_tokens(Some(ADELE));
    let (status, told) = house.search(grant.id).await;
    assert_eq!((status, &told["error"]["fault"]["kind"]), (403, &json!("reauth_required")), "{told}");
    assert_eq!(house.grant(grant.id).await.status, GrantStatus::Invalid);
    assert!(claims_asked(&house, ADELE).await.unwrap()["access_token"].is_object(), "the demand is sent on");
    let renewed = house.sign_in(ADELE, ADELE).await.unwrap();
    assert_eq!((renewed.id, renewed.status), (grant.id, GrantStatus::Valid));
    assert_eq!(house.search(grant.id).await.0, 200, "the demand is met");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_that_graph_wants_and_no_refresh_brings_are_asked_of_the_person() {
    let house = House::open("common").await;
    let grant = house.mirrored(ADELE).await;
    let wanted = json!({"access_token": {"acrs": {"essential": true, "value": "c7"}}});
    let rule = json!({"name": "graph.claims_challenge", "method": "graph.messages.list", "mailbox": ADELE, "times": 1,
        "with": {"claims": wanted.to_string()}});
    house.plan(rule).await;
    let (status, told) = house.search(grant.id).await;
    assert_eq!((status, &told["error"]["type"]), (403, &json!("unauthorized")), "{told}");
    assert_eq!(house.grant(grant.id).await.status, GrantStatus::Invalid);
    assert_eq!(claims_asked(&house, ALEX).await, None, "nothing is wanted of anybody else");
    assert_eq!(claims_asked(&house, ADELE).await, Some(wanted.clone()), "word for word");
    let renewed = house.sign_in(ADELE, ADELE).await.unwrap();
    assert_eq!((renewed.id, renewed.status), (grant.id, GrantStatus::Valid));
    assert_eq!(house.search(grant.id).await.0, 200);
    // What was met need not be asked again: another challenge of the same kind is answered by a refresh alone.
    house
        .plan(json!({"name": "graph.claims_challenge", "method": "graph.messages.list", "mailbox": ADELE, "times": 1,
        "with": {"claims": wanted.to_string()}}))
        .await;
    assert_eq!(house.search(grant.id).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_token_is_all_that_graph_usually_wants() {
    let house = House::open("common").await;
    let grant = house.mirrored(ADELE).await;
    let rule = json!({"name": "graph.claims_challenge", "method": "graph.messages.list", "mailbox": ADELE, "times": 1});
    house.plan(rule).await;
    assert_eq!(house.search(grant.id).await.0, 200, "the person notices nothing");
    assert_eq!(house.grant(grant.id).await.status, GrantStatus::Valid);
}
