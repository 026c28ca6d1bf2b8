//! Webhooks against a receiver on loopback.

use std::sync::{Arc, Mutex};

use model::event::EventType;
use model::webhook::{DeliveryState, WebhookStatus};
use model::{FaultKind, WebhookId};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::WebhookEdit;
use crate::Engine;
use crate::digest::hmac_hex;
use crate::lock::lock;
use crate::testing::Bench;

/// What a receiver got: the request line, the headers in lower case, the body.
#[derive(Clone, Debug)]
struct Got {
    line: String,
    headers: String,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// A receiver that answers with a script of (status, further headers), the last of which stays.
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    async fn answering(script: &[(u16, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?x=1", listener.local_addr().unwrap());
        let (got, script) = (Arc::new(Mutex::new(Vec::new())), script.to_vec());
        let task = tokio::spawn({
            let got = got.clone();
            async move {
                for turn in 0.. {
                    let (mut stream, _) = listener.accept().await.unwrap();
                    let request = read(&mut stream).await;
                    let (status, headers) = script[turn.min(script.len() - 1)];
                    let echo = challenge_in(&request.line).unwrap_or_default();
                    let length = echo.len();
                    let head = format!(
                        "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
                    );
                    lock(&got).push(request);
                    stream.write_all(format!("{head}{echo}").as_bytes()).await.unwrap();
                }
            }
        });
        Self { url, got, task }
    }

    fn got(&self) -> Vec<Got> {
        lock(&self.got).clone()
    }
}

fn challenge_in(line: &str) -> Option<String> {
    let path = line.split(' ').nth(1)?;
    let url = url::Url::parse(&format!("http://x{path}")).ok()?;
    url.query_pairs().find(|(name, _)| name == "challenge").map(|(_, value)| value.into_owned())
}

async fn read(stream: &mut TcpStream) -> Got {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.unwrap();
        bytes.extend_from_slice(&chunk[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let (line, headers) = head.split_once("\r\n").unwrap();
        let (line, headers) = (line.to_owned(), headers.to_lowercase());
        let mut got = Got { line, headers, body: Vec::new() };
        let length: usize = got.header("content-length").map_or(0, |length| length.parse().unwrap());
        if bytes.len() >= end + 4 + length || count == 0 {
            got.body = bytes[end + 4..].to_vec();
            return got;
        }
    }
}

/// Claims and attempts everything that is due now, once.
async fn deliver_due(bench: &Bench) {
    let inner = &bench.engine.inner;
    let due = inner.store().claim_due_deliveries(bench.clock_now(), bench.in_seconds(60), 100, 100).await.unwrap();
    for one in due {
        let outcome = super::attempt::attempt(inner, one).await;
        inner.store().finish_deliveries(vec![outcome], bench.clock_now()).await.unwrap();
    }
}

/// A bench whose mailbox just got one message, announced to a webhook.
async fn with_news(receiver: &Receiver, compressed: bool) -> (Bench, WebhookId) {
    let bench = Bench::with(1).await;
    bench.sync().await;
    let webhook = bench.listen(&receiver.url, |webhook| webhook.compressed = compressed).await;
    bench.world.fill(1);
    bench.sync().await;
    (bench, webhook)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_carries_the_message_and_a_signature_over_its_bytes() {
    let receiver = Receiver::answering(&[(200, "")]).await;
    let (bench, webhook) = with_news(&receiver, false).await;
    deliver_due(&bench).await;
    let got = receiver.got().remove(0);
    assert!(got.line.starts_with("POST /hook?x=1 "), "{}", got.line);
    assert_eq!(got.header("content-type"), Some("application/json"));
    assert_eq!(got.header("x-nylas-signature"), Some(hmac_hex(b"hush", &got.body).as_str()));
    let json = got.json();
    assert_eq!(json["specversion"], "1.0");
    assert_eq!(json["type"], "message.created");
    assert_eq!(json["source"], "/google/emails/realtime");
    assert_eq!(json["webhook_delivery_attempt"], 1);
    assert_eq!(json["data"]["application_id"], bench.application.to_string());
    assert!(json["data"].get("grant_id").is_none());
    let object = &json["data"]["object"];
    assert_eq!((&object["id"], &object["object"]), (&"m1".into(), &"message".into()));
    assert_eq!(object["grant_id"], bench.grant.to_string());
    assert_eq!(object["subject"], "s1");
    assert!(object["body"].as_str().unwrap().contains("Hello from s1."));
    assert_eq!(bench.deliveries(webhook).await[0].state, DeliveryState::Delivered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compressed_deliveries_are_signed_as_sent() {
    let receiver = Receiver::answering(&[(200, "")]).await;
    let (bench, _) = with_news(&receiver, true).await;
    deliver_due(&bench).await;
    let got = receiver.got().remove(0);
    assert_eq!(got.header("content-encoding"), Some("gzip"));
    assert_eq!(got.header("x-nylas-signature"), Some(hmac_hex(b"hush", &got.body).as_str()));
    let mut json = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(got.body.as_slice()), &mut json).unwrap();
    assert!(json.contains("message.created"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passing_failures_are_tried_three_times() {
    let receiver = Receiver::answering(&[(503, ""), (503, ""), (503, "")]).await;
    let (bench, webhook) = with_news(&receiver, false).await;
    let begun = bench.clock_now();
    for attempt in 1..=3 {
        deliver_due(&bench).await;
        assert_eq!(receiver.got().len(), attempt);
        assert_eq!(receiver.got()[attempt - 1].json()["webhook_delivery_attempt"], attempt);
        let delivery = bench.deliveries(webhook).await.remove(0);
        assert_eq!(delivery.last_status, Some(503));
        bench.clock.advance_to(delivery.next_at);
    }
    let minutes = bench.clock_now().duration_since(begun).as_secs_f64() / 60.0;
    assert!((10.0..=20.0).contains(&minutes), "{minutes}");
    assert_eq!(bench.deliveries(webhook).await[0].state, DeliveryState::Failed);
    deliver_due(&bench).await;
    assert_eq!(receiver.got().len(), 3);
    let replayed = bench.engine.replay_deliveries(bench.application, webhook, None).await.unwrap();
    assert_eq!(replayed, 1);
    deliver_due(&bench).await;
    assert_eq!(receiver.got().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_failures_are_not_repeated_and_wishes_are_heeded() {
    let receiver = Receiver::answering(&[(404, "")]).await;
    let (bench, webhook) = with_news(&receiver, false).await;
    deliver_due(&bench).await;
    assert_eq!(bench.deliveries(webhook).await[0].state, DeliveryState::Failed);
    let receiver = Receiver::answering(&[(429, "retry-after: 600\r\n")]).await;
    let (bench, webhook) = with_news(&receiver, false).await;
    deliver_due(&bench).await;
    assert_eq!(bench.deliveries(webhook).await[0].next_at, bench.in_seconds(600));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_are_not_followed() {
    let receiver = Receiver::answering(&[(302, "location: http://127.0.0.1:1/\r\n")]).await;
    let (bench, webhook) = with_news(&receiver, false).await;
    deliver_due(&bench).await;
    assert_eq!(bench.deliveries(webhook).await[0].last_status, Some(302));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_messages_go_out_without_their_body() {
    let receiver = Receiver::answering(&[(200, "")]).await;
    let bench = Bench::with(1).await;
    bench.sync().await;
    bench.listen(&receiver.url, |_| {}).await;
    let large = crate::testing::raw("large");
    let large = format!("{large}\r\n{}", format!("{}\r\n", "word ".repeat(12)).repeat(20_000));
    bench.world.state().put(large.into(), Default::default(), None);
    bench.sync().await;
    deliver_due(&bench).await;
    let json = receiver.got().remove(0).json();
    assert_eq!(json["type"], "message.created.truncated");
    assert!(json["data"]["object"].get("body").is_none() && json["data"]["object"]["subject"] == "large");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_gone_is_told_by_its_id() {
    let receiver = Receiver::answering(&[(200, "")]).await;
    let (bench, _) = with_news(&receiver, false).await;
    bench.world.state().remove(&"m0".into());
    bench.sync().await;
    deliver_due(&bench).await;
    deliver_due(&bench).await;
    let gone = receiver.got().iter().map(Got::json).find(|json| json["type"] == "message.deleted").expect("told");
    let expected = serde_json::json!({ "id": "m0", "grant_id": bench.grant, "object": "message" });
    assert_eq!(gone["data"]["object"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grants_are_told_with_the_contracts_numbers() {
    let receiver = Receiver::answering(&[(200, "")]).await;
    let bench = Bench::with(0).await;
    bench.listen(&receiver.url, |_| {}).await;
    bench.regrant().await;
    bench.engine.remove_grant(bench.grant).await.unwrap();
    for _ in 0..2 {
        deliver_due(&bench).await;
    }
    let told: Vec<Value> = receiver.got().iter().map(Got::json).collect();
    assert_eq!((&told[0]["type"], &told[0]["data"]["object"]["code"]), (&"grant.updated".into(), &25027.into()));
    assert_eq!((&told[1]["type"], &told[1]["data"]["object"]["code"]), (&"grant.deleted".into(), &25013.into()));
    assert_eq!(told[1]["data"]["object"]["email"], "me@example.com");
    assert_eq!(told[1]["source"], "/nylas/system");
}

fn edit(url: &str) -> WebhookEdit {
    let trigger_types = Some(vec![EventType::MessageCreated]);
    WebhookEdit { trigger_types, url: Some(url.to_owned()), ..WebhookEdit::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_made_once_its_url_echoes_the_challenge() {
    let bench = Bench::with(0).await;
    let receiver = Receiver::answering(&[(200, "")]).await;
    let (webhook, secret) = bench.engine.create_webhook(bench.application, edit(&receiver.url)).await.unwrap();
    assert_eq!((webhook.status, webhook.url.as_str()), (WebhookStatus::Active, receiver.url.as_str()));
    let asked = receiver.got().remove(0).line;
    assert!(asked.starts_with("GET /hook?x=1&challenge="), "{asked}");
    let (rotated, fresh) = bench.engine.rotate_webhook_secret(bench.application, webhook.id).await.unwrap();
    use model::secret::ExposeSecret as _;
    assert_ne!(secret.expose_secret(), fresh.expose_secret());
    assert_ne!(webhook.secret, rotated.secret);
    let other = model::ApplicationId(uuid::Uuid::nil());
    assert_eq!(bench.engine.rotate_webhook_secret(other, webhook.id).await.unwrap_err().kind, FaultKind::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_url_that_does_not_answer_is_refused_in_the_contracts_words() {
    let bench = Bench::with(0).await;
    let receiver = Receiver::answering(&[(404, "")]).await;
    let fault = bench.engine.create_webhook(bench.application, edit(&receiver.url)).await.unwrap_err();
    assert_eq!(fault.message, "unable.verify.webhook_url : status is not ok, got 404");
    assert_eq!((fault.kind, fault.provider_code.as_deref()), (FaultKind::InvalidRequest, Some("70005")));
    let nobody = bench.engine.create_webhook(bench.application, edit("http://127.0.0.1:1/")).await.unwrap_err();
    assert_eq!(nobody.provider_code.as_deref(), Some("70005"));
    assert_eq!(nobody.verdict, model::Verdict::Backoff, "the receiver may be up later");
    assert_eq!(fault.verdict, model::Verdict::Never, "a page that is not there has to be made first");
    let half = bench.engine.create_webhook(bench.application, edit("app.example.com/hook")).await.unwrap_err();
    assert!(half.message.contains("not a whole URL, such as https://"), "{}", half.message);
    let nothing = WebhookEdit { trigger_types: Some(vec![]), ..edit(&receiver.url) };
    let fault = bench.engine.create_webhook(bench.application, nothing).await.unwrap_err();
    assert_eq!(fault.field.as_deref(), Some("trigger_types"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn activation_and_new_urls_are_challenged() {
    let bench = Bench::with(0).await;
    let receiver = Receiver::answering(&[(200, "")]).await;
    let id = bench.listen(&receiver.url, |webhook| webhook.status = WebhookStatus::Failed).await;
    let update = |edit| bench.engine.update_webhook(bench.application, id, edit);
    update(WebhookEdit { description: Some("x".into()), ..Default::default() }).await.unwrap();
    assert_eq!(receiver.got().len(), 0);
    update(WebhookEdit { status: Some(WebhookStatus::Active), ..Default::default() }).await.unwrap();
    assert_eq!(receiver.got().len(), 1);
    let moved = WebhookEdit { url: Some(format!("{}&y=2", receiver.url)), ..Default::default() };
    assert!(update(moved).await.unwrap().url.ends_with("&y=2"));
    assert_eq!(receiver.got().len(), 2);
    let failed = WebhookEdit { status: Some(WebhookStatus::Failed), ..Default::default() };
    assert_eq!(update(failed).await.unwrap_err().field.as_deref(), Some("status"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_changed_during_a_challenge_stays() {
    let bench = Bench::with(0).await;
    let id = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let moving = tokio::spawn({
        let (engine, application, url) = (bench.engine.clone(), bench.application, url.clone());
        let edit = WebhookEdit { url: Some(url), ..WebhookEdit::default() };
        async move { engine.update_webhook(application, id, edit).await }
    });
    let (mut stream, _) = listener.accept().await.unwrap();
    let echo = challenge_in(&read(&mut stream).await.line).unwrap();
    // The new URL is asked; it has not answered yet.
    let (rotated, _) = bench.engine.rotate_webhook_secret(bench.application, id).await.unwrap();
    let paused = WebhookEdit { status: Some(WebhookStatus::Pause), ..WebhookEdit::default() };
    bench.engine.update_webhook(bench.application, id, paused).await.unwrap();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{echo}", echo.len());
    stream.write_all(answer.as_bytes()).await.unwrap();
    let moved = moving.await.unwrap().unwrap();
    assert_eq!((moved.url, moved.status), (url, WebhookStatus::Pause));
    assert_eq!(moved.secret, rotated.secret, "a rotated secret came back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn samples_exist_for_every_type_and_can_be_sent() {
    let bench = Bench::with(0).await;
    for kind in EventType::ALL {
        let sample = bench.engine.mock_notification(bench.application, *kind);
        assert_eq!(sample.kind, kind.as_str());
        assert!(sample.data.object.as_object().is_some_and(|object| !object.is_empty()));
    }
    let receiver = Receiver::answering(&[(200, ""), (500, "")]).await;
    let send = |engine: Engine, url: String| async move {
        engine.send_test_event(bench.application, EventType::MessageCreated, &url).await
    };
    send(bench.engine.clone(), receiver.url.clone()).await.unwrap();
    let got = receiver.got().remove(0);
    assert_eq!(got.header("x-nylas-signature"), Some(hmac_hex(b"mock-webhook-secret", &got.body).as_str()));
    let fault = send(bench.engine.clone(), receiver.url.clone()).await.unwrap_err();
    assert_eq!(fault.field.as_deref(), Some("webhook_url"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_deliverer_wakes_for_news_and_stops_cleanly() {
    let bench = Bench::with(1).await;
    bench.sync().await;
    let receiver = Receiver::answering(&[(200, "")]).await;
    bench.listen(&receiver.url, |_| {}).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn({
        let (engine, stop) = (bench.engine.clone(), stop.clone());
        async move { engine.run(stop).await }
    });
    // Waits for its safety net now; the news must wake it.
    bench.clock.asleep(2).await;
    bench.world.fill(3);
    bench.engine.sync_now(bench.grant).await.unwrap();
    while receiver.got().len() < 3 {
        tokio::task::yield_now().await;
    }
    let subjects: Vec<String> =
        receiver.got().iter().map(|got| got.json()["data"]["object"]["subject"].as_str().unwrap().to_owned()).collect();
    assert_eq!(subjects.len(), 3);
    stop.cancel();
    tokio::select! {
        ended = running => ended.unwrap(),
        () = bench.keep_moving() => {}
    }
}
