//! Tracked messages: the marks in what is sent, and what visits to them are answered with.

use axum::body::Body;
use http::{Method, Request};
use model::event::EventType;
use model::secret::Sealed;
use model::webhook::{Webhook, WebhookStatus};
use model::{Timestamp, WebhookId};
use serde_json::{Value, json};
use server::Settings;

use crate::house::{Answer, House};

const BODY: &str =
    "<p>Hi <a href=\"https://shop.example/?a=1&amp;b=ä\">shop</a> <a href='mailto:x@y.example'>m</a></p>";

fn options() -> Value {
    json!({"opens": true, "links": true, "thread_replies": true, "label": "autumn"})
}

fn wish() -> Value {
    json!({"to": [{"email": "bob@example.com"}], "subject": "Hi", "body": BODY, "tracking_options": options()})
}

async fn open(house: &House, request: http::request::Builder) -> Answer {
    house.send(request.body(Body::empty()).unwrap()).await
}

async fn get(house: &House, path: &str) -> Answer {
    open(house, Request::get(path)).await
}

/// The last message the provider was given: its text, and the path of its marks.
fn taken(house: &House) -> (String, String) {
    let raw = house.google.taken().pop().unwrap();
    let html = mail::parse::parse(&raw).body.text;
    let at = html.find("https://mail.example/t/").map(|at| at + "https://mail.example".len());
    let path = at.map(|at| html[at..at + "/t/".len() + 32].to_owned()).unwrap_or_default();
    (html, path)
}

async fn listen(house: &House) -> WebhookId {
    let id = WebhookId(uuid::Uuid::from_u128(7));
    let webhook = Webhook {
        id,
        application_id: house.application,
        description: None,
        trigger_types: EventType::ALL.to_vec(),
        url: "https://hooks.example/".into(),
        secret: Sealed { key_id: "k1".into(), bytes: Vec::new() },
        status: WebhookStatus::Active,
        notification_emails: Vec::new(),
        compressed: false,
        status_updated_at: Timestamp::UNIX_EPOCH,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    };
    house.store.add_webhook(webhook).await.unwrap();
    id
}

async fn told(house: &House, webhook: WebhookId, kind: EventType) -> Vec<Value> {
    let deliveries = house.store.deliveries(webhook, None, 100).await.unwrap();
    deliveries.into_iter().filter(|one| one.event.kind == kind).map(|one| one.event.detail).collect()
}

#[tokio::test]
async fn a_tracked_send_carries_marks_and_says_so() {
    let house = House::new().await;
    let answer = house.post(&house.mail("messages/send"), wish()).await;
    assert_eq!(answer.status, 200, "{}", answer.message());
    assert_eq!(answer.json()["data"]["tracking_options"], options());
    let (html, path) = taken(&house);
    assert!(html.contains(&format!("href=\"https://mail.example{path}/0\"")), "{html}");
    assert!(html.contains(&format!("<img src=\"https://mail.example{path}\"")), "{html}");
    assert!(html.contains("'mailto:x@y.example'"), "{html}");
    let raw = String::from_utf8(house.google.taken().pop().unwrap()).unwrap();
    assert!(raw.contains("shop <https://shop.example/?a=3D1&b=3D"), "the plain text is not tracked: {raw}");
    let read = house.get(&house.mail("messages/sent-1?fields=include_tracking_options")).await.json();
    assert_eq!(read["data"]["tracking_options"], options());
    let read = house.get(&house.mail("messages/sent-1")).await.json();
    assert_eq!(read["data"].get("tracking_options"), None);
}

#[tokio::test]
async fn plain_text_has_no_marks_and_the_answer_does_not_claim_any() {
    let house = House::new().await;
    let mut plain = wish();
    plain["is_plaintext"] = json!(true);
    let answer = house.post(&house.mail("messages/send"), plain).await.json();
    let effective = json!({"opens": false, "links": false, "thread_replies": true, "label": "autumn"});
    assert_eq!(answer["data"]["tracking_options"], effective);
    assert_eq!(taken(&house).1, "");
}

#[tokio::test]
async fn options_that_cannot_be_kept_are_refused_by_name() {
    let house = House::new().await;
    for (options, field) in [
        (json!({"opens": true, "domain_name": "click.example"}), "tracking_options.domain_name"),
        (json!({"opens": true, "label": "x".repeat(2049)}), "tracking_options.label"),
    ] {
        let mut wish = wish();
        wish["tracking_options"] = options;
        let answer = house.post(&house.mail("messages/send"), wish).await;
        assert_eq!((answer.status.as_u16(), answer.field().as_str()), (400, field), "{}", answer.message());
    }
    assert_eq!(house.google.taken().len(), 0);
}

#[tokio::test]
async fn every_picture_is_the_same_whatever_is_asked_for() {
    let house = House::new().await;
    house.post(&house.mail("messages/send"), wish()).await;
    let known = taken(&house).1;
    let first = get(&house, &known).await;
    assert_eq!((first.status.as_u16(), first.header("content-type")), (200, "image/gif"));
    assert_eq!(first.header("cache-control"), "no-store, max-age=0");
    assert_eq!(first.header("content-length"), first.bytes.len().to_string());
    assert!(first.bytes.starts_with(b"GIF89a") && first.bytes.ends_with(b";"));
    let names = |answer: &Answer| answer.headers.keys().map(|name| name.to_string()).collect::<Vec<_>>();
    assert!(!names(&first).contains(&"set-cookie".to_owned()));
    for path in ["/t/00000000000000000000000000000000", "/t/x", "/t/%ff", "/t/%2e%2e", &known] {
        let other = get(&house, path).await;
        let same = (other.status, &other.bytes, names(&other)) == (first.status, &first.bytes, names(&first));
        assert!(same, "{path}");
    }
}

#[tokio::test]
async fn a_link_leads_where_it_led_and_nowhere_else() {
    let house = House::new().await;
    house.post(&house.mail("messages/send"), wish()).await;
    let path = taken(&house).1;
    let led = get(&house, &format!("{path}/0?url=https://evil.example/")).await;
    assert_eq!((led.status.as_u16(), led.header("location")), (302, "https://shop.example/?a=1&b=%C3%A4"));
    assert_eq!((led.header("cache-control"), led.header("referrer-policy")), ("no-store, max-age=0", "no-referrer"));
    assert_eq!(led.header("set-cookie"), "");
    let shape = |answer: &Answer| {
        let mut json = answer.json();
        json["request_id"] = json!("");
        json.to_string()
    };
    let unknown = get(&house, "/t/00000000000000000000000000000000/0").await;
    assert_eq!((unknown.status.as_u16(), unknown.header("location")), (404, ""));
    for rest in ["1", "99999999999999999999", "-1", "+0", "https:%2F%2Fevil.example", "00000"] {
        let answer = get(&house, &format!("{path}/{rest}")).await;
        assert_eq!((answer.status, shape(&answer)), (unknown.status, shape(&unknown)), "{rest}");
    }
    for path in ["/t/x/0", "/t/x/https:%2F%2Fevil.example"] {
        assert_eq!(shape(&get(&house, path).await), shape(&unknown));
    }
    let page = open(&house, Request::get("/t/x/0").header("accept", "text/html")).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (404, "text/html; charset=utf-8"));
}

#[tokio::test]
async fn visits_are_counted_with_who_came() {
    let house = House::standing(Settings { trust_proxy: true, ..Settings::default() }).await;
    let webhook = listen(&house).await;
    house.post(&house.mail("messages/send"), wish()).await;
    let path = taken(&house).1;
    let visit = |path: String| {
        let request = Request::get(path).header("x-forwarded-for", "203.0.113.9").header("user-agent", "Reader/1");
        open(&house, request)
    };
    visit(path.clone()).await;
    visit(path.clone()).await;
    let opened = told(&house, webhook, EventType::MessageOpened).await;
    assert_eq!(opened.len(), 1, "twice within a minute is once");
    assert_eq!((&opened[0]["count"], &opened[0]["label"]), (&json!(1), &json!("autumn")));
    assert_eq!(opened[0]["recents"][0]["ip"], "203.0.113.9");
    assert_eq!(opened[0]["recents"][0]["user_agent"], "Reader/1");
    visit(format!("{path}/0")).await;
    let followed = told(&house, webhook, EventType::MessageLinkClicked).await;
    assert_eq!(followed[0]["counts"], json!([1]));
    assert_eq!(followed[0]["recents"][0]["link"], 0);
}

#[tokio::test]
async fn an_operator_may_decide_not_to_know_who_came() {
    let house = House::with(Settings { trust_proxy: true, visitors: false, ..Settings::default() }).await;
    let webhook = listen(&house).await;
    house.post(&house.mail("messages/send"), wish()).await;
    let path = taken(&house).1;
    for path in [path.clone(), format!("{path}/0")] {
        open(&house, Request::get(path).header("x-forwarded-for", "203.0.113.9").header("user-agent", "Reader/1"))
            .await;
    }
    for kind in [EventType::MessageOpened, EventType::MessageLinkClicked] {
        let told = told(&house, webhook, kind).await;
        let recent = &told[0]["recents"][0];
        assert_eq!((&recent["ip"], &recent["user_agent"]), (&Value::Null, &Value::Null));
    }
}

#[tokio::test]
async fn programs_that_only_look_are_led_on_and_not_counted() {
    let house = House::new().await;
    let webhook = listen(&house).await;
    house.post(&house.mail("messages/send"), wish()).await;
    let path = taken(&house).1;
    for request in [
        Request::builder().method(Method::HEAD).uri(format!("{path}/0")),
        Request::get(format!("{path}/0")).header("sec-purpose", "prefetch;prerender"),
        Request::get(format!("{path}/0")).header("x-moz", "prefetch"),
    ] {
        assert_eq!(open(&house, request).await.status, 302);
    }
    assert_eq!(open(&house, Request::builder().method(Method::HEAD).uri(&path)).await.status, 200);
    assert_eq!(told(&house, webhook, EventType::MessageLinkClicked).await, Vec::<Value>::new());
    assert_eq!(told(&house, webhook, EventType::MessageOpened).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_flood_from_one_address_is_not_served_and_does_not_count() {
    let house = House::standing(Settings { visit_rate: 1, grant_rate: 0, ..Settings::default() }).await;
    let webhook = listen(&house).await;
    house.post(&house.mail("messages/send"), wish()).await;
    let path = taken(&house).1;
    assert_eq!(get(&house, &format!("{path}/0")).await.status, 302);
    let over = get(&house, &format!("{path}/0")).await;
    assert_eq!(over.status, 429);
    assert_ne!(over.header("retry-after"), "");
    assert_eq!(get(&house, &path).await.header("content-type"), "image/gif");
    assert_eq!(told(&house, webhook, EventType::MessageOpened).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_draft_is_shown_as_written_and_speaks_once_it_is_sent() {
    let house = House::new().await;
    let webhook = listen(&house).await;
    let made = house.post(&house.mail("drafts"), wish()).await;
    assert_eq!(made.status, 200, "{}", made.message());
    let (html, first) = taken(&house);
    assert!(html.contains(&first) && !first.is_empty());
    let read = house.get(&house.mail("drafts/d-1")).await.json();
    let listed = house.get(&house.mail("drafts")).await.json();
    let thread = house.get(&house.mail("threads/t-draft")).await.json();
    let latest = &thread["data"]["latest_draft_or_message"];
    for data in [&made.json()["data"], &read["data"], &listed["data"][0], latest] {
        assert_eq!(data["body"].as_str().unwrap().trim_end(), BODY);
        assert_eq!(data["tracking_options"], options());
    }
    // What an update leaves out stays, tracking too; the marks are new.
    let changed = house.put(&house.mail("drafts/d-1"), json!({"subject": "Changed"})).await.json();
    assert_eq!(changed["data"]["tracking_options"], options());
    let (html, second) = taken(&house);
    assert_ne!(first, second);
    assert_eq!((html.matches("/t/").count(), html.matches(&second).count()), (2, 2), "{html}");
    assert_eq!(get(&house, &format!("{first}/0")).await.status, 404);
    get(&house, &second).await;
    assert_eq!(told(&house, webhook, EventType::MessageOpened).await, Vec::<Value>::new(), "a preview is no opening");
    let sent = house.post(&house.mail("drafts/d-1"), json!({})).await;
    assert_eq!(sent.status, 200, "{}", sent.message());
    assert_eq!(sent.json()["data"]["tracking_options"], options());
    get(&house, &second).await;
    let opened = told(&house, webhook, EventType::MessageOpened).await;
    assert_eq!(opened[0]["message_id"], "sent-1");
}

#[tokio::test]
async fn tracking_a_draft_can_be_switched_off() {
    let house = House::new().await;
    house.post(&house.mail("drafts"), wish()).await;
    let first = taken(&house).1;
    let off = json!({"tracking_options": {"opens": false}});
    let changed = house.put(&house.mail("drafts/d-1"), off).await.json();
    assert_eq!(changed["data"].get("tracking_options"), None);
    let (html, path) = taken(&house);
    assert_eq!((html.trim_end(), path.as_str()), (BODY, ""));
    assert_eq!(get(&house, &format!("{first}/0")).await.status, 404);
}

#[tokio::test]
async fn a_repeated_request_keeps_the_first_ones_marks() {
    let house = House::new().await;
    let send = || {
        let request = house.request(Method::POST, &house.mail("messages/send")).header("idempotency-key", "k");
        let request = request.header("content-type", "application/json");
        house.send(request.body(Body::from(wish().to_string())).unwrap())
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(again.header("idempotent-response"), "true", "{}", again.message());
    assert_eq!(first.json()["data"], again.json()["data"]);
    assert_eq!(house.google.taken().len(), 1);
    assert_eq!(get(&house, &format!("{}/0", taken(&house).1)).await.status, 302);
}
