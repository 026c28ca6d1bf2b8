//! Sends over Microsoft that Gmail has no like of: files by upload session, drafts that keep their id, permissions that only send.

use model::Provider;
use serde_json::{Value, json};

use crate::harness::Road;

const SEND_ONLY: [&str; 5] = ["openid", "profile", "offline_access", "User.Read", "Mail.Send"];

struct Post {
    road: Road,
    send: String,
    grant: model::grant::Grant,
    ada: String,
    ben: String,
}

async fn post(scopes: Option<&[&str]>) -> Post {
    let road = Road::at(Provider::Microsoft).await;
    let (ada, ben) = (road.mailbox("ada"), road.mailbox("ben"));
    let grant = match scopes {
        Some(scopes) => road.connect_with(&ada, scopes).await,
        None => road.connect(&ada).await,
    };
    if scopes.is_none() {
        road.live(&grant).await;
    }
    Post { send: format!("/v3/grants/{}/messages/send", grant.id), road, grant, ada, ben }
}

impl Post {
    fn mail(&self, subject: &str) -> Value {
        json!({ "subject": subject, "body": "Here.", "to": [{ "email": self.ben }] })
    }

    /// The same with a file of so many bytes.
    fn with_file(&self, subject: &str, bytes: usize) -> Value {
        use base64::Engine as _;
        let content = base64::prelude::BASE64_STANDARD.encode(vec![b'x'; bytes]);
        let file = json!({ "filename": "large.bin", "content_type": "application/octet-stream", "content": content });
        let mut mail = self.mail(subject);
        mail["attachments"] = json!([file]);
        mail
    }

    async fn fault(&self, rule: Value) {
        self.road.control("faults", Some(&rule)).await;
    }

    async fn outbox(&self) -> Vec<Value> {
        self.road.list(&format!("/v3/grants/{}/outbox", self.grant.id)).await
    }

    /// What lies in Ada's folder of this name.
    fn lying(&self, label: &str) -> usize {
        let kept = self.road.sandbox.world().snapshot(&self.ada).unwrap();
        kept.iter().filter(|kept| kept.labels.iter().any(|have| have.eq_ignore_ascii_case(label))).count()
    }

    /// The raw messages that Ben has.
    fn arrived(&self) -> Vec<Vec<u8>> {
        let kept = self.road.sandbox.world().snapshot(&self.ben).unwrap();
        kept.into_iter().map(|kept| kept.raw.to_vec()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_leaves_no_draft_and_is_never_sent_half() {
    let post = post(None).await;
    // The first try loses the draft's maker in the middle of its file, and then what would have taken the half back.
    post.fault(json!({ "method": "graph.attachments.createUploadSession", "cut": "after", "times": 1 })).await;
    post.fault(json!({ "method": "graph.messages.permanentDelete", "cut": "before", "times": 1 })).await;
    let (status, answer) = post.road.ask(&post.send, Some(&post.with_file("large", 2_200_000))).await;
    assert_eq!(status, 200, "{answer}");
    let arrived = post.arrived();
    assert_eq!(arrived.len(), 1);
    let parsed = mail::parse::parse(&arrived[0]);
    assert_eq!(
        (parsed.attachments.len(), parsed.attachments[0].size > 2_000_000),
        (1, true),
        "{:?}",
        parsed.attachments
    );
    post.road.until("no half is left", async || post.lying("DRAFT") == 0).await;
    post.road.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_deleted_by_its_owner_is_not_sent_when_its_time_comes() {
    let post = post(None).await;
    let saved = post.road.post(&format!("/v3/grants/{}/drafts", post.grant.id), &post.mail("on second thoughts")).await;
    let id = saved["data"]["id"].as_str().unwrap().to_owned();
    // Deleting in Outlook moves it to the deleted items, where it still is a draft.
    let world = post.road.sandbox.world();
    let outlook = world.issue_graph_token(&post.ada, sandbox::DEFAULT_APP_ID, &["Mail.ReadWrite"]).unwrap();
    let mut url = reqwest::Url::parse(&format!("{}/v1.0/me/messages", post.road.sandbox.url())).unwrap();
    url.path_segments_mut().unwrap().push(&id);
    let deleted = reqwest::Client::new().delete(url).bearer_auth(outlook).send().await.unwrap();
    assert_eq!(deleted.status().as_u16(), 204);
    let (status, answer) = post.road.ask(&format!("/v3/grants/{}/drafts/{id}", post.grant.id), Some(&json!({}))).await;
    assert_eq!(status, 404, "{answer}");
    assert!(post.arrived().is_empty());
    post.road.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gave_only_the_permission_to_send_sends_and_reading_is_explained() {
    let post = post(Some(&SEND_ONLY)).await;
    let sent = post.road.post(&post.send, &post.mail("sent only")).await;
    assert_eq!((post.arrived().len(), &sent["data"]["subject"]), (1, &json!("sent only")));
    assert!(sent["data"]["id"].as_str().unwrap().starts_with('<'), "the mail's Message-ID: {}", sent["data"]["id"]);
    let ledger = post.road.control("ledger", None).await;
    assert_eq!(ledger["accepted"][0]["method"], "graph.sendMail");
    for list in ["messages", "threads", "folders"] {
        let (status, answer) = post.road.ask(&format!("/v3/grants/{}/{list}", post.grant.id), None).await;
        assert_eq!((status, &answer["error"]["fault"]["kind"]), (403, &json!("insufficient_scope")), "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("read"), "{answer}");
    }
    assert_eq!(post.outbox().await[0]["state"], "done", "the outbox is told all the same");
    post.road.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_that_nobody_may_look_up_stays_for_the_operator() {
    let post = post(Some(&SEND_ONLY)).await;
    post.fault(json!({ "method": "graph.sendMail", "cut": "after" })).await;
    let (status, answer) = post.road.ask(&post.send, Some(&post.mail("who knows"))).await;
    assert_eq!((status, &answer["error"]["fault"]["retry"]["verdict"]), (504, &json!("look_first")), "{answer}");
    let held = &post.outbox().await[0];
    assert_eq!((&held["state"], &held["waits_for"]), (&json!("uncertain"), &json!("operator")), "{held}");
    assert_eq!(post.arrived().len(), 1, "it had gone out, and was not sent again");
    post.road.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_too_has_a_lost_answer_looked_up() {
    let post = post(Some(&["openid", "profile", "offline_access", "User.Read", "Mail.Send", "Mail.Read"])).await;
    post.road.live(&post.grant).await;
    post.fault(json!({ "method": "graph.sendMail", "cut": "after", "times": 1 })).await;
    let sent = post.road.post(&post.send, &post.mail("found")).await;
    assert_eq!(post.arrived().len(), 1);
    let path = format!("/v3/grants/{}/messages/{}", post.grant.id, sent["data"]["id"].as_str().unwrap());
    assert_eq!(post.road.get(&path).await["data"]["subject"], "found");
    post.road.end().await;
}
