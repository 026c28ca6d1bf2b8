//! First sync, changes, lost cursors.

use model::message::MessageEdit;
use model::sync::{Change, NativeQuery};
use model::{FaultKind, MessageId, Provider, Verdict};

use crate::over_all;
use crate::stage::Stage;

over_all!(
    everything_is_listed_and_read_byte_for_byte,
    new_mail_is_told_of_and_read,
    changes_of_ours_and_of_others_are_told,
    categories_are_listed_set_and_told_of_where_there_are_such,
    a_lost_cursor_asks_for_a_comparison,
    what_is_nobodys_is_not_found,
    searches_find_words,
);

async fn everything_is_listed_and_read_byte_for_byte(stage: Stage) {
    (0..23).for_each(|i| drop(stage.arrive(&format!("letter{i}"))));
    let profile = stage.client.profile().await.unwrap();
    assert_eq!((profile.email.as_str(), profile.messages_total), (stage.address, Some(23)));
    let all = stage.everything().await;
    let held = stage.held(stage.address);
    assert_eq!(all.len(), 23);
    for (id, message) in all {
        assert_eq!(message.raw.as_ref(), held[&id], "{id}");
        assert!(message.placement.unread && !message.placement.hidden);
    }
}

async fn new_mail_is_told_of_and_read(stage: Stage) {
    stage.arrive("old");
    let cursor = stage.client.profile().await.unwrap().cursor;
    let (changes, _, cursor) = stage.changes(&cursor).await;
    assert_eq!(changes, [], "the cursor is taken after what was there");
    let new = stage.arrive("new");
    let (changes, shown, cursor) = stage.changes(&cursor).await;
    let [Change::Created(id) | Change::Placed(id, _)] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(*id, new);
    let got = stage.fetch(shown.wanted(vec![new.clone()])).await;
    assert_eq!(got[&new.0].raw.as_ref(), stage.held(stage.address)[&new.0]);
    assert_eq!(stage.changes(&cursor).await.0, [], "nothing is told twice");
}

async fn changes_of_ours_and_of_others_are_told(stage: Stage) {
    let (edited, trashed, gone) = (stage.arrive("edited"), stage.arrive("trashed"), stage.arrive("gone"));
    let cursor = stage.client.profile().await.unwrap().cursor;
    let all = stage.everything().await;
    let edit = MessageEdit { unread: Some(false), starred: Some(true), ..MessageEdit::default() };
    let placed = stage.client.update(&edited, &all[&edited.0].placement, &edit).await.unwrap();
    assert!(!placed.unread && placed.starred);
    assert!(stage.client.trash(&trashed, &all[&trashed.0].placement).await.unwrap().hidden);
    assert!(stage.sandbox.world().remove(stage.address, &gone.0).unwrap());
    let (changes, ..) = stage.changes(&cursor).await;
    let told = |id: &MessageId| {
        let about = changes.iter().filter(
            |change| matches!(change, Change::Placed(of, _) | Change::Created(of) | Change::Deleted(of) if of == id),
        );
        about.cloned().next_back().unwrap_or_else(|| panic!("{id} in {changes:?}"))
    };
    assert_eq!(told(&edited), Change::Placed(edited.clone(), placed));
    assert!(matches!(told(&trashed), Change::Placed(_, placement) if placement.hidden));
    assert_eq!(told(&gone), Change::Deleted(gone.clone()));
    let places = [edited, trashed, gone].map(|id| (id, None));
    let places = stage.client.placements(&places).await.unwrap();
    assert!(places[0].as_ref().unwrap().starred && places[1].as_ref().unwrap().hidden);
    assert_eq!(places[2].as_ref().unwrap_err().kind, FaultKind::NotFound);
}

/// Where there are none beside folders, asking for them says so.
async fn categories_are_listed_set_and_told_of_where_there_are_such(stage: Stage) {
    let (tagged, elsewhere) = (stage.arrive("tagged"), stage.arrive("elsewhere"));
    let all = stage.everything().await;
    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let edit = MessageEdit { categories: names(&["Red category", "To do"]), ..MessageEdit::default() };
    let cursor = stage.client.profile().await.unwrap().cursor;
    let before = &all[&tagged.0].placement;
    let placed = stage.client.update(&tagged, before, &edit).await;
    if stage.provider == Provider::Google {
        assert_eq!(before.categories, None);
        let fault = placed.unwrap_err();
        assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("categories")));
        return;
    }
    let placed = placed.unwrap();
    assert_eq!((&before.categories, &placed.categories), (&names(&[]), &edit.categories));
    assert!(stage.sandbox.world().relabel(stage.address, &elsewhere.0, &["Blue"], &[]).unwrap());
    let (changes, _, cursor) = stage.changes(&cursor).await;
    assert!(changes.contains(&Change::Placed(tagged.clone(), placed)), "{changes:?}");
    let blue = |change: &Change| matches!(change, Change::Placed(id, placed) if *id == elsewhere && placed.categories == names(&["Blue"]));
    assert!(changes.iter().any(blue), "{changes:?}");
    let all = stage.everything().await;
    assert_eq!(all[&tagged.0].placement.categories, edit.categories);
    let edit = MessageEdit { categories: names(&[]), ..MessageEdit::default() };
    let none = stage.client.update(&tagged, &all[&tagged.0].placement, &edit).await.unwrap();
    assert_eq!(none.categories, names(&[]));
    assert_eq!(stage.changes(&cursor).await.0, [Change::Placed(tagged, none)]);
}

async fn a_lost_cursor_asks_for_a_comparison(stage: Stage) {
    let fault = stage.client.changes(&model::sync::SyncCursor("1".into()), None).await;
    if let Err(fault) = fault {
        assert_eq!((fault.kind, fault.verdict), (FaultKind::SyncStateExpired, Verdict::Resync));
    }
    let cursor = stage.client.profile().await.unwrap().cursor;
    stage.sandbox.world().expire_history(stage.address).unwrap();
    stage.arrive("after");
    let fault = stage.client.changes(&cursor, None).await.unwrap_err();
    assert_eq!((fault.kind, fault.verdict), (FaultKind::SyncStateExpired, Verdict::Resync));
}

async fn what_is_nobodys_is_not_found(stage: Stage) {
    let strangers = ["18c0ffee00000000", "AAMkAGUyYjg=", "x y/z"].map(|id| MessageId::from(id).into());
    for entry in stage.client.fetch(&strangers).await.unwrap() {
        assert!(matches!(entry.unwrap_err().kind, FaultKind::NotFound | FaultKind::InvalidRequest));
    }
}

async fn searches_find_words(stage: Stage) {
    (0..3).for_each(|i| drop(stage.arrive(&format!("apples{i}"))));
    let sought = stage.arrive("pears");
    let query = NativeQuery { query: Some("subject:pears".into()), ..NativeQuery::default() };
    let found = stage.client.list(query.clone(), None, 50).await.unwrap();
    assert_eq!(found.ids, [sought]);
    assert_eq!(stage.client.list_threads(query, None, 50).await.unwrap().0.len(), 1);
}
