//! `/metrics`, read by somebody strict.

use std::collections::BTreeMap;

use axum::body::Body;
use http::Request;
use server::Settings;

use crate::house::{Answer, House, raw};

async fn scrape(house: &House, token: &str) -> Answer {
    let asked = Request::builder().uri("/metrics").header("authorization", format!("Bearer {token}"));
    house.send(asked.body(Body::empty()).unwrap()).await
}

async fn open() -> House {
    let quiet = Settings { admin_rate: 0, grant_rate: 0, multipart_rate: 0, ..Settings::default() };
    House::with(Settings { metrics_token: Some("prometheus".into()), ..quiet }).await
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The labels between the braces, each name valid and each value quoted.
fn labels(mut text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once("=\"").unwrap_or_else(|| panic!("no value: {text}"));
        assert!(is_name(name), "{name}");
        let (value, rest) = rest.split_once('"').unwrap_or_else(|| panic!("no end: {rest}"));
        assert!(!value.contains('\\'), "no value of ours needs an escape: {value}");
        all.push((name.to_owned(), value.to_owned()));
        assert!(rest.is_empty() || rest.starts_with(','), "{rest}");
        text = rest.trim_start_matches(',');
    }
    all
}

/// Reads a page, refusing whatever the format does not allow.
fn read(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with('\n'));
    let (mut samples, mut seen, mut family) = (BTreeMap::new(), Vec::new(), (String::new(), String::new()));
    let mut helped = String::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, sentence) = help.split_once(' ').unwrap();
            assert!(is_name(name) && !sentence.is_empty() && !seen.contains(&name.to_owned()), "twice: {name}");
            helped = name.to_owned();
            seen.push(name.to_owned());
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert_eq!(name, helped, "TYPE follows its HELP");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            family = (name.to_owned(), kind.to_owned());
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
            let value: f64 = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
            let (name, inner) = series.split_once('{').unwrap_or((series, "}"));
            let labels = labels(inner.strip_suffix('}').unwrap_or_else(|| panic!("no end: {line}")));
            let of_histogram = ["_bucket", "_sum", "_count"].map(|end| format!("{}{end}", family.0));
            let fits = if family.1 == "histogram" { of_histogram.contains(&name.to_owned()) } else { name == family.0 };
            assert!(fits, "{line} is not of {family:?}");
            assert_eq!(name.ends_with("_bucket"), labels.iter().any(|(name, _)| name == "le"), "{line}");
            assert!(samples.insert(series.to_owned(), value).is_none(), "twice: {series}");
        }
    }
    samples
}

#[tokio::test]
async fn every_line_is_as_the_format_says_and_the_figures_are_right() {
    let house = open().await;
    house.google.holds("far", &raw(50));
    house.get(&house.mail("messages/far")).await;
    house.get(&house.mail("messages/none")).await;
    let answer = scrape(&house, "prometheus").await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = String::from_utf8(answer.bytes).unwrap();
    let samples = read(&text);
    assert_eq!(samples["postroad_http_requests_total{routes=\"mail\",status=\"200\"}"], 1.0);
    assert_eq!(samples["postroad_http_requests_total{routes=\"mail\",status=\"404\"}"], 1.0);
    assert_eq!(samples["postroad_http_request_duration_seconds_count{routes=\"mail\"}"], 2.0);
    let last = "postroad_http_request_duration_seconds_bucket{routes=\"mail\",le=\"+Inf\"}";
    assert_eq!(samples[last], 2.0, "every answer is in the last bucket");
    let of = |name: &str| {
        let labels = format!("application=\"{}\",provider=\"google\",class=\"interactive\"", house.application);
        samples[&format!("{name}{{{labels}}}")]
    };
    assert!(of("postroad_provider_calls_total") >= 2.0 && of("postroad_provider_units_total") >= 40.0, "{text}");
    assert_eq!(samples["postroad_quota_keys{level=\"project\",state=\"known\"}"], 1.0);
    assert_eq!(samples["postroad_mailboxes{provider=\"google\",grant=\"valid\",phase=\"new\"}"], 1.0);
    assert_eq!(samples["postroad_webhook_deliveries{state=\"pending\"}"], 0.0);
    assert!(samples["process_resident_memory_bytes"] > 1e6 && samples["process_open_fds"] > 0.0);
    assert!(!text.contains(&house.grant.to_string()) && !text.contains('@'), "no mailbox is named");
}

#[tokio::test]
async fn metrics_are_for_whoever_may_and_can_be_switched_off() {
    let house = open().await;
    assert_eq!(scrape(&house, "wrong").await.status, 401);
    assert_eq!(scrape(&house, &house.key).await.status, 401, "an application's key opens mail, not the machine room");
    let off = House::with(Settings { metrics: false, ..Settings::default() }).await;
    assert_eq!(scrape(&off, "prometheus").await.status, 404);
}
