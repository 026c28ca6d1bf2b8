//! Reconciling after a lost cursor.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_cursor_is_mended_without_downloading_again() {
    let bench = Bench::with(60).await;
    bench.world.state().page_size = 25;
    bench.sync().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    {
        let mut state = bench.world.state();
        state.arrive();
        state.place(&"m1".into(), |placement| placement.starred = true);
        state.remove(&"m2".into());
        state.lose_log();
        state.fetched.clear();
    }
    let state = bench.sync().await;
    assert_eq!((state.phase, state.failures), (SyncPhase::Live, 0));
    assert_eq!(bench.world.state().fetched, [MessageId::from("m60")]);
    bench.assert_equal().await;
    let mut heard = bench.heard(webhook).await;
    heard.sort();
    assert_eq!(
        heard,
        [
            (EventType::MessageCreated, "m60".to_owned()),
            (EventType::MessageUpdated, "m1".to_owned()),
            (EventType::MessageDeleted, "m2".to_owned()),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_lost_during_the_first_sync_announces_no_old_mail() {
    let bench = Bench::with(60).await;
    bench.world.state().page_size = 20;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let mut changes = 0;
    bench.world.hook(move |state, method| {
        changes += usize::from(method == "changes");
        if method == "changes" && changes == 1 {
            state.lose_log();
        }
    });
    let state = bench.sync().await;
    assert_eq!(state.phase, SyncPhase::Live);
    bench.assert_equal().await;
    assert_eq!(bench.heard(webhook).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_lost_again_and_again_backs_off() {
    let bench = Bench::with(10).await;
    bench.sync().await;
    bench.world.hook(|state, method| {
        if method == "changes" {
            state.lose_log();
        }
    });
    let state = bench.sync().await;
    assert_eq!((state.phase, state.failures), (SyncPhase::Resync, 1));
    bench.world.hook(|_, _| {});
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_listing_shows_is_not_asked_for_again() {
    let bench = Bench::with(60).await;
    {
        let mut state = bench.world.state();
        (state.page_size, state.shows_glimpses) = (25, true);
    }
    bench.sync().await;
    {
        let mut state = bench.world.state();
        state.arrive();
        state.place(&"m1".into(), |placement| placement.starred = true);
        state.lose_log();
    }
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
    assert_eq!(bench.world.calls("placements"), 0);
    assert_eq!(bench.world.state().fetched_unseen, 0);
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_followed_since_the_listing_is_believed_more() {
    let bench = Bench::with(10).await;
    bench.world.state().shows_glimpses = true;
    bench.sync().await;
    bench.world.state().lose_log();
    let mut listed = false;
    bench.world.hook(move |state, method| {
        // Between the listing and the changes followed after it.
        if method == "changes" && std::mem::take(&mut listed) {
            state.place(&"m1".into(), |placement| placement.starred = true);
        }
        listed |= method == "list";
    });
    assert_eq!(bench.sync().await.phase, SyncPhase::Live);
    bench.assert_equal().await;
}

/// It came while the cursor was lost, and is shifted past a page by a removal during the listing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_listing_skipped_is_found() {
    let bench = Bench::with(40).await;
    bench.world.state().page_size = 10;
    while bench.sync().await.phase != SyncPhase::Live {}
    {
        let mut state = bench.world.state();
        (0..11).for_each(|_| drop(state.arrive()));
        state.lose_log();
    }
    let mut lists = 0;
    bench.world.hook(move |state, method| {
        lists += usize::from(method == "list");
        if method == "list" && lists == 2 {
            state.remove(&"m50".into());
        }
    });
    while bench.sync().await.phase != SyncPhase::Live {}
    bench.sync().await;
    bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comparison_does_not_undo_what_we_changed_meanwhile() {
    let bench = Bench::with(60).await;
    while bench.sync().await.phase != SyncPhase::Live {}
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    {
        let mut state = bench.world.state();
        state.shows_glimpses = true;
        state.arrive();
        state.lose_log();
    }
    // The listing showed where all lie, and the one that is missing is fetched.
    bench.world.fetch_gate.forget_permits(usize::MAX >> 3);
    let ours = async {
        while bench.world.state().under_way == 0 {
            tokio::task::yield_now().await;
        }
        star(&bench, &"m1".into()).await;
        bench.world.fetch_gate.add_permits(8);
    };
    tokio::join!(bench.sync(), ours);
    bench.assert_equal().await;
    assert_eq!(updates(&bench, webhook, &"m1".into()).await, 1, "it was never shown as it was before");
}

/// Nothing can be asked of one message, for a while that does not end: it is written down, and the comparison ends.
async fn ends_without(bench: &Bench, message: &str) {
    let id = MessageId::from(message);
    {
        let mut state = bench.world.state();
        state.bad.insert(id.clone(), backend_error());
        state.lose_log();
    }
    let state = bench.sync_through_waits().await;
    assert_eq!((state.phase, state.failures), (SyncPhase::Live, 0));
    let unmirrored = bench.engine.reads().unmirrored(bench.grant).await.unwrap();
    assert_eq!(unmirrored.len(), 1);
    assert!(unmirrored[0].id == id && unmirrored[0].reason.starts_with("try "), "{:?}", unmirrored[0]);
    assert!(bench.mirrored().await.contains(&id), "it is not taken for gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_always_fails_keeps_no_comparison_from_its_end() {
    let bench = Bench::with(60).await;
    bench.sync().await;
    ends_without(&bench, "m7").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_one_that_the_listing_does_not_show() {
    let bench = Bench::with(60).await;
    bench.sync().await;
    {
        let mut state = bench.world.state();
        state.shows_glimpses = true;
        state.remove(&"m7".into());
    }
    ends_without(&bench, "m7").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_all_fail_the_comparison_waits_and_nothing_is_given_up() {
    let bench = Bench::with(60).await;
    bench.sync().await;
    let ids = bench.world.state().ids();
    {
        let mut state = bench.world.state();
        state.bad.extend(ids.into_iter().map(|id| (id, backend_error())));
        state.lose_log();
    }
    let state = bench.sync_through_waits().await;
    assert_eq!((state.phase, state.failures), (SyncPhase::Resync, 1));
    assert_eq!(bench.engine.reads().unmirrored(bench.grant).await.unwrap(), []);
    bench.world.state().bad.clear();
    assert_eq!(bench.sync_through_waits().await.phase, SyncPhase::Live);
    bench.assert_equal().await;
}
