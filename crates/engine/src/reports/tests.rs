//! Reports in a scripted mailbox, as webhooks hear of them.

use model::event::EventType;
use model::message::Placement;
use model::{FaultKind, MessageId, ThreadId};
use serde_json::Value;

use crate::outbox::Wish;
use crate::testing::Bench;

const SENT: &str = "Message-ID: <sent@mail.test>\r\nX-Postroad-Submission: 0198-abc\r\nFrom: me@example.com\r\n\
    To: Ben <ben@there.test>\r\nCc: cleo@there.test\r\nSubject: Minutes\r\n\r\nHere.\r\n";

/// A proper report with these fields about its recipients and this returned header.
fn report(fields: &str, returned: &str) -> String {
    format!(
        "From: Mail Delivery <mailer-daemon@mx.test>\r\nTo: me@example.com\r\nSubject: Returned\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt came back.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n{fields}\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n"
    )
}

const FAILED: &str = "Final-Recipient: rfc822; ben@there.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\
    Diagnostic-Code: smtp; 550 5.1.1 Nobody of that name\r\nRemote-MTA: dns; mx.there.test\r\n";
const DELAYED: &str = "Final-Recipient: rfc822; cleo@there.test\r\nAction: delayed\r\nStatus: 4.4.1\r\n\
    Will-Retry-Until: Thu, 08 Jan 2026 10:00:00 +0000\r\n";
const LIMIT: &str = "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\r\nTo: me@example.com\r\n\r\n\
    You have reached a limit for sending mail. Your message was not sent.\r\n";

fn lies(folder: &str, hidden: bool) -> Placement {
    Placement { folders: vec![folder.into()], hidden, ..Placement::default() }
}

fn put(bench: &Bench, raw: &str, folder: &str, thread: Option<&str>) -> MessageId {
    let thread = thread.map(|id| ThreadId(id.to_owned()));
    bench.world.state().put(raw.to_owned().into(), lies(folder, false), thread.as_ref())
}

/// About an hour after the notice the mailbox sends again; exactly when, the refusal told.
async fn sends_after_the_rest(bench: &Bench, refusal: &model::Fault, raw: Vec<u8>) {
    let until = refusal.retry_at().expect("it is told until when");
    assert!((bench.in_seconds(3_500)..bench.in_seconds(3_700)).contains(&until), "{until}");
    bench.clock.advance_to(until);
    bench.engine.send_raw(&bench.grant().await, raw, Wish::default()).await.unwrap();
}

/// A bench that is live and has sent one message, in the thread `t0`.
async fn sent() -> (Bench, model::WebhookId) {
    let bench = Bench::with(0).await;
    bench.sync().await;
    assert_eq!(put(&bench, SENT, "SENT", Some("t0")).0, "m0");
    bench.clock.advance(std::time::Duration::from_secs(30));
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    (bench, webhook)
}

/// The objects of the bounces a webhook heard of.
async fn bounces(bench: &Bench, webhook: model::WebhookId) -> Vec<Value> {
    let mut heard = bench.deliveries(webhook).await;
    heard.retain(|one| one.event.kind == EventType::MessageBounceDetected);
    heard.into_iter().map(|one| one.event.detail).collect()
}

async fn follow(bench: &Bench) {
    bench.clock.advance(std::time::Duration::from_secs(30));
    assert_eq!(bench.sync().await.failures, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_told_once_with_its_recipient() {
    let (bench, webhook) = sent().await;
    let notice = put(&bench, &report(FAILED, "Message-ID: <sent@mail.test>\r\n"), "INBOX", None);
    follow(&bench).await;
    let told = bounces(&bench, webhook).await;
    assert_eq!(told.len(), 1);
    let told = &told[0];
    assert_eq!((&told["type"], &told["code"]), (&"mailbox_unavailable".into(), &"550".into()));
    assert_eq!(told["bounced_addresses"], "ben@there.test");
    assert_eq!(told["bounce_reason"], "550 5.1.1 Nobody of that name");
    assert_eq!((&told["message_id"], &told["report_id"]), (&"m0".into(), &notice.as_str().into()));
    assert_eq!(told["origin"]["subject"], "Minutes");
    assert_eq!(told["recipients"][0]["status"], "5.1.1");
    assert_eq!(told["delayed"], false);
    // The same report again, by a change and by a reconciliation.
    bench.world.state().place(&notice, |placement| placement.unread = true);
    bench.world.state().lose_log();
    follow(&bench).await;
    follow(&bench).await;
    assert_eq!(bounces(&bench, webhook).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_in_the_same_step_as_its_message_is_matched() {
    let bench = Bench::with(0).await;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    put(&bench, SENT, "SENT", Some("t0"));
    put(&bench, &report(FAILED, "Message-ID: <sent@mail.test>\r\n"), "INBOX", None);
    follow(&bench).await;
    assert_eq!(bounces(&bench, webhook).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delays_are_told_apart_from_failures() {
    let (bench, webhook) = sent().await;
    put(&bench, &report(DELAYED, "X-Postroad-Submission: 0198-abc\r\n"), "INBOX", Some("t0"));
    follow(&bench).await;
    put(&bench, &report(&format!("{DELAYED}\r\n{FAILED}"), "Message-ID: <sent@mail.test>\r\n"), "INBOX", None);
    follow(&bench).await;
    let mut told = bounces(&bench, webhook).await;
    told.sort_by_key(|one| one["bounce_date"].as_str().map(str::to_owned));
    assert_eq!((&told[0]["type"], &told[0]["delayed"]), (&"delayed".into(), &true.into()));
    assert_eq!((&told[0]["bounced_addresses"], &told[0]["code"]), (&"cleo@there.test".into(), &"4.4.1".into()));
    assert_eq!(told[0]["recipients"][0]["will_retry_until"], 1_767_866_400);
    assert_eq!(told[0]["origin"]["submission_id"], "0198-abc");
    assert_eq!(
        (&told[1]["type"], &told[1]["bounced_addresses"]),
        (&"mailbox_unavailable".into(), &"ben@there.test".into())
    );
    assert_eq!(told[1]["recipients"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_matches_nothing_we_sent_is_ordinary_mail() {
    let (bench, webhook) = sent().await;
    let ours = report(FAILED, "Message-ID: <sent@mail.test>\r\n");
    put(&bench, &report(FAILED, "Message-ID: <other@mail.test>\r\n"), "INBOX", None);
    put(&bench, LIMIT, "INBOX", None);
    put(
        &bench,
        &report("Final-Recipient: rfc822; ben@there.test\r\nAction: delivered\r\n", "Message-ID: <sent@mail.test>\r\n"),
        "INBOX",
        None,
    );
    // Received, not sent, under the id that the report names.
    put(&bench, "Message-ID: <received@x.test>\r\nFrom: ben@there.test\r\n\r\nx", "INBOX", None);
    put(&bench, &report(FAILED, "Message-ID: <received@x.test>\r\n"), "INBOX", None);
    bench.world.state().put(ours.into(), lies("SPAM", true), None);
    follow(&bench).await;
    assert_eq!(bounces(&bench, webhook).await, Vec::<Value>::new());
    assert_eq!(bench.mirrored().await.len(), 7, "all of it is mirrored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passed_limit_closes_sending_for_an_hour() {
    let (bench, webhook) = sent().await;
    put(&bench, LIMIT, "INBOX", Some("t0"));
    follow(&bench).await;
    let told = bounces(&bench, webhook).await;
    assert_eq!((&told[0]["type"], &told[0]["message_id"]), (&"sending_limit".into(), &"m0".into()));
    assert_eq!(told[0]["bounced_addresses"], "ben@there.test, cleo@there.test");
    let raw = SENT.as_bytes().to_vec();
    let fault = bench.engine.send_raw(&bench.grant().await, raw.clone(), Wish::default()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::SendingQuotaExceeded, "{fault:?}");
    assert_eq!(bench.world.state().sent.len(), 0, "it was not tried");
    follow(&bench).await;
    sends_after_the_rest(&bench, &fault, raw).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_without_a_report_means_the_recipient_it_speaks_of() {
    let (bench, webhook) = sent().await;
    let text = "From: postmaster@example.com\r\nIn-Reply-To: <sent@mail.test>\r\n\r\n\
        Not delivered to Cleo@there.test: 550 5.7.233 too many outside recipients.\r\n";
    put(&bench, text, "INBOX", None);
    follow(&bench).await;
    let told = bounces(&bench, webhook).await;
    assert_eq!((&told[0]["bounced_addresses"], &told[0]["type"]), (&"cleo@there.test".into(), &"rejected".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_of_exchange_tells_of_its_recipient_and_rests_the_mailbox() {
    let (bench, webhook) = sent().await;
    let fields = "Final-Recipient: rfc822; cleo@there.test\r\nAction: failed\r\nStatus: 5.1.90\r\n\
        Diagnostic-Code: smtp; 550 5.1.90 Too many recipients in a day\r\n";
    let own = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com";
    let notice = report(fields, "Message-ID: <sent@mail.test>\r\n").replace("mailer-daemon@mx.test", own);
    put(&bench, &notice, "INBOX", None);
    follow(&bench).await;
    let told = &bounces(&bench, webhook).await[0];
    assert_eq!((&told["type"], &told["code"]), (&"sending_limit".into(), &"550".into()));
    assert_eq!(told["bounced_addresses"], "cleo@there.test", "who is not named may have got it");
    assert_eq!((&told["recipients"][0]["status"], &told["delayed"]), (&"5.1.90".into(), &false.into()));
    let raw = SENT.as_bytes().to_vec();
    let fault = bench.engine.send_raw(&bench.grant().await, raw.clone(), Wish::default()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::SendingQuotaExceeded, "{fault:?}");
    sends_after_the_rest(&bench, &fault, raw).await;
}
