//! What the messages of a thread add up to.

use model::folder::FolderRole;
use model::sync::{Announce, MirrorBatch};
use model::{Address, DraftId, FolderId, MessageId};

use crate::house::{House, at, batch, folder, mail};

async fn thread(house: &House, id: &str) -> model::message::Thread {
    house.thread(house.ada, &id.into()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_thread_adds_up_its_messages() {
    let house = House::new().await;
    house
        .holds([
            mail("m1", 10).thread("t").subject("Plan").with(|m| m.cc = vec![Address::bare("carol@example.com")]),
            mail("m3", 30).thread("t").subject("Re: Plan").unread().folders(&["INBOX", "WORK"]).with(|m| {
                m.from = vec![Address::named("Carol", "CAROL@example.com")];
                m.snippet = "the latest".into();
            }),
            mail("m2", 20).thread("t").starred().attached("a.pdf", false).folders(&["WORK"]),
        ])
        .await;
    let thread = thread(&house, "t").await;
    assert_eq!(thread.subject, "Plan");
    assert_eq!(thread.snippet, "the latest");
    assert_eq!(thread.message_ids, ["m1", "m2", "m3"].map(MessageId::from));
    assert_eq!(thread.folders, ["INBOX", "WORK"].map(FolderId::from));
    assert_eq!((thread.unread, thread.starred, thread.has_attachments), (true, true, true));
    assert_eq!(thread.earliest_message_date, at(10));
    assert_eq!(thread.latest_message_received_date, Some(at(30)));
    assert_eq!(thread.latest_message_sent_date, None);
    assert_eq!(thread.latest, "m3".into());
    let everyone = [
        Address::named("Bob", "bob@example.com"),
        Address::bare("ada@example.com"),
        Address::named("Carol", "carol@example.com"),
    ];
    assert_eq!(thread.participants, everyone);
}

#[tokio::test]
async fn an_inline_picture_is_no_attachment_of_the_thread() {
    let house = House::new().await;
    house.holds([mail("m1", 1).thread("t").attached("logo.png", true)]).await;
    assert!(!thread(&house, "t").await.has_attachments);
}

#[tokio::test]
async fn drafts_are_counted_apart_but_can_be_the_latest() {
    let house = House::new().await;
    let draft = mail("m2", 20).thread("t").draft("d1").from("ada@example.com");
    house.holds([mail("m1", 10).thread("t"), draft]).await;
    let held = thread(&house, "t").await;
    assert_eq!(held.message_ids, [MessageId::from("m1")]);
    assert_eq!(held.draft_ids, [DraftId::from("d1")]);
    assert_eq!(held.latest, "m2".into());
    assert_eq!(held.latest_message_sent_date, None, "a draft is not sent");
}

#[tokio::test]
async fn what_the_owner_sent_is_known_by_folder_or_by_address() {
    let house = House::new().await;
    house
        .holds([
            mail("m1", 10).thread("t").from("ADA@example.com"),
            mail("m2", 20).thread("t"),
            mail("m3", 30).thread("t").from("alias@example.com").folders(&["SENT"]),
        ])
        .await;
    let before = thread(&house, "t").await;
    assert_eq!(before.latest_message_sent_date, Some(at(10)));
    assert_eq!(before.latest_message_received_date, Some(at(30)));
    let folders = Some(vec![folder("SENT", Some(FolderRole::Sent))]);
    house.apply(house.ada, MirrorBatch { folders, ..batch(Announce::Silent) }).await.unwrap();
    let after = thread(&house, "t").await;
    assert_eq!(after.latest_message_sent_date, Some(at(30)), "learned with the folder's role");
    assert_eq!(after.latest_message_received_date, Some(at(20)));
}

#[tokio::test]
async fn a_message_that_changes_threads_leaves_the_old_one() {
    let house = House::new().await;
    house.holds([mail("m1", 10).thread("a"), mail("m2", 20).thread("a")]).await;
    house.holds([mail("m2", 20).thread("b")]).await;
    assert_eq!(thread(&house, "a").await.message_ids, [MessageId::from("m1")]);
    assert_eq!(thread(&house, "b").await.message_ids, [MessageId::from("m2")]);
    house.holds([mail("m1", 10).thread("b"), mail("m2", 20).thread("a")]).await;
    assert_eq!(thread(&house, "a").await.message_ids, [MessageId::from("m2")]);
    assert_eq!(thread(&house, "b").await.message_ids, [MessageId::from("m1")]);
}

#[tokio::test]
async fn a_thread_goes_with_its_last_message() {
    let house = House::new().await;
    house.holds([mail("m1", 1).thread("t"), mail("m2", 2).thread("t")]).await;
    for (id, left) in [("m2", true), ("m1", false)] {
        let deletions = vec![id.into()];
        house.apply(house.ada, MirrorBatch { deletions, ..batch(Announce::Silent) }).await.unwrap();
        assert_eq!(house.thread(house.ada, &"t".into()).await.unwrap().is_some(), left);
    }
}

#[tokio::test]
async fn reading_every_message_makes_the_thread_read() {
    let house = House::new().await;
    house.holds([mail("m1", 1).thread("t").unread(), mail("m2", 2).thread("t").unread()]).await;
    for (id, unread) in [("m1", true), ("m2", false)] {
        let placements = vec![(id.into(), mail(id, 1).placement())];
        house.apply(house.ada, MirrorBatch { placements, ..batch(Announce::Silent) }).await.unwrap();
        assert_eq!(thread(&house, "t").await.unread, unread);
    }
}
