//! The outbox at rest: accepted once, attempted in order, settled by whoever knows best, and nothing lost on the way.

use std::collections::HashMap;
use std::time::Duration;

use model::event::{Event, EventType};
use model::outbox::{SendCaps, Submission, SubmissionState, Wait};
use model::{EventId, Provider, SubmissionId, Timestamp};
use serde_json::json;
use store::{Accepted, Claim, Error, KeyEnd, KeyState, KeyUse, NewSubmission, Options, SendLimits, Settlement, Store};
use uuid::Uuid;

use crate::house::{House, at, open_fresh, reopen};

fn submission(house: &House, number: u128) -> Submission {
    let id = SubmissionId(Uuid::from_u128(number));
    Submission {
        id,
        application_id: house.app,
        grant_id: house.ada,
        number: 0,
        lane: id.to_string(),
        state: SubmissionState::Held,
        why: None,
        next_at: None,
        send_at: None,
        use_draft: false,
        own_draft: false,
        draft_id: None,
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
        echo: json!({ "subject": format!("mail {number}") }),
        answer: None,
        metadata: None,
        created_at: at(number as i64),
        closed_at: None,
    }
}

fn new(submission: Submission) -> NewSubmission {
    let limits = SendLimits { in_flight: 8, caps: HashMap::new() };
    NewSubmission {
        submission,
        raw: Some(b"To: you\r\n\r\nHello".to_vec()),
        tracked: None,
        key: None,
        lease_until: at(900),
        limits,
    }
}

fn claim(now: Timestamp) -> Claim {
    Claim { now, lease_until: at(90_000), limit: 64, limits: SendLimits { in_flight: 8, caps: HashMap::new() } }
}

fn settlement(submission: Submission, from: SubmissionState) -> Settlement {
    Settlement { submission, from: vec![from], event: None, announce: false, forget_key: false, now: at(50) }
}

fn ended(submission: &Submission, state: SubmissionState) -> Submission {
    Submission { state, why: None, next_at: None, closed_at: Some(at(50)), ..submission.clone() }
}

async fn accepted(store: &Store, new: NewSubmission) -> Submission {
    match store.accept_submission(new).await.unwrap() {
        Accepted::New(submission) => *submission,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_attempt_is_counted_and_leased_before_it_begins_and_its_bytes_go_with_its_end() {
    let house = House::new().await;
    let sending = accepted(&house, new(submission(&house, 1))).await;
    assert_eq!((sending.state, sending.attempts), (SubmissionState::Sending, 1));
    assert_eq!((sending.attempted_at, sending.next_at), (Some(at(1)), Some(at(900))));
    assert_eq!(house.submission_by_id(sending.id).await.unwrap(), Some(sending.clone()));
    assert_eq!(house.submission_raw(sending.id).await.unwrap().unwrap(), b"To: you\r\n\r\nHello");
    assert!(house.claim_submissions(claim(at(899))).await.unwrap().due.is_empty(), "it is leased");
    let done = settlement(ended(&sending, SubmissionState::Done), SubmissionState::Sending);
    assert!(house.settle_submission(done.clone()).await.unwrap());
    assert!(!house.settle_submission(done).await.unwrap(), "it ends once");
    assert_eq!(house.submission_raw(sending.id).await.unwrap(), None);
}

#[tokio::test]
async fn one_lane_leaves_in_order_and_others_beside_it() {
    let house = House::new().await;
    let in_lane = |number| Submission { lane: "t".into(), ..submission(&house, number) };
    let first = accepted(&house, new(in_lane(1))).await;
    let second = accepted(&house, new(in_lane(2))).await;
    let other = accepted(&house, new(submission(&house, 3))).await;
    assert_eq!((second.state, second.why, second.next_at), (SubmissionState::Held, Some(Wait::Turn), None));
    assert_eq!(other.state, SubmissionState::Sending);
    assert!(house.claim_submissions(claim(at(60))).await.unwrap().due.is_empty());
    house.settle_submission(settlement(ended(&first, SubmissionState::Failed), first.state)).await.unwrap();
    let claimed = house.claim_submissions(claim(at(60))).await.unwrap().due;
    assert_eq!(
        claimed.iter().map(|one| (one.id, one.state)).collect::<Vec<_>>(),
        [(second.id, SubmissionState::Sending)]
    );
}

#[tokio::test]
async fn a_cap_of_the_day_holds_everybody_behind_it_until_the_window_moves_on() {
    let house = House::new().await;
    let caps = HashMap::from([(Provider::Google, SendCaps { messages_per_day: Some(1), ..SendCaps::default() })]);
    let capped = |number| {
        let limits = SendLimits { in_flight: 8, caps: caps.clone() };
        NewSubmission { limits, ..new(submission(&house, number)) }
    };
    accepted(&house, capped(1)).await;
    let second = accepted(&house, capped(2)).await;
    assert_eq!((second.why, second.next_at), (Some(Wait::Cap), Some(at(1 + 24 * 3600))));
    let third = accepted(&house, capped(3)).await;
    assert_eq!((third.why, third.next_at), (Some(Wait::Turn), None));
    assert_eq!(house.holding_submission(house.ada, third.number).await.unwrap(), Some(second));
}

#[tokio::test]
async fn a_key_is_for_one_request_until_it_expires() {
    let house = House::new().await;
    let keyed = |number, hash: u8| {
        let key = KeyUse { key: "k".into(), request_hash: [hash; 32], lease_until: at(900), expires_at: at(3600) };
        NewSubmission { key: Some(key), ..new(submission(&house, number)) }
    };
    let first = accepted(&house, keyed(1, 7)).await;
    let again = house.accept_submission(keyed(2, 7)).await.unwrap();
    assert_eq!(again, Accepted::Again(Box::new(first)));
    assert_eq!(house.accept_submission(keyed(3, 8)).await.unwrap(), Accepted::KeyTaken(KeyState::OtherRequest));
    assert_eq!(house.submissions(store::SubmissionFilter { limit: 9, ..Default::default() }).await.unwrap().len(), 1);
    assert!(matches!(house.accept_submission(keyed(3_600, 8)).await.unwrap(), Accepted::New(_)));
}

#[tokio::test]
async fn a_key_that_is_no_send_ends_answered_unknown_or_free_and_only_by_whom_began_with_it() {
    use serde_json::json;
    let house = House::new().await;
    let key = |name: &str, now: i64| KeyUse {
        key: name.into(),
        request_hash: [7; 32],
        lease_until: at(now + 120),
        expires_at: at(now + 3600),
    };
    let begin = async |name: &str, now| house.begin_key(house.ada, key(name, now), at(now)).await.unwrap();
    let end =
        async |name: &str, begun, end, now| house.end_key(house.ada, key(name, begun), end, at(now)).await.unwrap();
    for name in ["answered", "unknown", "free", "broken off"] {
        assert_eq!((begin(name, 0).await, begin(name, 1).await), (KeyState::Begun, KeyState::Running));
    }
    assert!(end("answered", 0, KeyEnd::Answered(json!(1)), 2).await);
    assert!(end("unknown", 0, KeyEnd::Unknown, 2).await);
    assert!(end("free", 0, KeyEnd::Free, 2).await);
    assert_eq!(begin("answered", 3).await, KeyState::Answered(json!(1)));
    assert_eq!(begin("unknown", 3).await, KeyState::Unknown);
    assert_eq!(begin("free", 3).await, KeyState::Begun);
    assert_eq!(
        (begin("broken off", 119).await, begin("broken off", 120).await),
        (KeyState::Running, KeyState::Unknown)
    );
    // Slow, but it came: the answer stands.
    assert!(end("broken off", 0, KeyEnd::Answered(json!(2)), 200).await);
    assert_eq!(begin("broken off", 201).await, KeyState::Answered(json!(2)));
    // An hour later the keys are new ones; a request of then takes nothing from them.
    for name in ["answered", "unknown"] {
        assert_eq!(begin(name, 3600).await, KeyState::Begun);
        for late in [KeyEnd::Free, KeyEnd::Unknown, KeyEnd::Answered(json!(3))] {
            assert!(!end(name, 0, late, 3601).await);
        }
        assert_eq!(begin(name, 3602).await, KeyState::Running);
    }
}

#[tokio::test]
async fn whoever_knows_of_fewer_attempts_writes_nothing() {
    let house = House::new().await;
    let first = accepted(&house, new(submission(&house, 1))).await;
    let held =
        Submission { state: SubmissionState::Held, why: Some(Wait::Backoff), next_at: Some(at(60)), ..first.clone() };
    assert!(house.settle_submission(settlement(held.clone(), SubmissionState::Sending)).await.unwrap());
    let second = house.claim_submissions(claim(at(60))).await.unwrap().due.remove(0);
    assert_eq!(second.attempts, 2);
    let late = Submission { draft_id: Some("late".into()), ..first.clone() };
    assert!(matches!(house.note_submission(late).await, Err(Error::NotFound(_))));
    assert!(!house.settle_submission(settlement(ended(&first, SubmissionState::Failed), second.state)).await.unwrap());
    let known = Submission { draft_id: Some("d".into()), ..second.clone() };
    house.note_submission(known).await.unwrap();
    // That its end is told is written by itself, so it forgets no draft.
    house.announce_submission(second.id).await.unwrap();
    let now = house.submission_by_id(second.id).await.unwrap().unwrap();
    assert_eq!((now.draft_id, now.announced, now.state), (Some("d".into()), true, SubmissionState::Sending));
}

#[tokio::test]
async fn after_a_start_what_was_under_way_is_uncertain_and_due() {
    let house = House::new().await;
    let under_way = accepted(&house, new(submission(&house, 1))).await;
    let House { store, folder, .. } = house;
    // As after a kill: nobody closed it.
    let next = reopen(&folder).await;
    assert_eq!(next.recover_submissions(at(70)).await.unwrap(), 1);
    let claimed = next.claim_submissions(claim(at(70))).await.unwrap().due.remove(0);
    assert_eq!((claimed.id, claimed.state, claimed.looks), (under_way.id, SubmissionState::Uncertain, 1));
    drop(store);
}

#[tokio::test]
async fn a_removed_grant_says_goodbye_for_everything_open() {
    let house = House::new().await;
    let webhook = house.webhook(1).await;
    let open = accepted(&house, new(submission(&house, 1))).await;
    let closed = accepted(&house, new(submission(&house, 2))).await;
    house.settle_submission(settlement(ended(&closed, SubmissionState::Done), closed.state)).await.unwrap();
    let farewell = |one: &Submission| Event {
        id: EventId(Uuid::from_u128(99)),
        application_id: one.application_id,
        grant_id: one.grant_id,
        kind: EventType::MessageSendFailed,
        object_id: one.id.to_string(),
        detail: json!({}),
        occurred_at: at(60),
    };
    house.remove_grant(house.ada, at(60), farewell).await.unwrap();
    let told = house.told(webhook).await;
    assert!(told.contains(&(EventType::MessageSendFailed, open.id.to_string())), "{told:?}");
    assert_eq!(told.iter().filter(|(kind, _)| *kind == EventType::MessageSendFailed).count(), 1);
    assert_eq!(house.submission_by_id(open.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_scheduled_ones_are_asked_after_by_index_alone() {
    let house = House::new().await;
    let scheduled = |number: u128| Submission {
        created_at: at(0),
        send_at: Some(at(1_000_000 + number as i64)),
        ..submission(&house, number)
    };
    for hundred in 0..20_u128 {
        let some: Vec<_> = (0..500)
            .map(|one| {
                let (store, one) = (house.store.clone(), new(scheduled(hundred * 500 + one)));
                tokio::spawn(async move { store.accept_submission(NewSubmission { raw: None, ..one }).await })
            })
            .collect();
        for accepted in some {
            accepted.await.unwrap().unwrap();
        }
    }
    assert_eq!(house.next_submission_at().await.unwrap(), Some(at(1_000_000)));
    assert!(house.claim_submissions(claim(at(999_999))).await.unwrap().due.is_empty());
    let due = house.claim_submissions(claim(at(1_000_002))).await.unwrap().due;
    assert_eq!(due.len(), 3, "only what is due is read");
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_accepted_that_is_not_kept() {
    let house = House::new().await;
    let path = house.folder.path().join("postroad.db");
    house.store.close().await.unwrap();
    let pages = std::fs::metadata(&path).unwrap().len() / 4096;
    let full = Store::open(Options { most_pages: Some(pages as u32 + 4), ..Options::at(&path) }).await.unwrap();
    let large: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let error = full.accept_submission(NewSubmission { raw: Some(large), ..new(submission(&house, 1)) }).await;
    assert!(matches!(&error, Err(Error::Database(why)) if why.contains("full")), "{error:?}");
    assert_eq!(full.submission_by_id(SubmissionId(Uuid::from_u128(1))).await.unwrap(), None);
    // What there is room for is still taken in.
    assert!(matches!(full.accept_submission(new(submission(&house, 2))).await.unwrap(), Accepted::New(_)));
    full.close().await.unwrap();
    let kept = reopen(&house.folder).await;
    assert_eq!(kept.submissions(store::SubmissionFilter { limit: 9, ..Default::default() }).await.unwrap().len(), 1);
}

#[tokio::test]
async fn while_another_process_holds_the_database_a_send_is_refused_and_not_kept() {
    let house = House::new().await;
    let path = house.folder.path().join("postroad.db");
    house.store.close().await.unwrap();
    let options = Options { patience: Duration::from_millis(20), ..Options::at(&path) };
    let store = Store::open(options).await.unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.accept_submission(new(submission(&house, 1))).await;
    assert!(matches!(&error, Err(Error::Database(why)) if why.contains("locked")), "{error:?}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(store.submission_by_id(SubmissionId(Uuid::from_u128(1))).await.unwrap(), None);
    assert!(matches!(store.accept_submission(new(submission(&house, 1))).await.unwrap(), Accepted::New(_)));
}

#[tokio::test]
async fn an_empty_outbox_has_nothing_due() {
    let (store, _folder) = open_fresh().await;
    assert_eq!(store.next_submission_at().await.unwrap(), None);
    assert_eq!(store.recover_submissions(at(1)).await.unwrap(), 0);
}
