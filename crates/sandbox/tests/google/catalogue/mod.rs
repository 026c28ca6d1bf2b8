//! Every named fault, provoked over HTTP once, has the shape that the project's notes on Gmail give it.

mod table;
mod twins;

use reqwest::{Method, RequestBuilder};
use sandbox::fault_plan::{Catalogue, NamedFault};
use serde_json::{Value, json};

use crate::harness::{House, Person, Told, encode, mail, read};
use table::{ROWS, Shape};

/// A request that calls a method; its path need not lead anywhere, for the fault comes first.
pub fn knock(house: &House, person: &Person, method: &str) -> RequestBuilder {
    let gmail = |verb, path: &str| person.request(verb, path);
    let raw = json!({"raw": encode(&mail("alice@sandbox.test", "bob@sandbox.test", "s", "t"))});
    let token = |grant: &str| {
        let form = [
            ("grant_type", grant),
            ("refresh_token", "1//x"),
            ("code", "4/x"),
            ("client_id", sandbox::DEFAULT_CLIENT_ID),
        ];
        house.http().post(house.url("/token")).form(&form)
    };
    match method {
        "gmail.getProfile" | "gmail.*" | "*" => gmail(Method::GET, "/profile"),
        "gmail.watch" => gmail(Method::POST, "/watch"),
        "gmail.batch" => person.raw_request(Method::POST, "/batch"),
        "gmail.messages.send" => gmail(Method::POST, "/messages/send").json(&raw),
        "gmail.messages.insert" => gmail(Method::POST, "/messages").json(&raw),
        "gmail.messages.list" => gmail(Method::GET, "/messages"),
        "gmail.messages.get" => gmail(Method::GET, "/messages/1"),
        "gmail.messages.modify" => gmail(Method::POST, "/messages/1/modify"),
        "gmail.messages.attachments.get" => gmail(Method::GET, "/messages/1/attachments/x"),
        "gmail.history.list" => gmail(Method::GET, "/history"),
        "gmail.labels.create" => gmail(Method::POST, "/labels"),
        "oauth.token" => token("authorization_code"),
        "oauth.token.code" => token("authorization_code"),
        "oauth.token.refresh" => token("refresh_token"),
        "oauth.authorize" => house.http().get(house.url(&authorize("alice@sandbox.test"))),
        "oauth.revoke" => house.http().post(house.url("/revoke")),
        "oauth.tokeninfo" => house.http().get(house.url("/tokeninfo")),
        "oauth.userinfo" => house.http().get(house.url("/v1/userinfo")),
        other => panic!("nothing here calls {other}"),
    }
}

/// An authorization request for this account.
pub fn authorize(account: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", sandbox::DEFAULT_CLIENT_ID)
        .append_pair("redirect_uri", "http://127.0.0.1:9/back?kept=1")
        .append_pair("response_type", "code")
        .append_pair("scope", "openid https://mail.google.com/")
        .append_pair("access_type", "offline")
        .append_pair("state", "s-1")
        .append_pair("login_hint", account)
        .finish();
    format!("/o/oauth2/v2/auth?{query}")
}

/// Adds one rule.
pub async fn plan(house: &House, rule: Value) {
    let told = read(house.http().post(house.url("/_sandbox/faults")).json(&rule)).await;
    assert!(told.status.is_success(), "{rule}: {}", told.text);
}

#[test]
fn every_fault_is_expected_here_and_nothing_else_is() {
    // Those of Microsoft are tried beside it.
    let google = |fault: &&NamedFault| ["gmail.", "oauth.", "network."].iter().any(|it| fault.name.starts_with(it));
    let faults: Vec<&NamedFault> = Catalogue::standard().all().iter().filter(google).collect();
    for fault in &faults {
        assert!(ROWS.iter().any(|row| row.0 == fault.name), "nothing says what {} answers", fault.name);
    }
    for (name, _) in ROWS {
        assert!(faults.iter().any(|fault| fault.name == *name), "there is no fault {name}");
    }
    assert_eq!(faults.len(), ROWS.len());
}

#[tokio::test]
async fn every_fault_happens_over_http_as_written_down() {
    let house = House::open().await;
    let alice = house.alice().await;
    for (name, shape) in ROWS {
        let fault = Catalogue::standard().get(name).unwrap();
        // The seconds of a wait are tried elsewhere; here the clock stands still.
        let settings = if *name == "network.slow" { json!({"seconds": 0}) } else { json!({}) };
        plan(&house, json!({"name": name, "times": 1, "with": settings})).await;
        provoked(&house, &alice, fault, shape).await;
    }
    let hits = read(house.http().get(house.url("/_sandbox/faults/hits"))).await.ok();
    assert_eq!(hits["hits"].as_array().unwrap().len(), ROWS.len(), "each was hit once");
}

async fn provoked(house: &House, alice: &Person, fault: &NamedFault, shape: &Shape) {
    let request = knock(house, alice, fault.methods[0]);
    match shape {
        Shape::Cut => assert!(request.send().await.is_err(), "{}", fault.name),
        Shape::Success => assert!(read(request).await.status.is_success(), "{}", fault.name),
        answer => compare(fault.name, answer, &read(request).await),
    }
}

fn compare(name: &str, shape: &Shape, told: &Told) {
    let header = |name: &str| told.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let json = "application/json; charset=UTF-8";
    match *shape {
        Shape::Layers(status, canonical, domain, reason, message, detail) => {
            assert_eq!((told.status.as_u16(), header("content-type").as_str()), (status, json), "{name}");
            assert_eq!(
                (header("server"), header("vary")),
                ("ESF".into(), "Origin, X-Origin, Referer".into()),
                "{name}"
            );
            let error = &told.json()["error"];
            let first = &error["errors"][0];
            let keys: Vec<&String> = error.as_object().unwrap().keys().collect();
            let expected = ["code", "message", "errors", "status", "details"];
            assert_eq!(keys, expected[..if detail.is_empty() { 4 } else { 5 }], "{name}");
            assert_eq!((&error["code"], &error["status"]), (&json!(status), &json!(canonical)), "{name}");
            assert_eq!(first["domain"].as_str().unwrap_or_default(), domain, "{name}");
            assert_eq!((&first["reason"], &error["message"]), (&json!(reason), &json!(message)), "{name}");
            let own_words = ["gmail.invalid_credentials", "gmail.login_required", "gmail.insufficient_scope"];
            assert_eq!(first["message"] != error["message"], own_words.contains(&name), "{name}");
            let told = &error["details"][0];
            let kind = told["@type"].as_str().map_or("", |kind| kind.rsplit('.').next().unwrap());
            assert_eq!(told["reason"].as_str().unwrap_or(kind), detail, "{name}");
        }
        Shape::Old(status, domain, reason, message) => {
            assert_eq!((told.status.as_u16(), header("content-type").as_str()), (status, json), "{name}");
            let error = &told.json()["error"];
            let keys: Vec<&String> = error.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["errors", "code", "message"], "{name}: one layer only");
            let first = &error["errors"][0];
            assert_eq!((&error["code"], &error["message"]), (&json!(status), &json!(message)), "{name}");
            assert_eq!(
                (&first["domain"], &first["reason"], &first["message"]),
                (&json!(domain), &json!(reason), &json!(message)),
                "{name}"
            );
        }
        Shape::Flat(status, error, description) => {
            assert_eq!((told.status.as_u16(), header("content-type").as_str()), (status, json), "{name}");
            let body = told.json();
            assert_eq!((&body["error"], body["error_description"].as_str()), (&json!(error), description), "{name}");
            assert!(header("cache-control").contains("no-store"), "{name}");
        }
        Shape::Html(status, words) => {
            let kind = header("content-type");
            assert_eq!((told.status.as_u16(), kind.as_str()), (status, "text/html; charset=UTF-8"), "{name}");
            assert!(told.text.contains(words), "{name}: {}", told.text);
        }
        Shape::Back(error) => {
            assert_eq!((told.status.as_u16(), told.text.as_str()), (302, ""), "{name}");
            assert_eq!(header("location"), format!("http://127.0.0.1:9/back?kept=1&state=s-1&error={error}"), "{name}");
        }
        Shape::Cut | Shape::Success => unreachable!("no answer to compare"),
    }
}

#[tokio::test]
async fn the_catalogue_is_listed_whole_and_by_prefix() {
    let house = House::open().await;
    let listed = async |query: &str| {
        let told = read(house.http().get(house.url(&format!("/_sandbox/faults/catalogue{query}")))).await;
        told.ok()["faults"].as_array().unwrap().clone()
    };
    assert_eq!(listed("").await.len(), Catalogue::standard().all().len());
    let redirects = listed("?prefix=oauth.redirect.").await;
    assert!(redirects.len() == 7 && redirects.iter().all(|fault| fault["methods"] == json!(["oauth.authorize"])));
    let quota = &listed("?prefix=gmail.user_rate_limit_legacy").await[0];
    assert_eq!((&quota["with"]["regime"], &quota["evidence"]), (&json!("legacy"), &json!("captured")));
    let told = read(house.http().get(house.url("/_sandbox/faults/catalogue?name=x"))).await;
    assert_eq!(told.status, 400, "an unknown parameter is refused");
}

#[tokio::test]
async fn a_way_back_that_is_not_the_clients_is_not_taken() {
    let house = House::open().await;
    plan(&house, json!({"name": "oauth.redirect.access_denied"})).await;
    let elsewhere = authorize("alice@sandbox.test").replace("127.0.0.1%3A9", "evil.example");
    let told = read(house.http().get(house.url(&elsewhere))).await;
    assert_eq!((told.status.as_u16(), told.headers.get("location")), (400, None));
}

#[tokio::test]
async fn a_call_can_be_slow_by_the_sandboxs_clock() {
    let house = House::open().await;
    let alice = house.alice().await;
    plan(&house, json!({"name": "network.slow", "method": "gmail.getProfile"})).await;
    let clock = house.world().clock().clone();
    let (began, task) = (clock.now_ms(), tokio::spawn(async move { alice.get("/profile").await.status }));
    while !task.is_finished() {
        clock.advance(std::time::Duration::from_millis(500));
        tokio::task::yield_now().await;
    }
    assert_eq!(task.await.unwrap(), 200);
    assert!(clock.now_ms() - began >= 3_000);
}
