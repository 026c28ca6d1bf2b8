//! Every filter of a message list, alone and together.

use model::Address;
use serde_json::json;
use store::filter::MessageFilter;

use crate::house::{House, Mail, at, mail};

fn any() -> MessageFilter {
    MessageFilter::default()
}

/// Six messages, each different in some way; `e` is in the trash and `f` is a draft.
fn cast() -> Vec<Mail> {
    vec![
        mail("a", 10).subject("Quarterly REPORT").unread().folders(&["INBOX", "WORK"]),
        mail("b", 20).from("Carol@Example.com").starred().attached("plan.pdf", false),
        mail("c", 30).subject("straße und Ärger").attached("logo.png", true).with(|m| {
            m.cc = vec![Address::bare("team@example.com")];
            m.thread_id = "t-a".into();
        }),
        mail("d", 40).unread().starred().folders(&["WORK"]).with(|m| {
            m.to = vec![Address::bare("list@example.com")];
            m.bcc = vec![Address::bare("ADA@example.com")];
        }),
        mail("e", 50).unread().trashed(),
        mail("f", 60).draft("d1").from("ada@example.com"),
    ]
}

async fn furnished() -> House {
    let house = House::new().await;
    house.holds(cast()).await;
    for (id, value) in [("a", json!({ "key1": "x", "key2": 7 })), ("b", json!({ "key1": "y", "else": "x" }))] {
        house.set_metadata(house.ada, &id.into(), value.as_object().cloned()).await.unwrap();
    }
    house
}

async fn shows(house: &House, filter: MessageFilter) -> String {
    house.lists(filter).await.concat()
}

#[tokio::test]
async fn a_plain_list_is_newest_first_without_trash() {
    let house = furnished().await;
    assert_eq!(shows(&house, any()).await, "fdcba");
}

#[tokio::test]
async fn drafts_are_in_or_out_as_asked() {
    let house = furnished().await;
    assert_eq!(shows(&house, MessageFilter { drafts: Some(true), ..any() }).await, "f");
    assert_eq!(shows(&house, MessageFilter { drafts: Some(false), ..any() }).await, "dcba");
}

#[tokio::test]
async fn a_folder_shows_what_is_in_it_even_trash() {
    let house = furnished().await;
    let folder = |name: &str| MessageFilter { folder: Some(name.into()), ..any() };
    assert_eq!(shows(&house, folder("WORK")).await, "da");
    assert_eq!(shows(&house, folder("TRASH")).await, "e");
    assert_eq!(shows(&house, folder("DRAFT")).await, "f");
    assert_eq!(shows(&house, folder("NOWHERE")).await, "");
    assert_eq!(shows(&house, MessageFilter { unread: Some(true), ..folder("TRASH") }).await, "e");
    assert_eq!(shows(&house, MessageFilter { unread: Some(false), ..folder("INBOX") }).await, "cb");
    assert_eq!(shows(&house, MessageFilter { starred: Some(true), ..folder("WORK") }).await, "d");
}

#[tokio::test]
async fn subjects_match_in_part_and_in_any_case() {
    let house = furnished().await;
    let subject = |text: &str| MessageFilter { subject: Some(text.into()), ..any() };
    assert_eq!(shows(&house, subject("report")).await, "a");
    assert_eq!(shows(&house, subject("STRAßE")).await, "c");
    assert_eq!(shows(&house, subject("ärger")).await, "c");
    assert_eq!(shows(&house, subject("about")).await, "fdb");
    assert_eq!(shows(&house, subject("%")).await, "");
    assert_eq!(shows(&house, MessageFilter { folder: Some("INBOX".into()), ..subject("T") }).await, "cba");
}

#[tokio::test]
async fn addresses_match_their_own_field_in_any_case() {
    let house = furnished().await;
    let text = |email: &str| Some(email.to_owned());
    assert_eq!(shows(&house, MessageFilter { from: text("carol@EXAMPLE.com"), ..any() }).await, "b");
    assert_eq!(shows(&house, MessageFilter { from: text("bob@example.com"), ..any() }).await, "dca");
    assert_eq!(shows(&house, MessageFilter { to: text("ada@example.com"), ..any() }).await, "fcba");
    assert_eq!(shows(&house, MessageFilter { cc: text("team@example.com"), ..any() }).await, "c");
    assert_eq!(shows(&house, MessageFilter { bcc: text("ada@example.com"), ..any() }).await, "d");
    assert_eq!(shows(&house, MessageFilter { to: text("example.com"), ..any() }).await, "");
    let both = MessageFilter { from: text("bob@example.com"), to: text("list@example.com"), ..any() };
    assert_eq!(shows(&house, both).await, "d");
    let all = MessageFilter { cc: text("team@example.com"), bcc: text("ada@example.com"), ..any() };
    assert_eq!(shows(&house, all).await, "");
}

#[tokio::test]
async fn any_email_means_any_of_them_in_any_field() {
    let house = furnished().await;
    let any_of = |emails: &[&str]| MessageFilter { any_email: emails.iter().map(|e| (*e).into()).collect(), ..any() };
    assert_eq!(shows(&house, any_of(&["ADA@example.com"])).await, "fdcba");
    assert_eq!(shows(&house, any_of(&["team@example.com"])).await, "c");
    assert_eq!(shows(&house, any_of(&["carol@example.com", "list@example.com"])).await, "db");
    assert_eq!(shows(&house, any_of(&["nobody@example.com", "no one"])).await, "");
    let narrowed = MessageFilter { from: Some("bob@example.com".into()), ..any_of(&["team@example.com"]) };
    assert_eq!(shows(&house, narrowed).await, "c");
}

#[tokio::test]
async fn marks_and_attachments_narrow() {
    let house = furnished().await;
    assert_eq!(shows(&house, MessageFilter { unread: Some(true), ..any() }).await, "da");
    assert_eq!(shows(&house, MessageFilter { unread: Some(false), ..any() }).await, "fcb");
    assert_eq!(shows(&house, MessageFilter { starred: Some(true), ..any() }).await, "db");
    assert_eq!(shows(&house, MessageFilter { starred: Some(false), ..any() }).await, "fca");
    assert_eq!(shows(&house, MessageFilter { has_attachment: Some(true), ..any() }).await, "b", "inline is none");
    assert_eq!(shows(&house, MessageFilter { has_attachment: Some(false), ..any() }).await, "fdca");
    assert_eq!(shows(&house, MessageFilter { unread: Some(true), starred: Some(true), ..any() }).await, "d");
}

#[tokio::test]
async fn dates_are_strict_to_the_nanosecond() {
    let house = furnished().await;
    assert_eq!(shows(&house, MessageFilter { before: Some(at(30)), ..any() }).await, "ba");
    assert_eq!(shows(&house, MessageFilter { after: Some(at(30)), ..any() }).await, "fd");
    assert_eq!(shows(&house, MessageFilter { after: Some(at(10)), before: Some(at(40)), ..any() }).await, "cb");
    let just = at(30).checked_add(jiff::SignedDuration::from_nanos(1)).unwrap();
    assert_eq!(shows(&house, MessageFilter { before: Some(just), ..any() }).await, "cba");
    let just = at(30).checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap();
    assert_eq!(shows(&house, MessageFilter { after: Some(just), ..any() }).await, "fdc");
    let never = model::Timestamp::MIN;
    assert_eq!(shows(&house, MessageFilter { before: Some(never), ..any() }).await, "");
    assert_eq!(shows(&house, MessageFilter { after: Some(model::Timestamp::MAX), ..any() }).await, "");
}

#[tokio::test]
async fn metadata_pairs_match_exactly() {
    let house = furnished().await;
    let pair = |key: &str, value: &str| MessageFilter { metadata: Some((key.into(), value.into())), ..any() };
    assert_eq!(shows(&house, pair("key1", "x")).await, "a");
    assert_eq!(shows(&house, pair("key2", "7")).await, "a");
    assert_eq!(shows(&house, pair("key1", "X")).await, "");
    assert_eq!(shows(&house, pair("else", "x")).await, "", "only key1 to key5 are filtered by");
    house.set_metadata(house.ada, &"a".into(), json!({ "key1": "y" }).as_object().cloned()).await.unwrap();
    assert_eq!(shows(&house, pair("key1", "x")).await, "");
    assert_eq!(shows(&house, pair("key1", "y")).await, "ba");
    assert_eq!(shows(&house, MessageFilter { starred: Some(true), ..pair("key1", "y") }).await, "b");
}

#[tokio::test]
async fn threads_and_ids_narrow() {
    let house = furnished().await;
    let thread = MessageFilter { thread_id: Some("t-a".into()), ..any() };
    assert_eq!(shows(&house, thread.clone()).await, "ca");
    assert_eq!(shows(&house, MessageFilter { unread: Some(true), ..thread }).await, "a");
    let ids = |ids: &[&str]| MessageFilter { ids: Some(ids.iter().map(|id| (*id).into()).collect()), ..any() };
    assert_eq!(shows(&house, ids(&["a", "e", "zz", "c", "a"])).await, "eca", "found by the provider, trash or not");
    assert_eq!(shows(&house, ids(&[])).await, "");
    assert_eq!(shows(&house, MessageFilter { folder: Some("WORK".into()), ..ids(&["a", "b"]) }).await, "a");
    assert_eq!(shows(&house, MessageFilter { search: Some("quarterly".into()), ..ids(&["a", "b"]) }).await, "a");
}

#[tokio::test]
async fn search_goes_together_with_everything() {
    let house = furnished().await;
    let search = |text: &str| MessageFilter { search: Some(text.into()), ..any() };
    assert_eq!(shows(&house, search("body")).await, "fdcba");
    assert_eq!(shows(&house, MessageFilter { unread: Some(true), ..search("body") }).await, "da");
    assert_eq!(shows(&house, MessageFilter { folder: Some("TRASH".into()), ..search("body") }).await, "e");
    assert_eq!(shows(&house, MessageFilter { from: Some("carol@example.com".into()), ..search("body") }).await, "b");
    assert_eq!(shows(&house, MessageFilter { before: Some(at(30)), ..search("body") }).await, "ba");
    assert_eq!(shows(&house, MessageFilter { subject: Some("report".into()), ..search("body") }).await, "a");
    assert_eq!(shows(&house, MessageFilter { thread_id: Some("t-a".into()), ..search("body") }).await, "ca");
    assert_eq!(
        shows(&house, MessageFilter { metadata: Some(("key1".into(), "x".into())), ..search("body") }).await,
        "a"
    );
}
