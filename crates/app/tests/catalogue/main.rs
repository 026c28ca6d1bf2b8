//! Every named fault of the sandbox, provoked over HTTP, is recognised by Postroad's own classifier.

mod graph;
mod prices;
mod sign_in;
mod table;
mod wire;

use model::{Fault, Verdict};
use providers::classify::{Observation, Protocol, classify};
use sandbox::fault_plan::{Catalogue, NamedFault};
use serde_json::json;

use table::Expected;
use wire::{Answer, House};

/// What is expected of every fault.
fn rows() -> impl Iterator<Item = &'static (&'static str, Expected)> {
    table::ROWS.iter().chain(sign_in::ROWS).chain(graph::ROWS)
}

#[test]
fn every_fault_of_the_sandbox_is_expected_here_and_nothing_else_is() {
    let faults = Catalogue::standard().all();
    for fault in faults {
        assert!(rows().any(|row| row.0 == fault.name), "nothing says what {} is", fault.name);
    }
    for (name, _) in rows() {
        assert!(faults.iter().any(|fault| fault.name == *name), "the sandbox has no fault {name}");
    }
    assert_eq!(faults.len(), rows().count());
}

#[tokio::test]
async fn every_fault_of_the_sandbox_is_recognised_for_what_it_is() {
    let house = House::open().await;
    let mut wrong = Vec::new();
    for (name, expected) in rows() {
        let fault = Catalogue::standard().get(name).unwrap();
        let settings = if *name == "network.slow" { json!({"seconds": 0}) } else { json!({}) };
        house.plan(json!({"name": name, "times": 1, "with": settings})).await;
        let answer = house.call(fault.methods[0]).await;
        wrong.extend(difference(fault, expected, answer.as_ref()));
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows().count(), wrong.join("\n"));
    assert_eq!(house.hits().await, rows().count(), "each was hit once");
}

/// What is not as expected.
fn difference(fault: &NamedFault, expected: &Expected, answer: Option<&Answer>) -> Option<String> {
    let said =
        |expected: &str, got: &str| (expected != got).then(|| format!("{}: {got}, expected {expected}", fault.name));
    let told = |fault: &Fault| format!("{} {}", fault.kind.as_str(), fault.verdict.as_str());
    match (expected, answer) {
        (Expected::NoAnswer, None) => None,
        (Expected::Success, Some(answer)) => said("success", if answer.status < 300 { "success" } else { "a failure" }),
        (Expected::Is(kind, verdict), Some(answer)) => said(&format!("{kind} {verdict}"), &told(&seen(fault, answer))),
        (Expected::Until(kind, seconds), Some(answer)) => {
            let seen = seen(fault, answer);
            let Verdict::At(instant) = seen.verdict else { return said(&format!("{kind} at"), &told(&seen)) };
            let wait = instant.duration_since(wire::now()).as_secs();
            said(&format!("{kind} in {seconds} s"), &format!("{} in {wait} s", seen.kind.as_str()))
        }
        (_, None) => said("an answer", "none"),
        (Expected::NoAnswer, Some(_)) => said("no answer", "one"),
    }
}

/// The fault as classified.
fn seen(fault: &NamedFault, answer: &Answer) -> Fault {
    let protocol = match fault.name.split('.').next() {
        Some("oauth") => Protocol::GoogleOauth,
        Some("aadsts") => Protocol::MicrosoftIdentity,
        Some("graph") => Protocol::Graph,
        _ => Protocol::GmailRest,
    };
    let headers: Vec<(&str, &str)> = answer.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let error = answer.error_in_location();
    classify(
        protocol,
        &Observation {
            // What the browser brings back is no answer of the provider's: an error word is all there is.
            http_status: if error.is_some() { None } else { Some(answer.status) },
            headers: if error.is_some() { &[] } else { &headers },
            body: answer.description_in_location().as_deref().unwrap_or(&answer.body).as_bytes(),
            provider_code: error.as_deref(),
            operation: operation(fault),
            now: Some(wire::now()),
            ..Observation::default()
        },
    )
}

/// The operation as the classifier is told it.
fn operation(fault: &NamedFault) -> Option<&'static str> {
    let method = fault.methods[0];
    method.strip_prefix("gmail.").or_else(|| method.strip_prefix("graph."))
}

#[tokio::test]
async fn on_a_send_a_failure_of_the_server_or_the_line_says_to_look_first() {
    let house = House::open().await;
    for name in [
        "gmail.backend_error",
        "gmail.unavailable",
        "gmail.bad_gateway_html",
        "gmail.gateway_timeout_html",
        "network.cut_before",
        "network.cut_after",
    ] {
        house.plan(json!({"name": name, "method": "gmail.messages.send", "times": 1})).await;
        let fault = house.client().send(wire::MAIL.into(), None).await.unwrap_err();
        assert_eq!(fault.verdict, Verdict::LookFirst, "{name}: {fault:?}");
    }
    let sent = house.sandbox.world().accepted().len();
    assert_eq!(sent, 1, "only the cut after the effect let the mail out");
}

#[tokio::test]
async fn a_send_that_is_refused_by_an_address_is_a_fault_like_any_other() {
    let house = House::open().await;
    let client = house.client();
    let to =
        |address: &str| format!("From: alice@sandbox.test\r\nTo: {address}\r\nSubject: s\r\n\r\nt\r\n").into_bytes();
    for (name, kind) in [
        ("gmail.sending_limit", "sending_quota_exceeded"),
        ("gmail.invalid_to_header", "invalid_request"),
        ("gmail.domain_policy", "domain_policy"),
    ] {
        let fault = client.send(to(&format!("fault+{name}@sandbox.test")).into(), None).await.unwrap_err();
        assert_eq!(fault.kind.as_str(), kind, "{name}");
    }
    client.send(to("bob@sandbox.test").into(), None).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_is_cut_on_a_read_is_a_failure_of_the_network() {
    let house = House::open().await;
    house.plan(json!({"name": "network.cut_before", "method": "gmail.getProfile"})).await;
    let fault = house.client().profile().await.unwrap_err();
    assert_eq!((fault.kind.as_str(), fault.verdict), ("network", Verdict::Backoff));
}
