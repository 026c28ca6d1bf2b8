use bytes::Bytes;
use model::{FaultKind, MessageId, Verdict};
use providers::Wanted;
use serde_json::json;
use std::sync::Arc;
use tokio::io::AsyncReadExt;

use super::counting::Counting;
use super::fake::{Fake, Said, error, message, metered, ok};

/// A server that reads a little and hangs up.
async fn rude() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}/v1.0", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 512]).await;
        }
    });
    root
}

fn draft(said: Said) -> impl Fn(&super::fake::Asked) -> Said + Send + Sync {
    move |asked| match asked.method.as_str() {
        "GET" => {
            let mut draft = message("d", "DRAFTS");
            draft["isDraft"] = true.into();
            ok(draft)
        }
        _ => said.clone(),
    }
}

#[tokio::test]
async fn a_send_that_failed_at_the_server_is_looked_for_first() {
    let fake = Fake::start(draft(error(504, "UnknownError"))).await;
    let fault = fake.client().send_draft(&"d".into(), 1).await.unwrap_err();
    assert_eq!(fault.verdict, Verdict::LookFirst);
    let fault = fake.client().create_draft(Bytes::from_static(b"x"), None).await.unwrap_err();
    assert_eq!(fault.verdict, Verdict::Backoff, "a draft is no send");
}

#[tokio::test]
async fn a_request_cut_off_says_whether_it_may_have_arrived() {
    let client = metered(&rude().await, Arc::new(Counting::default()));
    let fault = client.profile().await.unwrap_err();
    assert_eq!((fault.kind, fault.verdict), (FaultKind::Network, Verdict::Backoff));
}

#[tokio::test]
async fn refusals_to_send_say_why() {
    for (status, code, kind) in [
        (403, "ErrorSendAsDenied", FaultKind::SenderNotAllowed),
        (429, "ErrorExceededMessageLimit", FaultKind::SendingQuotaExceeded),
        (507, "ErrorQuotaExceeded", FaultKind::MailboxFull),
        (400, "ErrorMessageSizeExceeded", FaultKind::MessageTooLarge),
    ] {
        let fake = Fake::start(draft(error(status, code))).await;
        let fault = fake.client().send_draft(&"d".into(), 1).await.unwrap_err();
        assert_eq!((fault.kind, fault.provider_code.as_deref()), (kind, Some(code)));
    }
}

#[tokio::test]
async fn after_a_refusal_of_the_whole_mailbox_no_message_is_asked_for_any_more() {
    let fake = Fake::start(|_| error(401, "InvalidAuthenticationToken")).await;
    let glimpse = providers::Glimpse {
        thread_id: "t".into(),
        placement: Default::default(),
        received_at: model::Timestamp::UNIX_EPOCH,
    };
    let wanted = |i: usize| Wanted { id: MessageId(format!("m{i}")), glimpse: Some(glimpse.clone()) };
    let fault = fake.client().fetch(&(0..40).map(wanted).collect::<Vec<_>>()).await.unwrap_err();
    assert_eq!((fault.kind, fault.verdict), (FaultKind::Unauthenticated, Verdict::AfterRefresh));
    assert!(fake.asked().len() <= 8, "{}", fake.asked().len());
}

#[tokio::test]
async fn errors_keep_the_providers_object_and_hide_the_token() {
    let body = json!({ "error": { "code": "ErrorAccessDenied", "message": "Access is denied." } });
    let sent = body.clone();
    let fake = Fake::start(move |_| Said::Json(403, sent.clone())).await;
    let fault = fake.client().send_as().await.unwrap_err();
    assert_eq!(fault.provider_error, Some(body));
    assert_eq!(fault.origin.as_ref().map(|origin| origin.operation.as_str()), Some("GET /me"));
    assert!(!format!("{fault:?}").contains("eyJ"));
}

#[tokio::test]
async fn a_link_out_of_graph_is_not_followed() {
    let fake = Fake::start(|asked| {
        super::fake::known(asked)
            .unwrap_or_else(|| ok(json!({ "value": [], "@odata.nextLink": "https://elsewhere.test/next" })))
    })
    .await;
    let fault = fake.client().list(Default::default(), None, 10).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::TransientBackend);
}
