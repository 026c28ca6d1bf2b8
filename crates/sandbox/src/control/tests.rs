//! The control API over a small world of its own.

use super::*;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::Mutex;
use tower::ServiceExt as _;

/// Remembers what it was told.
#[derive(Default)]
struct Toy {
    mailboxes: Mutex<Vec<MailboxSummary>>,
    imported: Mutex<Vec<(String, Vec<u8>, ImportOptions)>>,
    delivered: Mutex<Vec<Delivery>>,
    now: Mutex<Option<(Timestamp, bool)>>,
    push: Mutex<Vec<PushSubscription>>,
    /// One less than the clock's speed.
    speed: Mutex<u32>,
    index_delay_ms: Mutex<u64>,
}

impl ControlWorld for Toy {
    fn mailboxes(&self) -> Vec<MailboxSummary> {
        self.mailboxes.lock().unwrap().clone()
    }
    fn add_mailbox(&self, new: NewMailbox) -> Result<MailboxSummary, Refusal> {
        let mut mailboxes = self.mailboxes.lock().unwrap();
        if mailboxes.iter().any(|mailbox| mailbox.email == new.email) {
            return Err(Refusal::Conflict(format!("there is already a mailbox {}", new.email)));
        }
        let name = new.name.unwrap_or_default();
        let made = MailboxSummary {
            email: new.email,
            name,
            provider: new.provider,
            messages: 0,
            threads: 0,
            unread: 0,
            history_id: 1,
        };
        mailboxes.push(made.clone());
        Ok(made)
    }
    fn import(&self, email: &str, raw: Vec<u8>, options: ImportOptions) -> Result<ImportedMessage, Refusal> {
        self.imported.lock().unwrap().push((email.to_owned(), raw, options));
        Ok(ImportedMessage { id: "1".into(), thread_id: "2".into() })
    }
    fn deliver(&self, delivery: Delivery) -> Result<Vec<Delivered>, Refusal> {
        self.delivered.lock().unwrap().push(delivery);
        Ok(vec![Delivered { email: "a@sandbox.test".into(), id: "1".into(), thread_id: "2".into() }])
    }
    fn expire_tokens(&self, email: Option<&str>) -> usize {
        if email.is_some() { 1 } else { 9 }
    }
    fn revoke(&self, _: &str, client_id: Option<&str>) -> usize {
        if client_id.is_some() { 1 } else { 2 }
    }
    fn expire_history(&self, email: Option<&str>) -> usize {
        if email.is_some() { 1 } else { 5 }
    }
    fn index_delay_ms(&self) -> u64 {
        *self.index_delay_ms.lock().unwrap()
    }
    fn set_index_delay_ms(&self, delay_ms: u64) {
        *self.index_delay_ms.lock().unwrap() = delay_ms;
    }
    fn clock(&self) -> ClockReading {
        let (now, frozen) = self.now.lock().unwrap().unwrap_or((Timestamp::UNIX_EPOCH, false));
        ClockReading { now, frozen, speed: *self.speed.lock().unwrap() + 1 }
    }
    fn advance_clock(&self, milliseconds: u64) {
        let step = SignedDuration::from_millis(milliseconds.cast_signed());
        let ClockReading { now, frozen, .. } = self.clock();
        *self.now.lock().unwrap() = Some((now.checked_add(step).unwrap(), frozen));
    }
    fn set_clock(&self, now: Timestamp, frozen: bool) {
        *self.now.lock().unwrap() = Some((now, frozen));
    }
    fn set_clock_speed(&self, speed: u32) {
        *self.speed.lock().unwrap() = speed - 1;
    }
    fn reset_clock(&self) {
        *self.now.lock().unwrap() = None;
    }
    fn ledger(&self) -> Vec<LedgerEntry> {
        let entry = |mailbox: &str| LedgerEntry {
            number: 1,
            accepted_at: Timestamp::UNIX_EPOCH,
            mailbox: mailbox.into(),
            method: "gmail.messages.send".into(),
            id: "1".into(),
            message_id: "<1@x>".into(),
            original_message_id: None,
            recipients: vec!["b@x.test".into()],
            subject: "hi".into(),
            size: 3,
        };
        vec![entry("a@sandbox.test"), entry("b@sandbox.test")]
    }
    fn outbound(&self) -> Vec<crate::world::Outbound> {
        Vec::new()
    }
    fn clear_ledger(&self) -> usize {
        2
    }
    fn issue_token(&self, request: TokenRequest) -> Result<IssuedToken, Refusal> {
        let scope = request.scopes.unwrap_or_default().join(" ");
        let (access_token, refresh_token) = (format!("ya29.{}", request.email), "1//r".into());
        Ok(IssuedToken {
            access_token,
            refresh_token,
            expires_in: request.expires_in.unwrap_or(3599),
            scope,
            token_type: "Bearer".into(),
        })
    }
    fn clients(&self) -> Vec<ClientRecord> {
        Vec::new()
    }
    fn register_client(&self, new: NewClient) -> Result<ClientRecord, Refusal> {
        let (client_id, client_secret) = (new.client_id.unwrap_or_default(), new.client_secret.unwrap_or_default());
        Ok(ClientRecord {
            client_id,
            client_secret,
            redirect_uris: new.redirect_uris,
            name: new.name.unwrap_or_default(),
        })
    }
    fn push_subscriptions(&self) -> Vec<PushSubscription> {
        self.push.lock().unwrap().clone()
    }
    fn set_push(&self, subscription: PushSubscription) -> Result<(), Refusal> {
        self.push.lock().unwrap().push(subscription);
        Ok(())
    }
}

struct Bench {
    toy: Arc<Toy>,
    router: Router,
}

fn bench() -> Bench {
    let toy = Arc::new(Toy::default());
    toy.add_mailbox(NewMailbox { email: "a@sandbox.test".into(), name: None, provider: super::Provider::Google })
        .unwrap();
    let clock = crate::clock::Clock::frozen(Timestamp::UNIX_EPOCH);
    let meter = Arc::new(Meter::new(&crate::Quotas::Off, 1, clock));
    let router = router(toy.clone(), Arc::new(Plan::new()), meter);
    Bench { toy, router }
}

impl Bench {
    async fn ask(&self, method: &str, path: &str, content_type: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let request =
            Request::builder().method(method).uri(format!("/_sandbox{path}")).header("content-type", content_type);
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| panic!("{path} answers {status} without JSON: {bytes:?}")),
        )
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask("GET", path, "text/plain", "").await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// As curl -d sends it: with the content type of a form.
    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let (status, answer) = self.ask("POST", path, "application/x-www-form-urlencoded", body.to_string()).await;
        (status.as_u16(), answer)
    }

    async fn refusal(&self, path: &str, body: Value, status: u16) -> String {
        let (got, answer) = self.post(path, body).await;
        assert_eq!(got, status, "{path}: {answer}");
        answer["error"]["message"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn the_overview_names_every_address_and_an_unknown_one_points_to_it() {
    let bench = bench();
    for path in ["", "/"] {
        let overview = bench.get(path).await;
        assert_eq!(overview["mailboxes"][0]["email"], "a@sandbox.test");
        assert!(overview["addresses"].as_array().unwrap().len() > 20);
    }
    let (status, answer) = bench.ask("GET", "/nonsense", "text/plain", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(answer["error"]["message"].as_str().unwrap().contains("GET /_sandbox/"));
}

#[tokio::test]
async fn the_bare_address_shows_people_a_page_and_tells_programs_where_to_go() {
    let bench = bench();
    let ask = async |accept: &str| {
        let request = Request::builder().uri("/").header("accept", accept).body(Body::empty()).unwrap();
        let response = bench.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    };
    let page = ask("text/html,*/*;q=0.8").await;
    assert!(page.contains("href=\"/_sandbox/\"") && page.contains("a@sandbox.test (Google), "), "{page}");
    let told: Value = serde_json::from_str(&ask("*/*").await).unwrap();
    assert_eq!(told["control"], "/_sandbox/");
}

#[tokio::test]
async fn the_page_in_an_applications_place_shows_what_came_and_runs_none_of_it() {
    let bench = bench();
    let ask = async |query: &str| {
        let uri = format!("/_sandbox/landing{query}");
        let request = Request::builder().uri(uri).header("accept", "text/html").body(Body::empty()).unwrap();
        let response = bench.router.clone().oneshot(request).await.unwrap();
        assert_eq!(
            (response.status(), &response.headers()["cache-control"]),
            (StatusCode::OK, &"no-store".parse().unwrap())
        );
        String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    };
    let page = ask("?code=c%2B1&state=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(page.contains("<code>c+1</code>") && page.contains("/v3/connect/token"), "{page}");
    assert!(page.contains("alert(1)") && !page.contains("<script"), "{page}");
    assert!(ask("?error=access_denied").await.contains("was not finished"));
    assert!(ask("").await.contains("nothing"));
    assert_eq!(bench.get("/landing?code=c%2B1&state=s").await, json!({"code": "c+1", "state": "s"}));
}

#[tokio::test]
async fn every_address_of_the_overview_exists() {
    let bench = bench();
    for address in bench.get("/").await["addresses"].as_array().unwrap() {
        let path = address["path"].as_str().unwrap().strip_prefix("/_sandbox").unwrap();
        let path = path.replace("{email}", "a@sandbox.test").replace("{id}", "none");
        let (status, answer) = bench.ask(address["method"].as_str().unwrap(), &path, "text/plain", "").await;
        assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{address}");
        assert!(!answer.to_string().contains("the control API has no"), "{address}");
    }
}

#[tokio::test]
async fn mailboxes_are_listed_added_once_and_checked() {
    let bench = bench();
    assert_eq!(bench.post("/mailboxes", json!({"email": "b@sandbox.test", "name": "B"})).await.0, 201);
    assert_eq!(bench.get("/mailboxes").await["mailboxes"].as_array().unwrap().len(), 2);
    assert_eq!(bench.get("/mailboxes/B@sandbox.test").await["name"], "B");
    bench.refusal("/mailboxes", json!({"email": "b@sandbox.test"}), 409).await;
    assert!(bench.refusal("/mailboxes", json!({"email": "b"}), 400).await.contains("email"));
    assert!(bench.refusal("/mailboxes", json!({"mail": "b"}), 400).await.contains("mail"));
    let (status, answer) = bench.ask("GET", "/mailboxes/x@sandbox.test", "text/plain", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(answer["error"]["message"].as_str().unwrap().contains("a@sandbox.test"), "it says which there are");
}

#[tokio::test]
async fn a_raw_message_is_imported_byte_for_byte() {
    let bench = bench();
    let raw = b"Subject: x\n\n\xff\r\nbody".to_vec();
    let path = "/mailboxes/A@sandbox.test/messages?labels=INBOX,%20My%20Label,&internal_date_ms=5";
    let (status, answer) = bench.ask("POST", path, "application/x-www-form-urlencoded", raw.clone()).await;
    assert_eq!((status, answer), (StatusCode::CREATED, json!({"id": "1", "thread_id": "2"})));
    let options =
        ImportOptions { labels: vec!["INBOX".into(), "My Label".into()], internal_date_ms: Some(5), thread_id: None };
    assert_eq!(*bench.toy.imported.lock().unwrap(), [("a@sandbox.test".to_owned(), raw, options)]);
    let (status, _) = bench.ask("POST", "/mailboxes/a@sandbox.test/messages", "text/plain", "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = bench.ask("POST", "/mailboxes/a@sandbox.test/messages?colour=red", "text/plain", "x").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn mail_is_delivered_raw_or_described() {
    let bench = bench();
    let raw = bench
        .ask("POST", "/deliver?to=a@sandbox.test,b@x.test&from=c@x.test", "message/rfc822", "Subject: x\r\n\r\ny")
        .await;
    assert_eq!(raw.0, StatusCode::CREATED);
    let described = json!({"to": ["a@sandbox.test"], "from": "c@x.test", "subject": "Grüße aus dem schönen Köln am Rhein", "text": "Hällo\nWelt"});
    assert_eq!(bench.ask("POST", "/deliver", "application/json", described.to_string()).await.0, StatusCode::CREATED);
    let delivered = bench.toy.delivered.lock().unwrap();
    assert_eq!((delivered[0].to.len(), delivered[0].from.as_str()), (2, "c@x.test"));
    let parsed = mail_parser::MessageParser::default().parse(&delivered[1].raw).unwrap();
    assert_eq!(parsed.subject(), Some("Grüße aus dem schönen Köln am Rhein"));
    assert_eq!(parsed.body_text(0).unwrap(), "Hällo\r\nWelt");
}

#[tokio::test]
async fn a_described_delivery_cannot_smuggle_headers() {
    let bench = bench();
    for described in [
        json!({"to": ["a@sandbox.test\r\nBcc: x@x.test"], "subject": "x"}),
        json!({"to": ["a@sandbox.test"], "from": "c@x.test\r\nX: y", "subject": "x"}),
        json!({"to": [], "subject": "x"}),
        json!({"to": ["a@sandbox.test"], "raw": "%%%"}),
        json!({"to": ["a@sandbox.test"], "raw": "YQ==", "text": "b"}),
    ] {
        let (status, answer) = bench.ask("POST", "/deliver", "application/json", described.to_string()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{described}: {answer}");
    }
    assert!(bench.toy.delivered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_clock_is_read_moved_set_and_reset() {
    let bench = bench();
    assert_eq!(bench.post("/clock", json!({"advance_ms": 1500})).await.1["now"], "1970-01-01T00:00:01.5Z");
    let set = bench.post("/clock", json!({"set": "2026-01-01T00:00:00Z", "frozen": true})).await.1;
    assert_eq!(set, json!({"now": "2026-01-01T00:00:00Z", "frozen": true, "speed": 1}));
    assert_eq!(bench.post("/clock", json!({"speed": 60})).await.1["speed"], 60);
    assert_eq!(bench.post("/clock", json!({"reset": true})).await.1["frozen"], false);
    for wrong in [
        json!({}),
        json!({"advance_ms": 1, "reset": true}),
        json!({"frozen": true}),
        json!({"set": "today"}),
        json!({"advance_ms": -1}),
        json!({"advance_ms": u64::MAX}),
        json!({"reset": false}),
        json!({"speed": 0}),
        json!({"speed": 3601}),
        json!({"speed": 2, "reset": true}),
    ] {
        bench.refusal("/clock", wrong, 400).await;
    }
}

#[tokio::test]
async fn faults_are_added_listed_removed_and_cleared() {
    let bench = bench();
    let (status, answer) = bench.post("/faults", json!({"id": "x", "name": "gmail.backend_error", "times": 2})).await;
    assert_eq!((status, &answer["added"]), (201, &json!(["x"])));
    let toml = "[[rule]]\ncut = \"after\"\n[[rule]]\ndelay_ms = 5\n";
    let (status, answer) = bench.ask("POST", "/faults", "application/x-www-form-urlencoded", toml).await;
    assert_eq!((status, &answer["added"]), (StatusCode::CREATED, &json!(["rule-1", "rule-2"])));
    assert_eq!(bench.post("/faults", json!({"rule": [{"cut": "before"}]})).await.1["added"], json!(["rule-3"]));
    assert_eq!(bench.get("/faults").await["rules"][0]["remaining"], 2);
    assert_eq!(bench.get("/faults/hits").await, json!({"hits": []}));
    assert_eq!(bench.ask("DELETE", "/faults/x", "text/plain", "").await.1, json!({"removed": 1}));
    assert_eq!(bench.ask("DELETE", "/faults/x", "text/plain", "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(bench.ask("DELETE", "/faults", "text/plain", "").await.1, json!({"removed": 3}));
    assert!(bench.get("/faults/catalogue").await["faults"].as_array().unwrap().len() >= 9);
}

#[tokio::test]
async fn wrong_faults_are_refused_with_the_field() {
    let bench = bench();
    assert!(bench.refusal("/faults", json!({"name": "gmail.nonsense"}), 400).await.contains("catalogue"));
    assert!(bench.refusal("/faults", json!({"cutt": "after"}), 400).await.contains("cutt"));
    bench.post("/faults", json!({"id": "x", "cut": "after"})).await;
    bench.refusal("/faults", json!({"id": "x", "cut": "after"}), 409).await;
    let (status, _) = bench.ask("POST", "/faults", "text/plain", "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = bench.ask("POST", "/faults", "text/plain", b"\xff\xfe".to_vec()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tokens_clients_grants_and_history() {
    let bench = bench();
    let (status, token) = bench.post("/token", json!({"email": "a@sandbox.test", "expires_in": 5})).await;
    assert_eq!((status, &token["expires_in"]), (201, &json!(5)));
    bench.refusal("/token", json!({"email": "nobody@sandbox.test"}), 404).await;
    assert_eq!(bench.post("/tokens/expire", json!({"email": "a@sandbox.test"})).await.1, json!({"expired": 1}));
    assert_eq!(bench.ask("POST", "/tokens/expire", "text/plain", "").await.1, json!({"expired": 9}));
    bench.refusal("/tokens/expire", json!({"email": "nobody@sandbox.test"}), 404).await;
    assert_eq!(bench.ask("POST", "/history/expire", "text/plain", " ").await.1, json!({"expired": 5}));
    assert_eq!(bench.post("/indexing", json!({"delay_ms": 3000})).await.1, json!({"delay_ms": 3000}));
    assert_eq!(bench.get("/indexing").await, json!({"delay_ms": 3000}));
    assert!(bench.refusal("/indexing", json!({"delay_ms": 3_600_001}), 400).await.contains("delay_ms"));
    assert_eq!(
        bench.ask("DELETE", "/mailboxes/a@sandbox.test/grants?client_id=c", "text/plain", "").await.1,
        json!({"revoked": 1})
    );
    let client = json!({"client_id": "c", "client_secret": "s", "redirect_uris": ["http://localhost/x"]});
    assert_eq!(bench.post("/clients", client).await.1["client_id"], "c");
    assert!(bench.refusal("/clients", json!({"redirect_uris": ["nonsense"]}), 400).await.contains("redirect_uris"));
}

#[tokio::test]
async fn the_ledger_can_be_narrowed_and_emptied() {
    let bench = bench();
    assert_eq!(bench.get("/ledger").await["count"], 2);
    assert_eq!(bench.get("/ledger?mailbox=B@sandbox.test").await["accepted"][0]["mailbox"], "b@sandbox.test");
    assert_eq!(bench.ask("DELETE", "/ledger", "text/plain", "").await.1, json!({"removed": 2}));
}

#[tokio::test]
async fn push_goes_to_a_topic_of_the_right_shape() {
    let bench = bench();
    let (status, answer) =
        bench.post("/push", json!({"topic": "projects/p/topics/t", "endpoint": "http://127.0.0.1:1/x"})).await;
    assert_eq!((status, answer["subscriptions"].as_array().unwrap().len()), (200, 1));
    assert!(bench.refusal("/push", json!({"topic": "t"}), 400).await.contains("topic"));
    assert!(
        bench
            .refusal("/push", json!({"topic": "projects/p/topics/t", "endpoint": "ftp://x"}), 400)
            .await
            .contains("endpoint")
    );
}
