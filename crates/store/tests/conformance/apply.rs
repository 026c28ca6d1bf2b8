//! Applying batches: what is kept, what is news, and what repeats.

use model::event::EventType::*;
use model::message::{Body, Placement};
use model::sync::{Announce, MirrorBatch, SyncPhase, SyncState, Unmirrored};
use model::{FolderId, GrantId, MessageId};
use serde_json::json;
use store::Error;
use store::filter::MessageFilter;

use crate::house::{House, all, at, batch, mail};

#[tokio::test]
async fn a_message_is_read_back_as_it_was_written() {
    let house = House::new().await;
    let message = mail("m1", 5).unread().starred().attached("plan.pdf", false).with(|m| {
        m.cc = vec![model::Address::named("Ünï", "cc@example.com")];
        m.bcc = vec![model::Address::bare("bcc@example.com")];
        m.reply_to = vec![model::Address::bare("reply@example.com")];
        m.in_reply_to = Some("<before@example.com>".into());
        m.date = m.date.checked_add(jiff::SignedDuration::from_nanos(123_456_789)).unwrap();
    });
    house.holds([message.clone()]).await;
    let full = house.full_message(house.ada, &message.id()).await.unwrap().unwrap();
    assert_eq!(full.message, *message.message());
    assert_eq!(full.body, message.0.body);
    assert_eq!(house.raw(house.ada, &message.id()).await.unwrap().unwrap(), message.0.raw);
}

#[tokio::test]
async fn the_same_batch_twice_changes_and_announces_nothing() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    let messages = [mail("m1", 1).unread(), mail("m2", 2).attached("a.pdf", false)];
    let first = house.receives(messages.clone()).await;
    assert_eq!((first.created, first.updated, first.deliveries), (2, 0, 2));
    let second = house.receives(messages.clone()).await;
    assert_eq!((second.created, second.updated, second.deliveries), (0, 0, 0));
    let placements = messages.iter().map(|m| (m.id(), m.placement())).collect();
    let third = house.apply(house.ada, MirrorBatch { placements, ..batch(Announce::Live) }).await.unwrap();
    assert_eq!((third.updated, third.deliveries), (0, 0));
    assert_eq!(house.told(hook).await.len(), 2);
}

#[tokio::test]
async fn a_silent_batch_announces_nothing() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    assert_eq!(house.holds([mail("m1", 1)]).await.created, 1);
    assert_eq!(house.told(hook).await, []);
}

#[tokio::test]
async fn creating_changing_and_deleting_are_told_in_order() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    house.receives([mail("m1", 1).unread()]).await;
    house.receives([mail("m1", 1)]).await;
    let deletions = vec![MessageId::from("m1"), MessageId::from("never held")];
    let gone = house.apply(house.ada, MirrorBatch { deletions, ..batch(Announce::Live) }).await.unwrap();
    assert_eq!((gone.deleted, gone.deliveries), (1, 1));
    let told = house.told(hook).await;
    assert_eq!(told, [MessageCreated, MessageUpdated, MessageDeleted].map(|kind| (kind, "m1".to_owned())));
    assert_eq!(house.lists(MessageFilter::default()).await, Vec::<String>::new());
    assert_eq!(house.raw(house.ada, &"m1".into()).await.unwrap(), None);
    assert_eq!(house.finds("body").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_happens_to_a_message_within_a_batch_adds_up() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    let applied = house
        .apply(
            house.ada,
            MirrorBatch {
                upserts: vec![mail("m1", 1).unread().0, mail("m2", 2).0],
                placements: vec![("m1".into(), mail("m1", 1).placement())],
                deletions: vec!["m2".into()],
                ..batch(Announce::Live)
            },
        )
        .await
        .unwrap();
    assert_eq!((applied.created, applied.updated, applied.deleted), (1, 0, 0));
    assert_eq!(house.told(hook).await, [(MessageCreated, "m1".to_owned())]);
    assert!(!house.message(house.ada, &"m1".into()).await.unwrap().unwrap().placement.unread);
}

#[tokio::test]
async fn a_placement_moves_and_marks_but_keeps_the_rest() {
    let house = House::new().await;
    house.holds([mail("m1", 1).draft("d1"), mail("m2", 2)]).await;
    let placement = Placement {
        folders: vec!["WORK".into(), "INBOX".into()],
        unread: true,
        starred: true,
        draft: true,
        hidden: false,
        categories: Some(vec!["Red".into()]),
    };
    let placements = vec![("m1".into(), placement.clone()), ("m2".into(), placement.clone())];
    let applied = house.apply(house.ada, MirrorBatch { placements, ..batch(Announce::Silent) }).await.unwrap();
    assert_eq!(applied.updated, 2);
    let message = house.message(house.ada, &"m1".into()).await.unwrap().unwrap();
    assert_eq!(message.placement, placement);
    assert_eq!(message.draft_id, Some("d1".into()));
    let work = MessageFilter { folder: Some("WORK".into()), ..MessageFilter::default() };
    assert_eq!(house.lists(work).await, ["m2", "m1"]);
}

#[tokio::test]
async fn categories_are_held_and_a_change_of_them_is_told() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    let tagged = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let place = async |categories| {
        let placement = Placement { categories, ..mail("m1", 1).placement() };
        let placements = vec![("m1".into(), placement)];
        house.apply(house.ada, MirrorBatch { placements, ..batch(Announce::Live) }).await.unwrap().updated
    };
    let held = async || house.message(house.ada, &"m1".into()).await.unwrap().unwrap().placement.categories;
    house.holds([mail("m1", 1)]).await;
    assert_eq!(held().await, None);
    assert_eq!((place(tagged(&[])).await, held().await), (0, tagged(&[])), "there were none all the time");
    assert_eq!((place(tagged(&["Red", "To do"])).await, held().await), (1, tagged(&["Red", "To do"])));
    assert_eq!(place(tagged(&["Red", "To do"])).await, 0);
    assert_eq!((place(tagged(&["To do"])).await, held().await), (1, tagged(&["To do"])));
    let whole = |categories| mail("m1", 1).with(|message| message.placement.categories = categories);
    assert_eq!(house.receives([whole(tagged(&["To do"]))]).await.updated, 0);
    assert_eq!(house.receives([whole(tagged(&[]))]).await.updated, 1);
    assert_eq!(held().await, tagged(&[]));
    assert_eq!(house.told(hook).await, vec![(MessageUpdated, "m1".to_owned()); 3]);
}

#[tokio::test]
async fn placements_of_messages_not_held_are_reported_once_unless_deleted_too() {
    let house = House::new().await;
    let placement = Placement::default();
    let placements = ["new", "gone", "new"].map(|id| (MessageId::from(id), placement.clone())).to_vec();
    let deletions = vec!["gone".into()];
    let batch = MirrorBatch { placements, deletions, ..batch(Announce::Live) };
    let applied = house.apply(house.ada, batch).await.unwrap();
    assert_eq!(applied.unknown, [MessageId::from("new")]);
}

#[tokio::test]
async fn a_changed_body_is_an_update_and_is_searched_anew() {
    let house = House::new().await;
    house.holds([mail("m1", 1).text("the old wording")]).await;
    let applied = house.receives([mail("m1", 1).text("another phrase")]).await;
    assert_eq!(applied.updated, 1);
    assert_eq!(house.finds("wording").await, Vec::<String>::new());
    assert_eq!(house.finds("phrase").await, ["m1"]);
    let full = house.full_message(house.ada, &"m1".into()).await.unwrap().unwrap();
    assert_eq!(full.body, Body { text: "another phrase".into(), html: false });
}

#[tokio::test]
async fn a_message_whose_date_changes_moves_in_every_list() {
    let house = House::new().await;
    let metadata = json!({ "key1": "kept" }).as_object().cloned();
    house.holds([mail("m1", 10).unread(), mail("m2", 20)]).await;
    house.set_metadata(house.ada, &"m1".into(), metadata.clone()).await.unwrap();
    assert_eq!(house.receives([mail("m1", 30).unread()]).await.updated, 1);
    assert_eq!(house.lists(MessageFilter::default()).await, ["m1", "m2"]);
    assert_eq!(house.finds("body").await, ["m1", "m2"]);
    let inbox = MessageFilter { folder: Some("INBOX".into()), ..MessageFilter::default() };
    assert_eq!(house.lists(inbox).await, ["m1", "m2"]);
    assert_eq!(house.message(house.ada, &"m1".into()).await.unwrap().unwrap().metadata, metadata);
    let key = MessageFilter { metadata: Some(("key1".into(), "kept".into())), ..MessageFilter::default() };
    assert_eq!(house.lists(key).await, ["m1"]);
}

#[tokio::test]
async fn metadata_of_a_held_message_survives_upserts() {
    let house = House::new().await;
    let metadata = json!({ "key1": "a", "other": "b" }).as_object().cloned();
    house.holds([mail("m1", 1)]).await;
    house.set_metadata(house.ada, &"m1".into(), metadata.clone()).await.unwrap();
    assert_eq!(house.receives([mail("m1", 1)]).await.updated, 0);
    house.receives([mail("m1", 1).subject("Changed")]).await;
    let held = house.message(house.ada, &"m1".into()).await.unwrap().unwrap();
    assert_eq!((held.metadata, held.subject.as_str()), (metadata, "Changed"));
    house.set_metadata(house.ada, &"m1".into(), None).await.unwrap();
    assert_eq!(house.message(house.ada, &"m1".into()).await.unwrap().unwrap().metadata, None);
    let unknown = house.set_metadata(house.ada, &"m9".into(), None).await;
    assert!(matches!(unknown, Err(Error::NotFound("message"))));
}

#[tokio::test]
async fn a_draft_is_announced_when_it_becomes_a_message() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    assert_eq!(house.receives([mail("m1", 1).draft("d1")]).await.created, 1);
    house.receives([mail("m1", 1).draft("d1").subject("Better")]).await;
    assert_eq!(house.told(hook).await, []);
    house.receives([mail("m1", 1).folders(&["SENT"])]).await;
    assert_eq!(house.told(hook).await, [(MessageCreated, "m1".to_owned())]);
    house.receives([mail("m2", 2).draft("d2")]).await;
    let deletions = vec!["m2".into()];
    house.apply(house.ada, MirrorBatch { deletions, ..batch(Announce::Live) }).await.unwrap();
    assert_eq!(house.told(hook).await.len(), 1);
}

#[tokio::test]
async fn which_of_some_are_drafts_is_told() {
    let house = House::new().await;
    house.holds([mail("m1", 1).draft("d1"), mail("m2", 2), mail("m3", 3).draft("d3")]).await;
    let asked = ["m3", "m2", "nobody's"].map(Into::into).to_vec();
    assert_eq!(house.drafts_among(house.ada, asked).await.unwrap(), ["m3".into()]);
}

#[tokio::test]
async fn drafts_are_exactly_those_listed() {
    let house = House::new().await;
    house.holds([mail("m1", 1).draft("d1"), mail("m2", 2).draft("d2"), mail("m3", 3)]).await;
    let listed = vec![("d2".into(), "m2".into()), ("d3".into(), "m3".into()), ("d9".into(), "not held".into())];
    house.set_drafts(house.ada, listed).await.unwrap();
    assert_eq!(house.draft(house.ada, &"d1".into()).await.unwrap(), None);
    assert_eq!(house.draft(house.ada, &"d3".into()).await.unwrap().unwrap().message.id, "m3".into());
    let drafts = MessageFilter { drafts: Some(true), ..MessageFilter::default() };
    assert_eq!(house.lists(drafts).await, ["m3", "m2"]);
    let thread = house.thread(house.ada, &"t-m3".into()).await.unwrap().unwrap();
    assert_eq!((thread.draft_ids, thread.message_ids), (vec!["d3".into()], vec![]));
}

#[tokio::test]
async fn messages_given_up_on_are_listed_until_they_arrive() {
    let house = House::new().await;
    let unmirrored: Vec<_> =
        ["m1", "m2", "m3"].map(|id| Unmirrored { id: id.into(), reason: format!("{id} is broken") }).into();
    let given_up = MirrorBatch { unmirrored: unmirrored.clone(), ..batch(Announce::Live) };
    house.apply(house.ada, given_up).await.unwrap();
    let reversed: Vec<_> = unmirrored.into_iter().rev().collect();
    assert_eq!(house.unmirrored(house.ada).await.unwrap(), reversed);
    house.holds([mail("m2", 1)]).await;
    let deletions = vec!["m3".into()];
    house.apply(house.ada, MirrorBatch { deletions, ..batch(Announce::Live) }).await.unwrap();
    assert_eq!(house.unmirrored(house.ada).await.unwrap(), reversed[2..]);
}

#[tokio::test]
async fn the_sync_state_is_written_with_the_batch() {
    let house = House::new().await;
    let state = SyncState {
        phase: SyncPhase::Live,
        cursor: Some(model::sync::SyncCursor("h1".into())),
        backfill_token: Some("page 2".into()),
        fresh_at: Some(at(7)),
        next_at: at(9),
        failures: 3,
        mirrored: 12,
        expected: Some(40),
    };
    house.apply(house.ada, MirrorBatch { state: Some(state.clone()), ..batch(Announce::Live) }).await.unwrap();
    assert_eq!(house.sync_state(house.ada).await.unwrap(), Some(state));
}

#[tokio::test]
async fn a_batch_for_a_grant_that_is_gone_is_refused() {
    let house = House::new().await;
    let nobody = GrantId(uuid::Uuid::from_u128(99));
    let refused = house.apply(nobody, batch(Announce::Live)).await;
    assert!(matches!(refused, Err(Error::NotFound("grant"))));
}

#[tokio::test]
async fn one_mailbox_knows_nothing_of_another() {
    let house = House::new().await;
    let eve = house.another("eve@example.com").await;
    house.holds([mail("m1", 1)]).await;
    let upserts = vec![mail("m1", 1).subject("Hers").0];
    house.apply(eve, MirrorBatch { upserts, ..batch(Announce::Silent) }).await.unwrap();
    assert_eq!(house.message(house.ada, &"m1".into()).await.unwrap().unwrap().subject, "About m1");
    assert_eq!(house.message(eve, &"m1".into()).await.unwrap().unwrap().subject, "Hers");
    assert_eq!(house.finds("hers").await, Vec::<String>::new());
    let deletions = vec!["m1".into()];
    house.apply(eve, MirrorBatch { deletions, ..batch(Announce::Silent) }).await.unwrap();
    assert_eq!(house.lists(MessageFilter::default()).await, ["m1"]);
    assert_eq!(house.threads(eve, Default::default(), all()).await.unwrap().items, []);
}

#[tokio::test]
async fn a_folder_named_twice_counts_once() {
    let house = House::new().await;
    house.holds([mail("m1", 1).folders(&["INBOX", "INBOX"])]).await;
    let inbox = MessageFilter { folder: Some(FolderId::from("INBOX")), ..MessageFilter::default() };
    assert_eq!(house.lists(inbox).await, ["m1"]);
    let deletions = vec!["m1".into()];
    house.apply(house.ada, MirrorBatch { deletions, ..batch(Announce::Silent) }).await.unwrap();
    assert_eq!(house.all_message_ids(house.ada).await.unwrap(), []);
}
