//! Reading through, changing and sending, against a scripted provider.

use model::event::EventType;
use model::message::{MessageEdit, Placement};
use model::sync::{NativeQuery, SyncPhase};
use model::{Address, Fault, FaultKind, Verdict};
use serde_json::json;

use super::*;
use crate::outbox::Wish;
use crate::testing::{Bench, raw};

fn to(email: &str) -> Composition {
    let mut composition = Composition::default();
    composition.outgoing.to = vec![Address::bare(email)];
    composition.outgoing.subject = "Hello".into();
    composition.outgoing.body = "<p>Hello</p>".into();
    composition
}

fn sent_headers(bench: &Bench, at: usize) -> Vec<(String, String)> {
    mail::parse::headers(&bench.world.state().sent[at])
}

fn header(headers: &[(String, String)], name: &str) -> Option<String> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_not_mirrored_yet_is_read_through_and_kept() {
    let bench = Bench::with(3).await;
    let (grant, id) = (bench.grant().await, "m1".into());
    let read = bench.engine.read_through(&grant, &id).await.unwrap().expect("the message");
    assert_eq!(read.message.subject, "s1");
    bench.engine.read_through(&grant, &id).await.unwrap();
    assert_eq!(bench.world.calls("fetch"), 1, "the second time it comes from the mirror");
    assert_eq!(bench.engine.read_through(&grant, &"nowhere".into()).await.unwrap(), None);
    bench.sync().await;
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_through_announces_what_sync_would() {
    let bench = Bench::with(3).await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let grant = bench.grant().await;
    bench.engine.read_through(&grant, &"m1".into()).await.unwrap();
    assert_eq!(bench.heard(webhook).await, [], "old mail is no news");
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
    let id = bench.world.fill(1).remove(0);
    bench.engine.read_through(&grant, &id).await.unwrap();
    bench.sync().await;
    assert_eq!(bench.heard(webhook).await, [(EventType::MessageCreated, id.0)], "new mail is told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_reach_provider_mirror_and_webhooks_once() {
    let bench = Bench::with(3).await;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let (grant, id) = (bench.grant().await, MessageId::from("m1"));
    let edit = MessageEdit {
        unread: Some(false),
        starred: Some(true),
        folders: Some(vec!["SENT".into()]),
        categories: Some(vec!["Red".into()]),
    };
    let changed = bench.engine.update_message(&grant, &id, edit, None).await.unwrap();
    assert!(!changed.message.placement.unread && changed.message.placement.starred);
    assert_eq!(changed.message.placement.categories, Some(vec!["Red".to_owned()]));
    bench.sync().await;
    bench.assert_equal().await;
    assert_eq!(bench.heard(webhook).await, [(EventType::MessageUpdated, "m1".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_touches_no_provider_and_no_webhook() {
    let bench = Bench::with(3).await;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let (grant, id) = (bench.grant().await, MessageId::from("m1"));
    let calls = bench.world.state().calls.len();
    let metadata = json!({ "key1": "a" }).as_object().cloned();
    let changed = bench.engine.update_message(&grant, &id, MessageEdit::default(), metadata.clone()).await.unwrap();
    assert_eq!(changed.message.metadata, metadata);
    assert_eq!(bench.world.state().calls.len(), calls);
    let wrong = json!({ "key1": 1 }).as_object().cloned();
    let fault = bench.engine.update_message(&grant, &id, MessageEdit::default(), wrong).await.unwrap_err();
    assert_eq!(fault.field.as_deref(), Some("metadata.key1"));
    assert_eq!(bench.heard(webhook).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_gone_at_the_provider_leaves_the_mirror() {
    let bench = Bench::with(3).await;
    bench.sync().await;
    let (grant, id) = (bench.grant().await, MessageId::from("m1"));
    bench.world.state().remove(&id);
    let edit = MessageEdit { unread: Some(false), ..MessageEdit::default() };
    let fault = bench.engine.update_message(&grant, &id, edit, None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
    assert_eq!(bench.engine.reads().message(bench.grant, &id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleting_means_the_trash_unless_allowed_otherwise() {
    let bench = Bench::with(3).await;
    bench.sync().await;
    let grant = bench.grant().await;
    bench.engine.delete_message(&grant, &"m1".into(), false).await.unwrap();
    assert!(bench.engine.reads().message(bench.grant, &"m1".into()).await.unwrap().unwrap().placement.hidden);
    let fault = bench.engine.delete_message(&grant, &"m1".into(), true).await.unwrap_err();
    assert_eq!(fault.field.as_deref(), Some("hard_delete"));
    let bench = Bench::set(3, |settings| settings.allow_hard_delete = true).await;
    bench.sync().await;
    bench.engine.delete_message(&bench.grant().await, &"m1".into(), true).await.unwrap();
    bench.sync().await;
    bench.assert_equal().await;
    assert_eq!(bench.mirrored().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_change_as_a_whole() {
    let bench = Bench::with(1).await;
    bench.world.state().put(raw("again").into(), Placement::default(), Some(&"t0".into()));
    bench.sync().await;
    let grant = bench.grant().await;
    let edit = MessageEdit { starred: Some(true), ..MessageEdit::default() };
    let thread = bench.engine.update_thread(&grant, &"t0".into(), edit).await.unwrap();
    assert!(thread.starred && thread.message_ids.len() == 2);
    bench.engine.delete_thread(&grant, &"t0".into()).await.unwrap();
    bench.sync().await;
    bench.assert_equal().await;
    let fault = bench.engine.delete_thread(&grant, &"nowhere".into()).await.unwrap_err();
    assert_eq!(fault.message, "no messages found in this thread");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sent_message_is_mirrored_and_announced_once() {
    let bench = Bench::with(1).await;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let metadata = json!({ "key1": "a" }).as_object().cloned();
    let composition = Composition { metadata: metadata.clone(), ..to("you@example.com") };
    let sent =
        bench.engine.send_message(&bench.grant().await, composition, Wish::default()).await.unwrap().message.unwrap();
    assert_eq!(sent.message.from, [Address::named("Me", "me@example.com")]);
    assert_eq!(sent.message.placement.folders, ["SENT".into()]);
    assert_eq!(sent.message.metadata, metadata);
    bench.sync().await;
    bench.assert_equal().await;
    assert_eq!(bench.heard(webhook).await, [(EventType::MessageCreated, sent.message.id.0.clone())]);
    let id = header(&sent_headers(&bench, 0), "Message-ID").unwrap();
    assert!(id.ends_with("@postroad>"), "{id}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_joins_its_thread() {
    let bench = Bench::with(0).await;
    let parent = "From: a@example.com\r\nTo: me@example.com\r\nSubject: Plan\r\nMessage-ID: <c@x>\r\n\
                  References: <a@x> <b@x>\r\n\r\nWell?\r\n";
    bench.world.state().put(parent.into(), Placement::default(), None);
    bench.sync().await;
    let answer = Composition { reply_to_message_id: Some("m0".into()), ..to("a@example.com") };
    let sent = bench.engine.send_message(&bench.grant().await, answer, Wish::default()).await.unwrap().message.unwrap();
    assert_eq!(sent.message.thread_id, "t0".into());
    let headers = sent_headers(&bench, 0);
    assert_eq!(header(&headers, "In-Reply-To").as_deref(), Some("<c@x>"));
    let references = header(&headers, "References").unwrap();
    assert_eq!(references.split_whitespace().collect::<Vec<_>>(), ["<a@x>", "<b@x>", "<c@x>"]);
    let lost = Composition { reply_to_message_id: Some("nowhere".into()), ..to("a@example.com") };
    let fault = bench.engine.send_message(&bench.grant().await, lost, Wish::default()).await.unwrap_err();
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::NotFound, Some("reply_to_message_id")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn senders_and_recipients_are_checked() {
    let bench = Bench::with(0).await;
    bench.sync().await;
    let grant = bench.grant().await;
    let fault = bench.engine.send_message(&grant, Composition::default(), Wish::default()).await.unwrap_err();
    assert_eq!(fault.field.as_deref(), Some("to"));
    let mut alias = to("you@example.com");
    alias.outgoing.from = vec![Address::named("Alias", "Alias@example.com")];
    let sent = bench.engine.send_message(&grant, alias.clone(), Wish::default()).await.unwrap().message.unwrap();
    assert_eq!(sent.message.from, [Address::named("Alias", "Alias@example.com")]);
    alias.outgoing.from = vec![Address::bare("boss@example.com")];
    let fault = bench.engine.send_message(&grant, alias.clone(), Wish::default()).await.unwrap_err();
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::SenderNotAllowed, Some("from")));
    alias.outgoing.from = vec![Address::bare("a@example.com"), Address::bare("b@example.com")];
    assert_eq!(
        bench.engine.send_message(&grant, alias, Wish::default()).await.unwrap_err().kind,
        FaultKind::InvalidRequest
    );
    let broken = bench.engine.send_message(&grant, to("no address"), Wish::default()).await.unwrap_err();
    assert_eq!(broken.kind, FaultKind::InvalidRequest);
    assert!(broken.field.unwrap().starts_with("to[0]"));
    assert_eq!(bench.world.state().sent.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_is_not_failed_because_it_cannot_be_read_back() {
    let bench = Bench::with(0).await;
    bench.sync().await;
    bench.world.fail("fetch", Fault::new(FaultKind::MailboxUnavailable, "not now"));
    let sent = bench
        .engine
        .send_message(&bench.grant().await, to("you@example.com"), Wish::default())
        .await
        .unwrap()
        .message
        .unwrap();
    assert_eq!((sent.message.subject.as_str(), sent.message.placement.folders.len()), ("Hello", 1));
    bench.sync().await;
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_are_saved_changed_sent_and_removed() {
    let bench = Bench::with(0).await;
    bench.sync().await;
    let grant = bench.grant().await;
    let metadata = json!({ "key1": "a" }).as_object().cloned();
    let draft = Composition { metadata: metadata.clone(), starred: Some(true), ..Composition::default() };
    let saved = bench.engine.create_draft(&grant, draft).await.unwrap();
    let id = saved.message.draft_id.clone().expect("a draft id");
    assert!(saved.message.placement.starred && saved.message.placement.draft);
    let fault = bench.engine.send_draft(&grant, &id, Wish::default()).await.unwrap_err();
    assert_eq!(fault.field.as_deref(), Some("to"));
    let changed = bench.engine.update_draft(&grant, &id, to("you@example.com")).await.unwrap();
    assert_eq!((changed.message.draft_id.as_ref(), &changed.message.metadata), (Some(&id), &metadata));
    assert_ne!(changed.message.id, saved.message.id);
    bench.sync().await;
    bench.assert_equal().await;
    let sent = bench.engine.send_draft(&grant, &id, Wish::default()).await.unwrap().message.unwrap();
    assert_eq!((sent.message.draft_id.clone(), sent.message.placement.draft), (None, false));
    assert_eq!((sent.message.metadata, sent.message.subject.as_str()), (metadata, "Hello"));
    bench.sync().await;
    bench.assert_equal().await;
    assert_eq!(bench.mirrored().await.len(), 1);
    assert_eq!(bench.engine.send_draft(&grant, &id, Wish::default()).await.unwrap_err().kind, FaultKind::NotFound);
    let other = bench.engine.create_draft(&grant, to("you@example.com")).await.unwrap().message.draft_id.unwrap();
    bench.engine.delete_draft(&grant, &other).await.unwrap();
    assert_eq!(bench.engine.delete_draft(&grant, &other).await.unwrap_err().kind, FaultKind::NotFound);
    bench.sync().await;
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folders_follow_the_provider() {
    let bench = Bench::with(0).await;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let grant = bench.grant().await;
    let named = |name: &str| model::folder::FolderEdit { name: Some(name.into()), ..Default::default() };
    let folder = bench.engine.create_folder(&grant, named("Work")).await.unwrap().folder;
    let renamed = bench.engine.update_folder(&grant, &folder.id, named("Play")).await.unwrap().folder;
    assert_eq!((renamed.name.as_str(), &renamed.id), ("Play", &folder.id));
    bench.engine.delete_folder(&grant, &folder.id).await.unwrap();
    assert_eq!(bench.engine.reads().folder(bench.grant, &folder.id).await.unwrap(), None);
    let kinds: Vec<EventType> = bench.heard(webhook).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [EventType::FolderCreated, EventType::FolderUpdated, EventType::FolderDeleted]);
    let folders = bench.engine.reads().folders(bench.grant).await.unwrap();
    let system = folders.into_iter().find(|counted| counted.folder.system).unwrap().folder.id;
    let refused = bench.engine.delete_folder(&grant, &system).await.unwrap_err();
    assert_eq!((refused.kind, refused.field.as_deref()), (FaultKind::InvalidRequest, Some("folder_id")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn native_searches_mirror_what_they_find() {
    let bench = Bench::with(30).await;
    let grant = bench.grant().await;
    let found = bench.engine.search_native(&grant, NativeQuery::default(), None, 10).await.unwrap();
    assert_eq!((found.ids.len(), found.next.as_deref()), (10, Some("10")));
    assert_eq!(bench.mirrored().await.len(), 10);
    let threads = bench.engine.search_native_threads(&grant, NativeQuery::default(), None, 30).await.unwrap();
    assert_eq!(threads.ids.len(), 30);
    bench.sync().await;
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_does_not_bring_a_draft_that_is_on_its_way() {
    let bench = Bench::with(1).await;
    bench.sync().await;
    let grant = bench.grant().await;
    bench.world.stall("create_draft", crate::testing::Stall::After);
    let (engine, of) = (bench.engine.clone(), grant.clone());
    let sending = tokio::spawn(async move { engine.send_message(&of, to("you@example.com"), Wish::default()).await });
    while bench.world.calls("stalled") == 0 {
        tokio::task::yield_now().await;
    }
    // It lies at the provider, and nobody wrote it there by hand.
    assert_eq!(bench.world.state().drafts.len(), 1);
    let found = bench.engine.search_native(&grant, NativeQuery::default(), None, 10).await.unwrap();
    assert_eq!(found.ids, ["m0".into()]);
    assert_eq!(bench.mirrored().await, ["m0".into()]);
    sending.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_mirrored_before_the_answer_and_told_once() {
    let bench = Bench::with(3).await;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let (grant, id) = (bench.grant().await, MessageId::from("m1"));
    let copy = bench.engine.copy_message(&grant, &id, &"SENT".into()).await.unwrap();
    assert_eq!((copy.message.subject.as_str(), &copy.message.placement.folders), ("s1", &vec!["SENT".into()]));
    assert_ne!(copy.message.id, id);
    assert_eq!(bench.engine.reads().full_message(bench.grant, &copy.message.id).await.unwrap(), Some(copy.clone()));
    bench.sync().await;
    bench.assert_equal().await;
    assert_eq!(bench.heard(webhook).await, [(EventType::MessageCreated, copy.message.id.0)]);
    let fault = bench.engine.copy_message(&grant, &"nowhere".into(), &"SENT".into()).await.unwrap_err();
    assert_eq!((fault.kind, bench.world.calls("copy")), (FaultKind::NotFound, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_whose_answer_is_lost_is_not_made_again() {
    let bench = Bench::with(3).await;
    bench.sync().await;
    let grant = bench.grant().await;
    let lost = Fault::new(FaultKind::GatewayTimeout, "no answer").with_verdict(Verdict::Backoff);
    bench.world.fail_late("copy", lost);
    let fault = bench.engine.copy_message(&grant, &"m1".into(), &"SENT".into()).await.unwrap_err();
    assert_eq!((fault.verdict, bench.world.calls("copy")), (Verdict::LookFirst, 1));
    bench.sync().await;
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_cannot_be_read_back_is_made_of_the_original() {
    let bench = Bench::with(3).await;
    bench.sync().await;
    let broken = Fault::new(FaultKind::InvalidRequest, "not now");
    bench.world.state().fail("fetch", broken);
    let copy = bench.engine.copy_message(&bench.grant().await, &"m1".into(), &"SENT".into()).await.unwrap().message;
    let original = bench.engine.reads().message(bench.grant, &"m1".into()).await.unwrap().unwrap();
    assert_eq!((copy.date, &copy.thread_id), (original.date, &original.thread_id));
    assert_eq!(copy.placement, Placement { folders: vec!["SENT".into()], ..original.placement });
    bench.sync().await;
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_not_copied() {
    let bench = Bench::with(1).await;
    bench.sync().await;
    let grant = bench.grant().await;
    let draft = bench.engine.create_draft(&grant, to("bob@example.com")).await.unwrap().message.id;
    let fault = bench.engine.copy_message(&grant, &draft, &"INBOX".into()).await.unwrap_err();
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("message_id")));
    assert_eq!(bench.world.calls("copy"), 0);
}
