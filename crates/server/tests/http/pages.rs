//! Pages, documents, health.

use axum::body::Body;
use http::Request;

use crate::house::{Answer, House};

async fn open(house: &House, path: &str) -> Answer {
    house.send(Request::builder().uri(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn documentation_needs_no_key_and_runs_nothing() {
    let house = House::new().await;
    for path in ["/docs", "/docs?q=send", "/docs/faults", "/docs/faults/rate_limited_user"] {
        let page = open(&house, path).await;
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        assert!(!String::from_utf8_lossy(&page.bytes).contains("<script"));
    }
    assert_eq!(open(&house, "/docs/faults/nosuch").await.status, 404);
    assert_eq!(open(&house, "/assets/postroad.css").await.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(open(&house, "/openapi.json").await.json()["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_bare_address_leads_browsers_to_the_reference_and_tells_programs_where_it_is() {
    let house = House::new().await;
    let browser = Request::builder().uri("/").header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let led = house.send(browser.body(Body::empty()).unwrap()).await;
    assert_eq!((led.status.as_u16(), led.header("location")), (302, "/docs"));
    let told = open(&house, "/").await;
    assert_eq!((told.status.as_u16(), told.header("vary")), (200, "accept"));
    assert!(told.json()["reference"].as_str().unwrap().ends_with("/docs"), "{told:?}");
}

#[tokio::test]
async fn every_fault_leads_to_a_page() {
    let house = House::new().await;
    let failed = house.get("/v3/nowhere").await.json();
    let link = failed["error"]["fault"]["docs"].as_str().unwrap().trim_start_matches("https://mail.example").to_owned();
    assert_eq!(open(&house, &link).await.status, 200);
}

#[tokio::test]
async fn every_kind_has_a_page_with_advice_signals_and_an_example() {
    let house = House::new().await;
    let index = String::from_utf8(open(&house, "/docs/faults").await.bytes.to_vec()).unwrap();
    for kind in model::FaultKind::ALL {
        let path = format!("/docs/faults/{}", kind.as_str());
        assert!(index.contains(&format!("href=\"{path}\"")), "{path} is not in the index");
        let page = open(&house, &path).await;
        let text = String::from_utf8(page.bytes.to_vec()).unwrap();
        assert_eq!(page.status, 200, "{path}");
        assert!(text.contains("What Postroad does by itself") && text.contains("An example answer"), "{path}");
        assert!(text.contains(&format!("HTTP {}", server::faults::status(*kind))), "{path}");
    }
    let throttled = open(&house, "/docs/faults/account_throttled").await;
    let text = String::from_utf8(throttled.bytes.to_vec()).unwrap();
    for part in ["BackOffMilliseconds", "X-MS-ASThrottle", "Greylisted", "rate_limit_error"] {
        assert!(text.contains(part), "{part} is not on the page");
    }
}

#[tokio::test]
async fn health_is_told_without_a_key() {
    let house = House::new().await;
    assert_eq!(open(&house, "/healthz").await.json()["status"], "ok");
    assert_eq!(open(&house, "/readyz").await.json()["status"], "ok");
    house.store.close().await.unwrap();
    assert_eq!(open(&house, "/readyz").await.status, 503);
    assert_eq!(open(&house, "/healthz").await.status, 200);
}

#[tokio::test]
async fn browsers_may_ask_with_a_token() {
    let house = House::new().await;
    let request = Request::builder().method("OPTIONS").uri("/v3/connect/token").header("origin", "https://app.example");
    let request = request
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let answer = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}
