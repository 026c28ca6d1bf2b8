//! Folders, their counts and their news.

use model::event::EventType::*;
use model::folder::{Folder, FolderRole};
use model::sync::{Announce, MirrorBatch};

use crate::house::{House, batch, folder, mail};

async fn lists(house: &House, announce: Announce, folders: Vec<Folder>) -> usize {
    let batch = MirrorBatch { folders: Some(folders), ..batch(announce) };
    house.apply(house.ada, batch).await.unwrap().deliveries
}

fn usual() -> Vec<Folder> {
    vec![
        folder("work", None),
        folder("SENT", Some(FolderRole::Sent)),
        Folder { parent_id: Some("work".into()), ..folder("Alpha", None) },
        folder("INBOX", Some(FolderRole::Inbox)),
        Folder { system: true, ..folder("CATEGORY", None) },
    ]
}

#[tokio::test]
async fn system_folders_come_first_by_role_then_the_others_by_name() {
    let house = House::new().await;
    lists(&house, Announce::Silent, usual()).await;
    let names: Vec<_> = house.folders(house.ada).await.unwrap().into_iter().map(|f| f.folder.id.0).collect();
    assert_eq!(names, ["INBOX", "SENT", "CATEGORY", "Alpha", "work"]);
    let work = house.folder(house.ada, &"work".into()).await.unwrap().unwrap();
    assert_eq!((work.folder, work.children), (folder("work", None), 1));
    assert_eq!(house.folder(house.ada, &"nowhere".into()).await.unwrap(), None);
}

#[tokio::test]
async fn every_role_is_kept() {
    let house = House::new().await;
    use FolderRole::*;
    let roles = [Inbox, Sent, Drafts, Trash, Junk, Archive, Important, Flagged];
    let folders: Vec<_> = roles.iter().map(|role| folder(role.attribute(), Some(*role))).collect();
    lists(&house, Announce::Silent, folders.clone()).await;
    let held: Vec<_> = house.folders(house.ada).await.unwrap().into_iter().map(|counted| counted.folder).collect();
    assert_eq!(held, folders);
}

#[tokio::test]
async fn counts_follow_every_change() {
    let house = House::new().await;
    lists(&house, Announce::Silent, usual()).await;
    let counts = async |id: &str| {
        let counted = house.folder(house.ada, &id.into()).await.unwrap().unwrap();
        (counted.total, counted.unread)
    };
    house.holds([mail("m1", 1).unread(), mail("m2", 2).unread().folders(&["INBOX", "work"]), mail("m3", 3)]).await;
    assert_eq!((counts("INBOX").await, counts("work").await), ((3, 2), (1, 1)));
    house.holds([mail("m2", 2).folders(&["work"])]).await;
    assert_eq!((counts("INBOX").await, counts("work").await), ((2, 1), (1, 0)));
    let placements = vec![("m3".into(), mail("m3", 3).unread().folders(&["work", "INBOX"]).placement())];
    house.apply(house.ada, MirrorBatch { placements, ..batch(Announce::Silent) }).await.unwrap();
    assert_eq!((counts("INBOX").await, counts("work").await), ((2, 2), (2, 1)));
    let deletions = vec!["m1".into(), "m3".into()];
    house.apply(house.ada, MirrorBatch { deletions, ..batch(Announce::Silent) }).await.unwrap();
    assert_eq!((counts("INBOX").await, counts("work").await), ((0, 0), (1, 0)));
}

#[tokio::test]
async fn messages_count_before_their_folder_is_listed() {
    let house = House::new().await;
    house.holds([mail("m1", 1).unread()]).await;
    assert_eq!(house.folders(house.ada).await.unwrap(), []);
    lists(&house, Announce::Silent, usual()).await;
    let inbox = house.folder(house.ada, &"INBOX".into()).await.unwrap().unwrap();
    assert_eq!((inbox.total, inbox.unread), (1, 1));
}

#[tokio::test]
async fn only_what_changed_in_the_list_is_news() {
    let house = House::new().await;
    let hook = house.webhook(1).await;
    lists(&house, Announce::Silent, usual()).await;
    assert_eq!(lists(&house, Announce::Live, usual()).await, 0);
    let mut changed = usual();
    changed.reverse();
    assert_eq!(lists(&house, Announce::Live, changed.clone()).await, 0, "order is not news");
    changed.retain(|folder| folder.id.as_str() != "Alpha");
    changed.iter_mut().find(|folder| folder.id.as_str() == "work").unwrap().name = "Werk".into();
    changed.push(folder("new", None));
    assert_eq!(lists(&house, Announce::Live, changed).await, 3);
    let mut told = house.told(hook).await;
    told.sort();
    let expected = [(FolderCreated, "new"), (FolderUpdated, "work"), (FolderDeleted, "Alpha")];
    assert_eq!(told, expected.map(|(kind, id)| (kind, id.to_owned())));
    let deleted = house.deliveries(hook, None, 10).await.unwrap();
    let deleted = deleted.into_iter().find(|delivery| delivery.event.kind == FolderDeleted).unwrap();
    assert_eq!(deleted.event.detail["name"], "alpha");
}
