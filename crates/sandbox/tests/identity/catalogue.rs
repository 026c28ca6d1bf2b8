//! Every named refusal of the platform, provoked over HTTP once, is as the project's notes on Microsoft have it.

use sandbox::fault_plan::Catalogue;
use serde_json::json;

use crate::harness::*;
use crate::table::{ROWS, Shape};

#[test]
fn every_refusal_is_expected_here_and_nothing_else_is() {
    let names: Vec<&str> =
        Catalogue::standard().all().iter().map(|fault| fault.name).filter(|name| name.starts_with("aadsts.")).collect();
    for name in &names {
        assert!(ROWS.iter().any(|row| row.0 == *name), "nothing says what {name} answers");
    }
    for (name, _) in ROWS {
        assert!(names.contains(name), "there is no fault {name}");
    }
    assert_eq!(names.len(), ROWS.len());
}

#[tokio::test]
async fn every_refusal_happens_over_http_as_written_down() {
    let house = House::open().await;
    let tokens = house.signed_in("common", ADELE).await;
    let refresh_token = text(&tokens, "refresh_token");
    for (name, shape) in ROWS {
        house.plan(once(name)).await;
        let fault = Catalogue::standard().get(name).unwrap();
        let told = match fault.methods[0] {
            "identity.authorize" => house.get(&house.authorize("common", &[("login_hint", ADELE)])).await,
            "identity.token.code" => house.redeem("common", "1.AXx").await,
            _ => house.refresh("common", refresh_token).await,
        };
        let number: u64 = name.rsplit('.').next().unwrap().parse().unwrap();
        match *shape {
            Shape::Token(status, error, suberror) => {
                assert_eq!(told.refusal(), (status, error.to_owned(), number), "{name}");
                let body = told.json();
                assert_eq!(body["suberror"].as_str().unwrap_or_default(), suberror, "{name}");
                assert!(told.header("cache-control").contains("no-store"), "{name}");
                let description = text(&body, "error_description");
                let tail = format!(
                    "\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}",
                    text(&body, "trace_id"),
                    text(&body, "correlation_id"),
                    text(&body, "timestamp")
                );
                assert!(description.ends_with(&tail) && !description.contains("{app}"), "{name}: {description}");
            }
            Shape::Back(error) => {
                let back = told.back();
                assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "s-1"), "{name}");
                assert!(back["error_description"].starts_with(&format!("AADSTS{number}: ")), "{name}: {back:?}");
            }
            Shape::Page => assert_eq!(told.page(), number, "{name}"),
        }
    }
    house.refresh("common", refresh_token).await.ok();
}

#[tokio::test]
async fn interaction_comes_with_claims_to_send_on() {
    let house = House::open().await;
    let tokens = house.signed_in("common", ADELE).await;
    house.plan(once("aadsts.50076")).await;
    let told = house.refresh("common", text(&tokens, "refresh_token")).await.json();
    let claims: serde_json::Value = serde_json::from_str(text(&told, "claims")).unwrap();
    assert!(claims["access_token"].is_object(), "{claims}");
    house.plan(json!({"name": "aadsts.50076", "times": 1, "with": {"claims": ""}})).await;
    assert!(house.refresh("common", text(&tokens, "refresh_token")).await.json().get("claims").is_none());
}

#[tokio::test]
async fn a_magic_address_signs_in_and_meets_its_fault_later() {
    let house = House::open().await;
    let magic = "fault+aadsts.50173@contoso.test";
    let tokens = house.signed_in("common", magic).await;
    assert_eq!(house.refresh("common", text(&tokens, "refresh_token")).await.refusal().2, 50173);
    let page = house.get(&house.authorize("common", &[("login_hint", "fault+aadsts.page.53003@contoso.test")])).await;
    assert_eq!(page.page(), 53003);
}
