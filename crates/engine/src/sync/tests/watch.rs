//! Subscriptions to changes, and what providers post.

use model::secret::SecretString;
use model::sync::Watch;
use serde_json::{Value, json};

use super::*;
use crate::push::Pushed;

/// Reached from outside.
async fn public(messages: usize) -> Bench {
    Bench::set(messages, |settings| settings.public_url = "https://mail.example".into()).await
}

async fn watch(bench: &Bench) -> Option<Watch> {
    bench.engine.reads().watch(bench.grant).await.unwrap()
}

/// The handle and the secret of the newest subscription at the provider.
fn newest(bench: &Bench) -> (String, String) {
    bench.world.state().watches.last().cloned().expect("a subscription")
}

/// Posts as a provider does that names subscriptions.
async fn post(bench: &Bench, handle: &str, secret: Value, event: Option<&str>) {
    let notice = json!({ "subscriptionId": handle, "clientState": secret, "lifecycleEvent": event });
    let body = json!({ "value": [notice] }).to_string();
    let told = bench.engine.push(Provider::Microsoft, "", body.as_bytes()).await.unwrap();
    assert_eq!(told, Pushed::Taken);
}

async fn is_due(bench: &Bench) -> bool {
    bench.state().await.next_at <= bench.clock_now()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_is_kept_where_a_topic_is_named() {
    let bench = Bench::with(1).await;
    let settings = json!({ "client_id": "id", "client_secret": "s", "topic_name": "projects/p/topics/t" });
    let edit = crate::connectors::ConnectorEdit { settings: settings.as_object().cloned(), ..Default::default() };
    bench.engine.update_connector(bench.application, Provider::Google, edit).await.unwrap();
    bench.world.fail("watch", Fault::new(FaultKind::PermissionDenied, "User not authorized"));
    let state = bench.sync().await;
    assert_eq!((bench.world.calls("watch"), watch(&bench).await), (1, None));
    assert!(state.next_at < bench.in_seconds(60), "without push, polling is quick");
    bench.sync().await;
    assert_eq!(bench.world.calls("watch"), 1, "a refusal is not asked again at once");
    bench.clock.advance(Duration::from_secs(3700));
    let state = bench.sync().await;
    assert_eq!(watch(&bench).await.unwrap().handle, None);
    assert!(state.next_at > bench.in_seconds(500), "push makes polling slow");
    bench.sync().await;
    assert_eq!(bench.world.calls("watch"), 2);
    bench.clock.advance(Duration::from_secs(25 * 3600));
    bench.sync().await;
    assert_eq!(bench.world.calls("watch"), 3, "renewed daily");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_topic_or_public_address_polling_goes_on() {
    let bench = Bench::with(1).await;
    let state = bench.sync().await;
    assert_eq!((bench.world.calls("watch"), watch(&bench).await), (0, None));
    assert!(state.next_at < bench.in_seconds(60));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_provider_posts_polling_is_slow_and_the_secret_is_not_kept() {
    let bench = public(1).await;
    let state = bench.sync().await;
    assert!(state.next_at > bench.in_seconds(500));
    let (handle, secret) = newest(&bench);
    let kept = watch(&bench).await.unwrap();
    assert_eq!((kept.handle, kept.callback.as_str()), (Some(handle), "https://mail.example/v3/push/google"));
    assert_eq!(kept.secret_hash, crate::digest::sha256(secret.as_bytes()));
    assert!((32..=128).contains(&secret.len()), "{} characters", secret.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_renewed_under_its_handle_and_made_anew_when_it_is_gone() {
    let bench = public(1).await;
    bench.sync().await;
    let first = watch(&bench).await.unwrap();
    bench.clock.advance(Duration::from_secs(23 * 3600));
    bench.sync().await;
    assert_eq!(bench.world.calls("watch"), 1, "not before its time");
    bench.clock.advance(Duration::from_secs(2 * 3600));
    bench.sync().await;
    let renewed = watch(&bench).await.unwrap();
    assert!(renewed.ends_at > first.ends_at);
    assert_eq!((renewed.handle, renewed.secret_hash), (first.handle, first.secret_hash));
    // Expired while nobody was here.
    bench.world.state().watches.clear();
    bench.clock.advance(Duration::from_secs(9 * 24 * 3600));
    let state = bench.sync().await;
    let anew = watch(&bench).await.unwrap();
    assert_eq!((anew.handle.as_deref(), bench.world.calls("watch")), (Some("w2"), 3));
    assert_ne!(anew.secret_hash, renewed.secret_hash);
    assert!(state.next_at > bench.in_seconds(500));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_post_does_not_prove_does_nothing() {
    let bench = public(1).await;
    bench.sync().await;
    let (handle, secret) = newest(&bench);
    let kept = watch(&bench).await;
    for (handle, secret) in [
        (handle.as_str(), json!("guess")),
        (handle.as_str(), json!("")),
        (handle.as_str(), json!(null)),
        ("unknown", json!(secret)),
    ] {
        for event in [None, Some("reauthorizationRequired"), Some("subscriptionRemoved")] {
            post(&bench, handle, secret.clone(), event).await;
        }
    }
    assert!(!is_due(&bench).await && watch(&bench).await == kept);
    post(&bench, &handle, json!(secret), None).await;
    assert!(is_due(&bench).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_to_a_subscription_is_acted_upon() {
    let bench = public(1).await;
    bench.sync().await;
    let (handle, secret) = newest(&bench);
    bench.clock.advance(Duration::from_secs(60));
    post(&bench, &handle, json!(secret), Some("reauthorizationRequired")).await;
    assert!(is_due(&bench).await);
    bench.sync().await;
    assert_eq!((newest(&bench), bench.world.calls("watch")), ((handle.clone(), secret.clone()), 2));
    bench.world.state().watches.clear();
    post(&bench, &handle, json!(secret), Some("subscriptionRemoved")).await;
    assert!(is_due(&bench).await);
    bench.sync().await;
    assert_eq!((newest(&bench).0.as_str(), bench.world.calls("watch")), ("w2", 3));
    // Said again about the old one: late posts undo nothing.
    post(&bench, &handle, json!(secret), Some("subscriptionRemoved")).await;
    assert_eq!(watch(&bench).await.unwrap().handle.as_deref(), Some("w2"));
    let (handle, secret) = newest(&bench);
    post(&bench, &handle, json!(secret), Some("missed")).await;
    assert!(is_due(&bench).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_with_its_grant() {
    let bench = public(1).await;
    bench.sync().await;
    bench.engine.remove_grant(bench.grant).await.unwrap();
    assert!(bench.world.state().watches.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_mailbox_has_one_of_ends_with_its_last_grant() {
    let bench = Bench::with(1).await;
    let settings = json!({ "client_id": "id", "client_secret": "s", "topic_name": "projects/p/topics/t" });
    let edit = || crate::connectors::ConnectorEdit { settings: settings.as_object().cloned(), ..Default::default() };
    bench.engine.update_connector(bench.application, Provider::Google, edit()).await.unwrap();
    bench.sync().await;
    let kept = watch(&bench).await.unwrap();
    let other = bench.engine.create_application("Other").await.unwrap().id;
    bench.engine.create_connector(other, Provider::Google, edit()).await.unwrap();
    let token = json!({ "refresh_token": "refresh-5" }).as_object().cloned().unwrap();
    let second = bench.engine.custom_grant(other, Provider::Google, token, None, None).await.unwrap();
    bench.engine.inner.store().set_watch(Watch { grant_id: second.id, ..kept }).await.unwrap();
    bench.engine.remove_grant(bench.grant).await.unwrap();
    assert_eq!(bench.world.calls("stop_watch"), 0, "the other one is told by it");
    bench.engine.remove_grant(second.id).await.unwrap();
    assert_eq!(bench.world.calls("stop_watch"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_grant_is_not_woken() {
    let bench = public(1).await;
    bench.sync().await;
    let (handle, secret) = newest(&bench);
    bench.world.fail("changes", Fault::new(FaultKind::ReauthRequired, "gone").with_verdict(Verdict::AfterReauth));
    bench.sync().await;
    assert_eq!(bench.grant().await.status, GrantStatus::Invalid);
    let before = bench.state().await.next_at;
    post(&bench, &handle, json!(secret), None).await;
    assert_eq!(bench.state().await.next_at, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_public_address_is_subscribed_anew() {
    let bench = public(1).await;
    bench.sync().await;
    let kept = watch(&bench).await.unwrap();
    let moved = Watch { callback: "https://old.example/v3/push/google".into(), ..kept };
    bench.engine.inner.store().set_watch(moved).await.unwrap();
    bench.sync().await;
    let kept = watch(&bench).await.unwrap();
    assert_eq!((kept.handle.as_deref(), kept.callback.as_str()), (Some("w2"), "https://mail.example/v3/push/google"));
    assert_eq!(bench.world.state().watches.len(), 1, "the old one is ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_is_followed_at_once_by_the_pool() {
    let token = || SecretString::from("sesame".to_owned());
    let bench = Bench::set(3, |settings| settings.push_tokens = [(Provider::Google, token())].into()).await;
    bench.sync().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let pool = tokio::spawn(crate::sync::run(bench.engine.inner.clone(), stop.clone()));
    while !bench.engine.inner.board.hint(bench.grant) {
        tokio::task::yield_now().await;
    }
    let id = bench.world.fill(1).remove(0);
    let body = push("Me@Example.com");
    let google = Provider::Google;
    let fault = bench.engine.push(google, "token=wrong", &body).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::ApiKeyInvalid);
    assert_eq!(bench.engine.push(google, "token=sesame", &body).await.unwrap(), Pushed::Taken);
    while bench.engine.reads().message(bench.grant, &id).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    pool.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pushes_that_nobody_configured_are_refused() {
    let bench = Bench::with(1).await;
    let fault = bench.engine.push(Provider::Google, "token=x", &push("me@example.com")).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unsupported);
    assert_eq!(bench.engine.push(Provider::Imap, "", b"").await.unwrap_err().kind, FaultKind::Unsupported);
    let greeting = bench.engine.push(Provider::Microsoft, "validationToken=a+b", b"").await.unwrap();
    assert_eq!(greeting, Pushed::Greeting("a b".into()));
}

fn push(email: &str) -> Vec<u8> {
    use base64::Engine as _;
    let notice = json!({ "emailAddress": email, "historyId": 7 }).to_string();
    let data = base64::engine::general_purpose::STANDARD.encode(notice);
    json!({ "message": { "data": data }, "subscription": "s" }).to_string().into_bytes()
}
