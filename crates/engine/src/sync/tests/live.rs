//! Following changes.

use model::Clock as _;
use model::sync::SyncCursor;

use super::*;
use crate::messages::Composition;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_are_followed_and_announced() {
    let bench = Bench::with(5).await;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    {
        let mut state = bench.world.state();
        state.arrive();
        state.place(&"m1".into(), |placement| placement.unread = false);
        state.remove(&"m2".into());
        state.place(&"m3".into(), |placement| placement.categories = Some(vec!["Red".into()]));
    }
    let before = bench.state().await.fresh_at;
    bench.clock.advance(Duration::from_secs(30));
    let state = bench.sync().await;
    assert!(state.fresh_at > before);
    bench.assert_equal().await;
    let mut heard = bench.heard(webhook).await;
    heard.sort();
    assert_eq!(
        heard,
        [
            (EventType::MessageCreated, "m5".to_owned()),
            (EventType::MessageUpdated, "m1".to_owned()),
            (EventType::MessageUpdated, "m3".to_owned()),
            (EventType::MessageDeleted, "m2".to_owned()),
        ]
    );
    bench.sync().await;
    assert_eq!(bench.heard(webhook).await.len(), 4, "nothing is announced twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_gone_before_it_is_fetched_is_no_failure() {
    let bench = Bench::with(5).await;
    bench.sync().await;
    let id = bench.world.fill(1).remove(0);
    let mut done = false;
    bench.world.hook(move |state, method| {
        if method == "fetch" && !done {
            done = true;
            state.remove(&id);
        }
    });
    assert_eq!(bench.sync().await.failures, 0);
    bench.sync().await;
    bench.assert_equal().await;
    assert_eq!(bench.engine.reads().unmirrored(bench.grant).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_message_is_written_down_and_the_turn_goes_on() {
    let bench = Bench::with(5).await;
    bench.sync().await;
    let ids = bench.world.fill(3);
    let corrupt = Fault::new(FaultKind::MessageRejected, "Data is corrupt.");
    bench.world.state().bad.insert(ids[0].clone(), corrupt);
    let before = bench.state().await.cursor;
    let state = bench.sync().await;
    assert!(state.failures == 0 && state.cursor != before);
    let unmirrored = bench.engine.reads().unmirrored(bench.grant).await.unwrap();
    assert_eq!((unmirrored.len(), &unmirrored[0].id), (1, &ids[0]));
    assert_eq!(bench.mirrored().await.len(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_mailbox_is_refused_gives_up_no_message() {
    let bench = Bench::with(5).await;
    bench.sync().await;
    let ids = bench.world.fill(3);
    for id in &ids[1..] {
        let refusal = Fault::new(FaultKind::MailboxUnavailable, "The mailbox is being moved.");
        bench.world.state().bad.insert(id.clone(), refusal);
    }
    assert_eq!(bench.sync().await.failures, 1);
    let waiting = bench.engine.reads().unmirrored(bench.grant).await.unwrap();
    assert!(waiting.len() == 2 && waiting.iter().all(|record| record.reason.starts_with("try 0 of ")), "{waiting:?}");
    bench.world.state().bad.clear();
    bench.sync().await;
    bench.assert_equal().await;
    assert_eq!(bench.engine.reads().unmirrored(bench.grant).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cursor_goes_on_when_a_throttle_cuts_in_and_what_waits_is_fetched_later() {
    let bench = Bench::with(5).await;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let ids = bench.world.fill(150);
    let cursor = bench.state().await.cursor;
    let at = bench.in_seconds(600);
    bench.world.fail("fetch", Fault::new(FaultKind::RateLimitedUser, "slow").with_verdict(Verdict::At(at)));
    let state = bench.sync().await;
    assert!(state.cursor != cursor && state.failures == 0, "the same place is not asked for again");
    assert!(state.next_at >= at && state.next_at <= later(at, Duration::from_secs(15)), "{}", state.next_at);
    let waiting = bench.engine.reads().unmirrored(bench.grant).await.unwrap();
    assert_eq!(waiting.len(), 150);
    assert!(waiting.iter().all(|record| record.reason.starts_with("try 0 of ")), "{}", waiting[0].reason);
    bench.clock.advance_to(state.next_at);
    bench.sync_through_waits().await;
    bench.assert_equal().await;
    assert_eq!(bench.engine.reads().unmirrored(bench.grant).await.unwrap(), []);
    assert_eq!(bench.heard(webhook).await.len(), ids.len(), "they are news still");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_changed_elsewhere_is_read_again_and_so_is_what_it_was_sent_as() {
    let bench = Bench::with(2).await;
    bench.sync().await;
    let id = {
        let mut state = bench.world.state();
        let placement = Placement { folders: vec!["DRAFT".into()], draft: true, ..Placement::default() };
        let id = state.put(raw("H").into(), placement, None);
        state.drafts.push(("d".into(), id.clone()));
        id
    };
    bench.sync().await;
    let subject = async || bench.engine.reads().message(bench.grant, &id).await.unwrap().unwrap().subject;
    assert_eq!(subject().await, "H");
    bench.world.state().rewrite(&id, raw("Hello").into(), |_| {});
    bench.sync().await;
    assert_eq!(subject().await, "Hello");
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let sent = Placement { folders: vec!["SENT".into()], ..Placement::default() };
    {
        let mut state = bench.world.state();
        state.drafts.clear();
        state.rewrite(&id, raw("Hello all").into(), |placement| *placement = sent);
    }
    bench.sync().await;
    assert_eq!(subject().await, "Hello all");
    bench.assert_equal().await;
    assert_eq!(bench.heard(webhook).await, [(EventType::MessageCreated, id.0.clone())]);
    let fetched = bench.world.state().fetched.len();
    bench.world.state().place(&id, |placement| placement.starred = true);
    bench.sync().await;
    assert_eq!(bench.world.state().fetched.len(), fetched, "what is no draft is not read again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_throttles_steadily_is_followed_to_the_end() {
    let bench = Bench::with(5).await;
    bench.sync().await;
    bench.world.state().page_size = 4;
    bench.world.fill(40);
    // Of every two requests for changes, one is refused for ten minutes.
    let (mut asked, clock) = (0, bench.clock.clone());
    bench.world.hook(move |state, method| {
        if method == "changes" {
            asked += 1;
            if asked % 2 == 0 {
                let at = later(clock.now(), Duration::from_secs(600));
                state.fail("changes", Fault::new(FaultKind::RateLimitedUser, "slow").with_verdict(Verdict::At(at)));
            }
        }
    });
    let (mut turns, before) = (0, bench.world.calls("changes"));
    while bench.state().await.cursor != Some(SyncCursor("45".into())) {
        turns += 1;
        assert!(turns <= 60, "it begins again and again, at {:?}", bench.state().await.cursor);
        let state = bench.sync().await;
        bench.clock.advance_to(later(state.next_at, Duration::from_secs(10)));
    }
    let asked = bench.world.calls("changes") - before;
    assert!((19..=21).contains(&asked), "{asked} requests for ten pages, every second of them refused");
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_back_off_and_success_forgets_them() {
    let bench = Bench::with(1).await;
    bench.sync().await;
    for failures in 1..=3 {
        bench.world.fail("changes", Fault::new(FaultKind::ApiDisabled, "enable it"));
        let state = bench.sync().await;
        assert_eq!(state.failures, failures);
        assert!(state.next_at >= bench.in_seconds(1 << (failures - 1)));
    }
    assert_eq!(bench.grant().await.status, GrantStatus::Valid, "an operator's mistake ends no grant");
    assert_eq!(bench.sync().await.failures, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_change_logs_come_in_pages() {
    let bench = Bench::with(1).await;
    bench.sync().await;
    bench.world.state().page_size = 7;
    bench.world.fill(40);
    bench.sync().await;
    bench.assert_equal().await;
    assert!(bench.world.calls("changes") >= 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pool_serves_new_grants_and_stops_cleanly() {
    let bench = Bench::with(40).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let pool = tokio::spawn(crate::sync::run(bench.engine.inner.clone(), stop.clone()));
    while bench.state().await.phase != SyncPhase::Live {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    pool.await.unwrap();
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_broken_off_by_the_end_is_due_at_the_next_start() {
    let bench = Bench::with(40).await;
    bench.world.fetch_gate.forget_permits(usize::MAX >> 3);
    let stop = tokio_util::sync::CancellationToken::new();
    let pool = tokio::spawn(crate::sync::run(bench.engine.inner.clone(), stop.clone()));
    while bench.world.calls("fetch") == 0 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    let moving = bench.keep_moving();
    tokio::select! {
        ended = pool => ended.unwrap(),
        () = moving => {}
    }
    assert!(bench.state().await.next_at <= bench.clock_now());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_asked_for_before_a_change_of_ours_do_not_undo_it() {
    let bench = Bench::with(5).await;
    while bench.sync().await.phase != SyncPhase::Live {}
    {
        let mut state = bench.world.state();
        state.arrive();
        state.place(&"m1".into(), |placement| placement.unread = !placement.unread);
    }
    // The turn has read the changes, and waits for what arrived.
    bench.world.fetch_gate.forget_permits(usize::MAX >> 3);
    let grant = bench.grant().await;
    let ours = async {
        while bench.world.state().under_way == 0 {
            tokio::task::yield_now().await;
        }
        let edit = model::message::MessageEdit { starred: Some(true), ..Default::default() };
        let updated = bench.engine.update_message(&grant, &"m1".into(), edit, None).await.unwrap();
        bench.world.fetch_gate.add_permits(8);
        updated
    };
    let (_, updated) = tokio::join!(bench.sync(), ours);
    assert!(updated.message.placement.starred);
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_goes_while_it_is_read_does_not_come_back() {
    let bench = Bench::set(5, |settings| settings.allow_hard_delete = true).await;
    while bench.sync().await.phase != SyncPhase::Live {}
    let grant = bench.grant().await;
    let draft = bench.engine.create_draft(&grant, Composition::default()).await.unwrap().message;
    bench.sync().await;
    let arrived = {
        let mut state = bench.world.state();
        state.rewrite(&draft.id, crate::testing::raw("anew").into(), |placement| placement.unread = true);
        state.arrive()
    };
    bench.world.fetch_gate.forget_permits(usize::MAX >> 3);
    let ours = async {
        while bench.world.state().under_way == 0 {
            tokio::task::yield_now().await;
        }
        bench.engine.delete_draft(&grant, draft.draft_id.as_ref().unwrap()).await.unwrap();
        bench.engine.delete_message(&grant, &arrived, true).await.unwrap();
        bench.world.fetch_gate.add_permits(8);
    };
    tokio::join!(bench.sync(), ours);
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_written_while_it_is_read_keeps_what_was_written() {
    let bench = Bench::with(5).await;
    while bench.sync().await.phase != SyncPhase::Live {}
    let grant = bench.grant().await;
    bench.world.state().drafts_stay = true;
    let draft = bench.engine.create_draft(&grant, Composition::default()).await.unwrap().message;
    bench.sync().await;
    bench.world.state().rewrite(&draft.id, crate::testing::raw("anew").into(), |placement| placement.unread = true);
    bench.world.fetch_gate.forget_permits(usize::MAX >> 3);
    let ours = async {
        while bench.world.state().under_way == 0 {
            tokio::task::yield_now().await;
        }
        bench.world.fail("fetch", Fault::new(FaultKind::NotFound, "not to be read back"));
        let mut composition = Composition::default();
        composition.outgoing.subject = "Ours".into();
        bench.engine.update_draft(&grant, draft.draft_id.as_ref().unwrap(), composition).await.unwrap();
        bench.world.fetch_gate.add_permits(8);
    };
    tokio::join!(bench.sync(), ours);
    let held = bench.engine.reads().draft(bench.grant, draft.draft_id.as_ref().unwrap()).await.unwrap().unwrap();
    assert_eq!((&held.message.id, held.message.subject.as_str()), (&draft.id, "Ours"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_showed_before_a_change_of_ours_does_not_undo_it() {
    let bench = Bench::with(5).await;
    while bench.sync().await.phase != SyncPhase::Live {}
    bench.world.state().shows_glimpses = true;
    let arrived = bench.world.fill(80);
    // The changes are told, and half of what arrived is not asked for yet.
    bench.world.fetch_gate.forget_permits(usize::MAX >> 3);
    let ours = async {
        while bench.world.state().under_way == 0 {
            tokio::task::yield_now().await;
        }
        for id in &arrived {
            star_before_it_comes(&bench, id).await;
        }
        bench.world.fetch_gate.add_permits(20);
    };
    tokio::join!(bench.sync(), ours);
    bench.assert_equal().await;
}
