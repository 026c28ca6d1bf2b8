//! The first sync.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_mirrored_and_nothing_announced() {
    let bench = Bench::with(57).await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let state = bench.sync().await;
    assert_eq!((state.phase, state.failures, state.mirrored), (SyncPhase::Live, 0, 57));
    assert!(state.fresh_at.is_some() && state.next_at > bench.clock_now());
    bench.assert_equal().await;
    assert_eq!(bench.heard(webhook).await, []);
    assert_eq!(bench.engine.reads().folders(bench.grant).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_listing_showed_is_handed_on_to_the_fetch() {
    let bench = Bench::with(57).await;
    bench.world.state().shows_glimpses = true;
    bench.sync().await;
    assert_eq!(bench.world.state().fetched.len(), 57);
    assert_eq!(bench.world.state().fetched_unseen, 0);
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_mailbox_is_live_at_once() {
    let bench = Bench::with(0).await;
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
}

/// Lets the `nth` call of a method fail for good.
fn break_off_at(bench: &Bench, method: &'static str, nth: usize) {
    let mut calls = 0;
    bench.world.hook(move |state, called| {
        calls += usize::from(called == method);
        if called == method && calls == nth {
            state.fail(method, Fault::new(FaultKind::MailboxUnavailable, "not now"));
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_on_where_it_was_broken_off() {
    let bench = Bench::with(300).await;
    bench.world.state().page_size = 50;
    break_off_at(&bench, "list", 3);
    let state = bench.sync().await;
    assert_eq!((state.phase, state.failures, state.mirrored), (SyncPhase::Backfill, 1, 100));
    assert_eq!(state.backfill_token.as_deref(), Some("100"));
    assert!(state.next_at > bench.clock_now());
    let state = bench.sync().await;
    assert_eq!((state.phase, state.failures, state.mirrored), (SyncPhase::Live, 0, 300));
    assert_eq!(bench.world.state().fetched.len(), 300, "nothing is fetched twice");
    assert_eq!(bench.world.calls("profile"), 1, "the first cursor is kept");
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_fetched_ahead_of_a_batch_that_fails_is_kept() {
    let bench = Bench::set(100, |settings| settings.fetch_batch = 10).await;
    break_off_at(&bench, "fetch", 2);
    let state = bench.sync().await;
    assert_eq!((state.phase, state.failures, state.backfill_token), (SyncPhase::Backfill, 1, None));
    let kept = bench.mirrored().await.len();
    assert_eq!(kept, bench.world.state().fetched.len(), "all that was fetched");
    assert!(kept >= 70, "eight batches are under way when one of them fails: {kept}");
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
    assert_eq!(bench.world.state().fetched.len(), 100, "nothing is fetched twice");
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_page_token_starts_the_listing_anew() {
    let bench = Bench::with(300).await;
    bench.world.state().page_size = 50;
    break_off_at(&bench, "list", 3);
    bench.sync().await;
    bench.world.hook(|_, _| {});
    bench.world.fail("list", Fault::invalid("pageToken", "Invalid pageToken"));
    let state = bench.sync().await;
    assert_eq!((state.phase, state.backfill_token), (SyncPhase::Backfill, None));
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
    assert_eq!(bench.world.state().fetched.len(), 300, "nothing is fetched twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_mail_during_it_is_announced_and_old_mail_is_not() {
    let bench = Bench::with(100).await;
    bench.world.state().page_size = 20;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    // Arrives after the cursor was taken and before the first page is listed: found by both.
    let mut arrived = false;
    bench.world.hook(move |state, method| {
        if method == "folders" && !arrived {
            arrived = true;
            state.arrive();
        }
    });
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
    assert_eq!(bench.heard(webhook).await, [(EventType::MessageCreated, "m100".to_owned())]);
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_message_stops_nothing() {
    let bench = Bench::with(30).await;
    let bad: MessageId = "m7".into();
    bench.world.state().bad.insert(bad.clone(), Fault::new(FaultKind::PermissionDenied, "Delegation denied"));
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
    assert_eq!(bench.mirrored().await.len(), 29);
    let unmirrored = bench.engine.reads().unmirrored(bench.grant).await.unwrap();
    assert_eq!((unmirrored.len(), &unmirrored[0].id), (1, &bad));
    assert!(unmirrored[0].reason.starts_with("given up: permission_denied"), "{}", unmirrored[0].reason);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_fails_for_a_while_is_mirrored_later() {
    let bench = Bench::with(30).await;
    let bad: MessageId = "m7".into();
    bench.world.state().bad.insert(bad.clone(), backend_error());
    assert_eq!(bench.sync_through_waits().await.phase, SyncPhase::Live);
    let unmirrored = bench.engine.reads().unmirrored(bench.grant).await.unwrap();
    assert!(unmirrored[0].reason.starts_with("try "), "{}", unmirrored[0].reason);
    bench.world.state().bad.clear();
    bench.sync().await;
    assert_eq!(bench.engine.reads().unmirrored(bench.grant).await.unwrap(), []);
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_throttle_moves_the_turn_and_fails_no_message() {
    let bench = Bench::with(30).await;
    let at = bench.in_seconds(900);
    let throttle = Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::At(at));
    bench.world.state().bad.insert("m7".into(), throttle);
    let state = bench.sync_through_waits().await;
    assert_eq!((state.phase, state.failures), (SyncPhase::Backfill, 0));
    assert!(state.next_at >= at && state.next_at <= later(at, Duration::from_secs(15)), "{}", state.next_at);
    assert_eq!(bench.engine.reads().unmirrored(bench.grant).await.unwrap(), []);
    let calls = bench.world.state().calls.len();
    assert_eq!(bench.sync().await.next_at, state.next_at);
    assert_eq!(bench.world.state().calls.len(), calls, "no call goes out before the instant");
    bench.world.state().bad.clear();
    bench.clock.advance(Duration::from_secs(1000));
    assert_eq!(bench.sync_through_waits().await.phase, SyncPhase::Live);
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fetches_run_side_by_side_within_the_limit() {
    let bench = Bench::set(200, |settings| settings.quota.concurrency = Some(3)).await;
    bench.sync().await;
    let most = bench.world.state().most_under_way;
    assert!((1..=3).contains(&most), "{most}");
}

/// Changes of every kind at every call, from a seed: the mirror equals the mailbox in the end, and everything that came
/// after the grant was announced as created exactly once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_during_it_are_not_lost() {
    for seed in 1..=12u64 {
        let bench = Bench::with(150).await;
        bench.world.state().page_size = 17;
        let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
        shake(&bench, seed, 60);
        while bench.sync().await.phase != SyncPhase::Live {}
        bench.world.hook(|_, _| {});
        bench.sync().await;
        bench.assert_equal().await;
        let heard = bench.heard(webhook).await;
        let created: Vec<_> = heard.iter().filter(|(kind, _)| *kind == EventType::MessageCreated).collect();
        let arrived = bench.world.state().ids().into_iter().filter(|id| id.0[1..].parse::<u32>().unwrap() >= 150);
        for id in arrived {
            let times = created.iter().filter(|(_, created)| *created == id.0).count();
            assert_eq!(times, 1, "seed {seed}: {id} was announced {times} times");
        }
        assert!(
            created.iter().all(|(_, id)| id[1..].parse::<u32>().unwrap() >= 150),
            "seed {seed}: old mail announced"
        );
    }
}

/// A message at a page's boundary is skipped when one before it is removed between two pages. Here both listings meet that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_both_listings_skipped_is_found() {
    let bench = Bench::with(40).await;
    bench.world.state().page_size = 10;
    let mut lists = 0;
    bench.world.hook(move |state, method| {
        if method != "list" {
            return;
        }
        lists += 1;
        match lists {
            2 => state.remove(&"m39".into()),
            // The second listing begins; one arrives, so that the same message is behind the first page again.
            5 => drop(state.arrive()),
            6 => state.remove(&"m38".into()),
            _ => {}
        }
    });
    while bench.sync().await.phase != SyncPhase::Live {}
    bench.sync().await;
    bench.assert_equal().await;
}

/// A small generator of its own, so that a seed means the same for ever (Knuth's MMIX constants).
fn next(random: &mut u64) -> u64 {
    *random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    *random >> 33
}

fn shake(bench: &Bench, seed: u64, mut budget: u32) {
    let mut random = seed;
    bench.world.hook(move |state, _| {
        if budget == 0 || next(&mut random).is_multiple_of(3) {
            return;
        }
        budget -= 1;
        let ids = state.ids();
        let id = ids[next(&mut random) as usize % ids.len()].clone();
        match next(&mut random) % 4 {
            0 => drop(state.arrive()),
            1 => state.remove(&id),
            2 => state.place(&id, |placement| placement.starred = !placement.starred),
            _ => state.place(&id, |placement| placement.folders = vec!["SENT".into()]),
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_get_their_ids() {
    let bench = Bench::with(5).await;
    let draft = {
        let mut state = bench.world.state();
        let placement = Placement { folders: vec!["DRAFT".into()], draft: true, ..Placement::default() };
        let id = state.put(raw("draft").into(), placement, None);
        state.drafts.push(("r-1".into(), id.clone()));
        id
    };
    bench.sync().await;
    let held = bench.engine.reads().draft(bench.grant, &"r-1".into()).await.unwrap().expect("the draft");
    assert_eq!(held.message.id, draft);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_messages_are_fetched_a_few_at_a_time() {
    let bench = Bench::set(0, |settings| settings.fetches_ahead = 1).await;
    let large = format!("{}{}", raw("large"), "word word word\r\n".repeat(130_000));
    for _ in 0..24 {
        bench.world.state().put(large.clone().into(), Placement::default(), None);
    }
    bench.sync().await;
    // The first two batches of ten are under way before any size is known.
    let fetches = bench.world.calls("fetch");
    assert_eq!(fetches, 2 + 2, "the last four come two by two");
    bench.assert_equal().await;
}
