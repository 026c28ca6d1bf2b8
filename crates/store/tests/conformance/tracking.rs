//! Tracked messages: visits are counted, told and forgotten; answers are recognised.

use std::time::Duration;

use model::event::EventType;
use model::outbox::{Submission, SubmissionState};
use model::sync::{Announce, Consequence, MirrorBatch};
use model::tracking::*;
use model::*;
use serde_json::{Value, json};
use store::{Accepted, NewSubmission, SendLimits, Settlement};
use uuid::Uuid;

use crate::house::*;

const TOKEN: TrackingToken = TrackingToken([7; 16]);

fn tracked(grant: GrantId, token: TrackingToken) -> NewTracked {
    let tracking = Tracking { opens: true, links: true, replies: true, label: Some("minutes".into()) };
    let links = vec!["https://x.test/a?b=1&c=2".into(), "https://y.test/".into()];
    NewTracked { token, grant_id: grant, tracking, links, created_at: at(0) }
}

fn submission(house: &House, draft: Option<&str>) -> Submission {
    Submission {
        id: SubmissionId(Uuid::new_v4()),
        application_id: house.app,
        grant_id: house.ada,
        number: 0,
        lane: "lane".into(),
        state: SubmissionState::Held,
        why: None,
        next_at: None,
        send_at: None,
        use_draft: false,
        own_draft: draft.is_some(),
        draft_id: draft.map(DraftId::from),
        draft_message_id: None,
        thread_id: None,
        attempts: 0,
        looks: 0,
        attempted_at: None,
        recipients: 1,
        announced: false,
        litter: false,
        message_id: None,
        fault: None,
        echo: json!({}),
        answer: None,
        metadata: None,
        created_at: at(0),
        closed_at: None,
    }
}

async fn accept(house: &House, submission: Submission, tracked: Option<NewTracked>) -> Submission {
    let limits = SendLimits { in_flight: 9, ..SendLimits::default() };
    let new = NewSubmission { submission, raw: None, tracked, key: None, lease_until: at(60), limits };
    match house.accept_submission(new).await.unwrap() {
        Accepted::New(accepted) => *accepted,
        other => panic!("{other:?}"),
    }
}

async fn settle(house: &House, accepted: Submission, state: SubmissionState, message: Option<&str>) {
    let message_id = message.map(MessageId::from);
    let submission = Submission { state, message_id, next_at: None, closed_at: Some(at(1)), ..accepted };
    let from = vec![SubmissionState::Sending];
    let settled = Settlement { submission, from, event: None, announce: false, forget_key: false, now: at(1) };
    assert!(house.settle_submission(settled).await.unwrap());
}

/// A house whose message `m` was sent with marks.
async fn sent() -> (House, WebhookId) {
    let house = House::new().await;
    let webhook = house.webhook(1).await;
    let accepted = accept(&house, submission(&house, None), Some(tracked(house.ada, TOKEN))).await;
    settle(&house, accepted, SubmissionState::Done, Some("m")).await;
    house.holds([mail("m", 1).thread("t").folders(&["SENT"]).from("ada@example.com")]).await;
    (house, webhook)
}

fn visit(second: i64) -> Visit {
    Visit { at: at(second), ip: Some("203.0.113.9".into()), user_agent: Some("x".repeat(1000)) }
}

async fn told(house: &House, webhook: WebhookId, kind: EventType) -> Vec<Value> {
    let mut deliveries = house.deliveries(webhook, None, 1000).await.unwrap();
    deliveries.reverse();
    deliveries.into_iter().filter(|one| one.event.kind == kind).map(|one| one.event.detail).collect()
}

#[tokio::test]
async fn an_opening_counts_once_a_minute_and_is_told() {
    let (house, webhook) = sent().await;
    for (second, counts) in [(10, true), (10, false), (69, false), (70, true), (5, true)] {
        assert_eq!(house.count_opening(TOKEN, visit(second)).await.unwrap(), counts, "{second}");
    }
    let told = told(&house, webhook, EventType::MessageOpened).await;
    assert_eq!(told.len(), 3);
    let second: Opened = serde_json::from_value(told[1].clone()).unwrap();
    assert_eq!((second.message_id, second.label.as_deref(), second.count), ("m".into(), Some("minutes"), 2));
    let ids: Vec<(u64, i64)> = second.recents.iter().map(|recent| (recent.id, recent.at)).collect();
    assert_eq!(ids, [(1, at(70).as_second()), (0, at(10).as_second())]);
    assert_eq!(second.recents[0].ip.as_deref(), Some("203.0.113.9"));
    assert_eq!(second.recents[0].user_agent.as_ref().map(String::len), Some(256));
}

#[tokio::test]
async fn a_followed_link_is_counted_by_its_number_and_told() {
    let (house, webhook) = sent().await;
    for (link, counts) in [(1, true), (1, true), (0, true), (2, false), (usize::MAX, false)] {
        assert_eq!(house.count_following(TOKEN, link, visit(10)).await.unwrap(), counts, "{link}");
    }
    let told = told(&house, webhook, EventType::MessageLinkClicked).await;
    let last: Followed = serde_json::from_value(told[2].clone()).unwrap();
    assert_eq!(last.counts, [1, 2]);
    let recents: Vec<_> = last.recents.iter().map(|recent| (recent.id, recent.link)).collect();
    assert_eq!(recents, [(2, Some(0)), (1, Some(1)), (0, Some(1))]);
    assert_eq!(house.tracked_link(TOKEN, 1).await.unwrap().as_deref(), Some("https://y.test/"));
    assert_eq!(house.tracked_link(TOKEN, 2).await.unwrap(), None);
    assert_eq!(house.tracked_link(TrackingToken([8; 16]), 1).await.unwrap(), None);
}

#[tokio::test]
async fn a_machine_that_follows_links_all_the_time_is_not_told_of_forever() {
    let (house, webhook) = sent().await;
    for _ in 0..RECENT {
        assert!(house.count_following(TOKEN, 0, visit(10)).await.unwrap());
    }
    assert!(!house.count_following(TOKEN, 0, visit(69)).await.unwrap());
    assert!(house.count_following(TOKEN, 0, visit(70)).await.unwrap());
    let told = told(&house, webhook, EventType::MessageLinkClicked).await;
    let last: Followed = serde_json::from_value(told[RECENT].clone()).unwrap();
    assert_eq!((last.counts[0], last.recents.len()), (51, RECENT));
    assert_eq!(last.recents[0].id, 50);
}

#[tokio::test]
async fn nothing_counts_that_is_unknown_not_watched_or_not_sent() {
    let (house, webhook) = sent().await;
    assert!(!house.count_opening(TrackingToken([8; 16]), visit(1)).await.unwrap());
    let links_only = Tracking { links: true, ..Tracking::default() };
    let new = NewTracked { tracking: links_only, ..tracked(house.ada, TrackingToken([9; 16])) };
    let accepted = accept(&house, submission(&house, None), Some(new)).await;
    assert!(!house.count_following(TrackingToken([9; 16]), 0, visit(1)).await.unwrap(), "not sent yet");
    assert!(house.tracked_link(TrackingToken([9; 16]), 0).await.unwrap().is_some(), "but it leads somewhere");
    settle(&house, accepted, SubmissionState::Done, Some("other")).await;
    assert!(!house.count_opening(TrackingToken([9; 16]), visit(1)).await.unwrap(), "openings are not watched");
    assert!(house.count_following(TrackingToken([9; 16]), 0, visit(1)).await.unwrap());
    assert_eq!(house.told(webhook).await, [(EventType::MessageLinkClicked, "other".to_owned())]);
}

#[tokio::test]
async fn what_is_tracked_is_found_by_message_and_by_draft() {
    let (house, _) = sent().await;
    let held = house.tracked_message(house.ada, &"m".into()).await.unwrap().unwrap();
    let NewTracked { token, tracking, links, .. } = tracked(house.ada, TOKEN);
    assert_eq!(held, Tracked { token, tracking, links });
    assert_eq!(house.tracked_message(house.another("bob@example.com").await, &"m".into()).await.unwrap(), None);
    assert_eq!(house.tracked_draft(house.ada, &"m".into()).await.unwrap(), None);
}

#[tokio::test]
async fn a_draft_has_the_marks_of_its_last_save_and_they_speak_once_it_is_sent() {
    let house = House::new().await;
    let (first, second) = (TrackingToken([1; 16]), TrackingToken([2; 16]));
    let token = async |id: &str| house.tracked_draft(house.ada, &id.into()).await.unwrap().map(|held| held.token);
    for one in [first, second] {
        house.add_tracked(tracked(house.ada, one)).await.unwrap();
    }
    house.keep_tracked_draft(house.ada, "d".into(), Some(first)).await.unwrap();
    assert_eq!(token("d").await, Some(first));
    house.keep_tracked_draft(house.ada, "d".into(), Some(second)).await.unwrap();
    assert_eq!(token("d").await, Some(second));
    assert_eq!(house.tracked_link(first, 0).await.unwrap(), None, "the earlier content is gone");
    assert!(!house.count_opening(second, visit(1)).await.unwrap(), "a draft's own picture tells nothing");
    let accepted = accept(&house, submission(&house, Some("d")), None).await;
    settle(&house, Submission { draft_id: Some("d".into()), ..accepted }, SubmissionState::Done, Some("m")).await;
    assert_eq!(token("d").await, None);
    assert!(house.count_opening(second, visit(1)).await.unwrap());
    // A draft of the same id, or another's: what was sent stays.
    house.keep_tracked_draft(house.ada, "d".into(), None).await.unwrap();
    assert!(house.tracked_message(house.ada, &"m".into()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_repeated_request_leaves_nothing_behind() {
    let house = House::new().await;
    let key = store::KeyUse { key: "k".into(), request_hash: [0; 32], lease_until: at(60), expires_at: at(3600) };
    for token in [TrackingToken([1; 16]), TrackingToken([2; 16])] {
        let new = NewSubmission {
            submission: submission(&house, None),
            raw: None,
            tracked: Some(tracked(house.ada, token)),
            key: Some(key.clone()),
            lease_until: at(60),
            limits: SendLimits { in_flight: 9, ..SendLimits::default() },
        };
        house.accept_submission(new).await.unwrap();
    }
    assert!(house.tracked_link(TrackingToken([1; 16]), 0).await.unwrap().is_some());
    assert_eq!(house.tracked_link(TrackingToken([2; 16]), 0).await.unwrap(), None);
}

#[tokio::test]
async fn somebody_elses_answer_is_counted_and_told() {
    let (house, webhook) = sent().await;
    let answer = mail("a1", 2).thread("t").with(|m| m.in_reply_to = Some("<m@example.com>".into()));
    house.receives([answer.clone(), mail("elsewhere", 2)]).await;
    house.receives([answer]).await;
    house.receives([mail("a2", 3).thread("t").with(|m| m.in_reply_to = Some("<a1@example.com>".into()))]).await;
    let told = told(&house, webhook, EventType::ThreadReplied).await;
    let read = |value: &Value| serde_json::from_value::<Answered>(value.clone()).unwrap();
    assert_eq!(told.len(), 2);
    let first = read(&told[0]);
    let ids = (first.message_id.as_str(), first.root_message_id.as_str(), first.reply_to_message_id.as_str());
    assert_eq!((ids, first.thread_id.as_str(), first.count), (("a1", "m", "m"), "t", 1));
    assert_eq!(first.label.as_deref(), Some("minutes"));
    let second = read(&told[1]);
    assert_eq!((second.root_message_id.as_str(), second.reply_to_message_id.as_str(), second.count), ("m", "a1", 2));
}

#[tokio::test]
async fn an_answer_belongs_to_the_message_it_names() {
    let (house, webhook) = sent().await;
    let accepted = accept(&house, submission(&house, None), Some(tracked(house.ada, TrackingToken([2; 16])))).await;
    settle(&house, accepted, SubmissionState::Done, Some("later")).await;
    house.holds([mail("later", 5).thread("t").folders(&["SENT"]).from("ada@example.com")]).await;
    house.receives([mail("a1", 6).thread("t").with(|m| m.in_reply_to = Some("<m@example.com>".into()))]).await;
    house.receives([mail("a2", 7).thread("t")]).await;
    let told = told(&house, webhook, EventType::ThreadReplied).await;
    let roots: Vec<&Value> = told.iter().map(|one| &one["root_message_id"]).collect();
    assert_eq!(roots, ["m", "later"]);
}

#[tokio::test]
async fn what_is_no_answer_is_not_counted() {
    let (house, webhook) = sent().await;
    let folders = vec![folder("SENT", Some(folder::FolderRole::Sent)), folder("INBOX", None)];
    house.apply(house.ada, MirrorBatch { folders: Some(folders), ..batch(Announce::Silent) }).await.unwrap();
    let report = mail("report", 3).thread("t");
    let bounce = Consequence {
        message: report.id(),
        kind: EventType::MessageBounceDetected,
        object_id: "m".into(),
        detail: json!({}),
    };
    let upserts = [
        mail("own", 2).thread("t").from("Ada@Example.com"),
        mail("alias", 2).thread("t").from("other@example.com").folders(&["SENT"]),
        mail("spam", 2).thread("t").trashed(),
        mail("draft", 2).thread("t").draft("d"),
        report,
    ];
    let upserts = upserts.into_iter().map(|mail| mail.0).collect();
    let consequences = vec![bounce];
    house.apply(house.ada, MirrorBatch { upserts, consequences, ..batch(Announce::Live) }).await.unwrap();
    house.holds([mail("old", 4).thread("t")]).await;
    assert_eq!(told(&house, webhook, EventType::ThreadReplied).await, Vec::<Value>::new());
}

#[tokio::test]
async fn who_visited_is_forgotten_with_the_events_and_links_go_on_leading() {
    let (house, webhook) = sent().await;
    house.count_opening(TOKEN, visit(10)).await.unwrap();
    house.sweep(at(1_000), at(11)).await.unwrap();
    house.count_opening(TOKEN, visit(1_000)).await.unwrap();
    let told = told(&house, webhook, EventType::MessageOpened).await;
    let last: Opened = serde_json::from_value(told.last().unwrap().clone()).unwrap();
    assert_eq!((last.count, last.recents.len()), (2, 1));
    assert!(house.tracked_link(TOKEN, 0).await.unwrap().is_some());
}

#[tokio::test]
async fn what_never_went_anywhere_is_forgotten_in_the_end() {
    let (house, _) = sent().await;
    let (draft, nowhere) = (TrackingToken([1; 16]), TrackingToken([2; 16]));
    for token in [draft, nowhere] {
        house.add_tracked(tracked(house.ada, token)).await.unwrap();
    }
    house.keep_tracked_draft(house.ada, "d".into(), Some(draft)).await.unwrap();
    let late = at(0) + Duration::from_secs(200 * 24 * 3600);
    house.sweep(late, late).await.unwrap();
    for (token, kept) in [(TOKEN, true), (draft, true), (nowhere, false)] {
        assert_eq!(house.tracked_link(token, 0).await.unwrap().is_some(), kept);
    }
    house.remove_grant(house.ada, late, |_| unreachable!()).await.unwrap();
    assert_eq!(house.tracked_link(TOKEN, 0).await.unwrap(), None, "with the grant all of it goes");
}
