//! Folders, drafts, sends.

use bytes::Bytes;
use model::folder::{FolderEdit, FolderRole};
use model::message::{MessageEdit, Placement};
use model::outbox::MARKER;
use model::sync::Change;
use model::{DraftId, FaultKind, Provider};
use providers::{DraftState, Trace};

use crate::over_all;
use crate::stage::Stage;

over_all!(
    folders_are_made_renamed_used_and_removed,
    drafts_are_saved_changed_and_sent,
    large_files_arrive_whole,
    what_is_removed_for_good_is_gone,
    a_copy_is_a_message_of_its_own_where_one_lies_in_one_folder,
    what_is_no_draft_is_not_removed_as_one,
    what_bears_a_mark_is_found_until_and_after_it_is_sent,
);

fn letter(stage: &Stage, subject: &str) -> Bytes {
    let text = format!(
        "From: {}\r\nTo: {}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@postroad.test>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nHello from {subject}\r\n",
        stage.address, stage.friend
    );
    text.into()
}

async fn folders_are_made_renamed_used_and_removed(stage: Stage) {
    let message = stage.arrive("filed");
    let named = |name: &str| FolderEdit { name: Some(name.into()), ..FolderEdit::default() };
    let made = stage.client.create_folder(named("Work")).await.unwrap();
    let renamed = stage.client.update_folder(&made.id, named("Play")).await.unwrap();
    assert_eq!((renamed.name.as_str(), &renamed.id), ("Play", &made.id));
    let folders = stage.client.folders().await.unwrap();
    let listed = folders.iter().find(|folder| folder.id == made.id).unwrap();
    assert_eq!((listed.name.as_str(), listed.system, &listed.parent_id), ("Play", false, &None));
    let own = folders.iter().filter(|folder| !folder.system).count();
    assert_eq!(own, 1, "what the provider made itself is told as such: {folders:?}");
    let before = stage.everything().await.remove(&message.0).unwrap().placement;
    let inbox = stage.folder(FolderRole::Inbox).await;
    assert!(before.folders.contains(&inbox));
    let edit = MessageEdit { folders: Some(vec![made.id.clone()]), ..MessageEdit::default() };
    let moved = stage.client.update(&message, &before, &edit).await.unwrap();
    assert!(moved.folders.contains(&made.id) && !moved.folders.contains(&inbox), "{moved:?}");
    assert_eq!(stage.everything().await[&message.0].placement.folders, moved.folders);
    stage.client.delete_folder(&made.id).await.unwrap();
    let everything = stage.everything().await;
    let left = everything.get(&message.0);
    assert!(left.is_none_or(|left| left.placement.hidden || !left.placement.folders.contains(&made.id)), "{left:?}");
    assert!(stage.client.folders().await.unwrap().iter().all(|folder| folder.id != made.id));
    // The same request again, as after an answer that was lost.
    assert_eq!(stage.client.delete_folder(&made.id).await.unwrap_err().kind, FaultKind::NotFound);
    assert_eq!(stage.held(stage.address).len(), 1, "its mail is not lost with it");
}

async fn drafts_are_saved_changed_and_sent(stage: Stage) {
    let saved = stage.client.create_draft(letter(&stage, "first"), None).await.unwrap();
    let draft = saved.draft_id.unwrap();
    assert_eq!(stage.client.drafts().await.unwrap(), [(draft.clone(), saved.message_id.clone())]);
    let changed = stage.client.update_draft(&draft, letter(&stage, "second"), None).await.unwrap();
    assert_eq!(changed.draft_id.as_ref(), Some(&draft), "a draft keeps its id");
    let got = stage.fetch(vec![changed.message_id.clone().into()]).await;
    let got = &got[&changed.message_id.0];
    let text = String::from_utf8_lossy(&got.raw);
    assert!(got.placement.draft && text.contains("Subject: second") && text.contains("Hello from second"), "{text}");
    let sent = stage.client.send_draft(&draft, 1).await.unwrap();
    assert_eq!(sent.draft_id, None);
    assert_eq!(stage.client.drafts().await.unwrap(), []);
    let placement = stage.everything().await.remove(&sent.message_id.0).unwrap().placement;
    assert!(!placement.draft && placement.folders.contains(&stage.folder(FolderRole::Sent).await), "{placement:?}");
    let arrived: Vec<_> = stage.held(stage.friend).into_values().collect();
    assert!(arrived.len() == 1 && String::from_utf8_lossy(&arrived[0]).contains("Hello from second"));
    let again = stage.client.send_draft(&draft, 1).await.unwrap_err();
    assert_eq!(again.kind, FaultKind::NotFound, "what was sent is not sent again");
    assert_eq!(stage.held(stage.friend).len(), 1);
}

async fn large_files_arrive_whole(stage: Stage) {
    let file: String = (0..90_000).map(|i| format!("{i:060}\r\n")).collect();
    let raw = format!(
        "From: {}\r\nTo: {}\r\nSubject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
         --m\r\nContent-Type: text/plain\r\n\r\nSee inside.\r\n--m\r\nContent-Type: text/csv\r\n\
         Content-Disposition: attachment; filename=\"large.csv\"\r\n\r\n{file}\r\n--m--\r\n",
        stage.address, stage.friend
    );
    let draft = stage.client.create_draft(raw.into(), None).await.unwrap().draft_id.unwrap();
    stage.client.send_draft(&draft, 1).await.unwrap();
    let arrived = stage.held(stage.friend).into_values().next().unwrap();
    let parsed = mail::parse::parse(&arrived);
    let [attachment] = &parsed.attachments[..] else { panic!("{:?}", parsed.attachments) };
    assert_eq!(attachment.filename, "large.csv");
    let bytes = mail::parse::part(&arrived, attachment.part).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap().trim_end(), file.trim_end());
}

async fn what_is_removed_for_good_is_gone(stage: Stage) {
    let message = stage.arrive("gone");
    stage.client.delete(&message).await.unwrap();
    assert!(stage.held(stage.address).is_empty());
    let draft = stage.client.create_draft(letter(&stage, "draft"), None).await.unwrap().draft_id.unwrap();
    stage.client.delete_draft(&draft).await.unwrap();
    assert!(stage.held(stage.address).is_empty() && stage.client.drafts().await.unwrap().is_empty());
}

async fn a_copy_is_a_message_of_its_own_where_one_lies_in_one_folder(stage: Stage) {
    let (message, archive) =
        (stage.arrive("copied"), FolderEdit { name: Some("Kept".into()), ..FolderEdit::default() });
    let archive = stage.client.create_folder(archive).await.unwrap().id;
    let before = stage.everything().await.remove(&message.0).unwrap();
    let cursor = stage.client.profile().await.unwrap().cursor;
    let made = stage.client.copy(&message, &archive).await;
    if stage.provider == Provider::Google {
        assert_eq!(made.unwrap_err().kind, FaultKind::Unsupported);
        return;
    }
    let made = made.unwrap();
    assert!(made.message_id != message && made.thread_id == before.thread_id && made.draft_id.is_none(), "{made:?}");
    let mut all = stage.everything().await;
    assert_eq!(all.remove(&message.0).unwrap(), before, "the original stays as it was");
    let copy = all.remove(&made.message_id.0).unwrap();
    assert_eq!((&copy.raw, copy.received_at), (&before.raw, before.received_at));
    assert_eq!(copy.placement, Placement { folders: vec![archive], ..before.placement });
    let (changes, ..) = stage.changes(&cursor).await;
    assert_eq!(changes, [Change::Placed(made.message_id, copy.placement)]);
    let nowhere = stage.client.copy(&"nowhere".into(), &stage.folder(FolderRole::Inbox).await).await;
    assert_eq!(nowhere.unwrap_err().kind, FaultKind::NotFound);
}

async fn what_is_no_draft_is_not_removed_as_one(stage: Stage) {
    let received = stage.arrive("received");
    let draft = stage.client.create_draft(letter(&stage, "sent"), None).await.unwrap().draft_id.unwrap();
    let sent = stage.client.send_draft(&draft, 1).await.unwrap();
    for id in [draft, DraftId(sent.message_id.0), DraftId(received.0)] {
        // An id that cannot be a draft's is called invalid by Gmail.
        let kind = stage.client.delete_draft(&id).await.unwrap_err().kind;
        assert!(matches!(kind, FaultKind::NotFound | FaultKind::InvalidRequest), "{id}: {kind:?}");
    }
    assert_eq!(stage.held(stage.address).len(), 2);
}

async fn what_bears_a_mark_is_found_until_and_after_it_is_sent(stage: Stage) {
    let since = "2026-09-21T11:59:00Z".parse().unwrap();
    let marked =
        |marker: &str| Bytes::from([format!("{MARKER}: {marker}\r\n").into(), letter(&stage, marker)].concat());
    stage.client.create_draft(marked("another"), None).await.unwrap();
    let saved = stage.client.create_draft(marked("sought"), None).await.unwrap();
    let found = stage.client.find_draft("sought", since).await.unwrap();
    assert_eq!(found.as_ref(), Some(&saved));
    assert_eq!(stage.client.find_draft("never", since).await.unwrap(), None);
    let draft = saved.draft_id.unwrap();
    assert_eq!(stage.client.draft_state(&draft).await.unwrap(), DraftState::There);
    let trace = Trace { marker: "sought".into(), thread: None, since };
    assert_eq!(stage.client.find_sent(&trace).await.unwrap(), None, "a draft is not sent");
    let sent = stage.client.send_draft(&draft, 1).await.unwrap();
    assert!(stage.client.draft_state(&draft).await.unwrap() != DraftState::There);
    assert_eq!(stage.client.find_draft("sought", since).await.unwrap(), None);
    assert_eq!(stage.client.find_sent(&trace).await.unwrap(), Some(sent));
}
