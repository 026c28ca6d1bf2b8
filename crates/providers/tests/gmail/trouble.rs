use bytes::Bytes;
use model::secret::SecretString;
use model::{FaultKind, Provider, Verdict};
use providers::{Endpoints, Unmetered};
use serde_json::json;
use std::sync::Arc;
use tokio::io::AsyncReadExt;

use super::fake::{Fake, Fixed, client_at, json};
use super::reading::wanted;

/// A server that reads a little and hangs up.
async fn rude() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 512]).await;
        }
    });
    root
}

/// An address at which nobody listens.
async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_send_that_was_cut_off_is_looked_for_first() {
    let client = client_at(&rude().await);
    let fault = client.send(Bytes::from_static(b"x"), None).await.unwrap_err();
    assert_eq!((fault.kind, fault.verdict), (FaultKind::Network, Verdict::LookFirst));
    assert_eq!(client.profile().await.unwrap_err().verdict, Verdict::Backoff);
}

#[tokio::test]
async fn a_send_that_never_left_may_be_repeated() {
    let fault = client_at(&nobody().await).send(Bytes::from_static(b"x"), None).await.unwrap_err();
    assert_eq!((fault.kind, fault.verdict), (FaultKind::Network, Verdict::Backoff));
}

#[tokio::test]
async fn an_accepted_send_with_an_unreadable_answer_is_looked_for_first() {
    let fake = Fake::start(|_| (200, "text/html".into(), b"<html>".to_vec())).await;
    let fault = fake.client().send(Bytes::from_static(b"x"), None).await.unwrap_err();
    assert_eq!((fault.kind, fault.verdict), (FaultKind::TransientBackend, Verdict::LookFirst));
}

#[tokio::test]
async fn errors_keep_the_providers_object_and_hide_the_token() {
    let body = json!({"error": {"code": 401, "message": "Invalid Credentials", "errors": [{"reason": "authError"}]}});
    let sent = body.clone();
    let fake = Fake::start(move |_| json(401, sent.clone())).await;
    let fault = fake.client().profile().await.unwrap_err();
    assert_eq!(
        (fault.kind, &fault.verdict, &fault.provider_error),
        (FaultKind::Unauthenticated, &Verdict::AfterRefresh, &Some(body))
    );
    assert!(!format!("{fault:?}").contains("ya29"));
}

#[tokio::test]
async fn a_batch_answered_with_something_else_is_one_fault() {
    let fake = Fake::start(|_| (200, "text/html".into(), b"<html>".to_vec())).await;
    let fault = fake.client().fetch(&wanted(&["a".into(), "b".into()])).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::TransientBackend);
}

#[test]
fn other_providers_are_declined_clearly() {
    for provider in [Provider::Ews, Provider::Imap] {
        let token = SecretString::from(String::new());
        let (http, meter) = (reqwest::Client::new(), Arc::new(Unmetered::default()));
        let opened = providers::connect(provider, &http, &Endpoints::default(), Arc::new(Fixed), token, meter);
        let fault = opened.err().unwrap();
        assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::Unsupported, Some("provider")));
    }
}
