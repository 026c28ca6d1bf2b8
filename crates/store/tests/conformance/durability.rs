//! What was acknowledged stays, what failed leaves no trace, and many may write at once.

use model::sync::{Announce, MirrorBatch};
use store::Error;
use store::filter::MessageFilter;

use crate::house::{House, all, application, at, batch, mail, open_fresh, reopen};

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_start_without_a_close() {
    let house = House::new().await;
    house.holds([mail("m1", 1), mail("m2", 2)]).await;
    let House { store, folder, ada, .. } = house;
    // As after a kill: nobody closed the store, its connections are still open and its log is not folded in.
    let second = reopen(&folder).await;
    let held = second.messages(ada, MessageFilter::default(), all()).await.unwrap();
    assert_eq!(crate::house::ids(&held.items), ["m2", "m1"]);
    second.add_application(application(2)).await.unwrap();
    drop(second);
    drop(store);
    let third = reopen(&folder).await;
    assert_eq!(third.applications().await.unwrap().len(), 2);
    assert_eq!(third.full_message(ada, &"m1".into()).await.unwrap().unwrap().body, mail("m1", 1).0.body);
}

#[tokio::test]
async fn a_copy_of_the_files_taken_at_any_moment_opens() {
    let house = House::new().await;
    for round in 0..5 {
        house.holds([mail(&format!("m{round}"), round)]).await;
        let copy = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(house.folder.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        let reopened = reopen(&copy).await;
        assert_eq!(reopened.all_message_ids(house.ada).await.unwrap().len() as i64, round + 1);
        let found = MessageFilter { search: Some("body".into()), ..MessageFilter::default() };
        assert_eq!(reopened.messages(house.ada, found, all()).await.unwrap().items.len() as i64, round + 1);
    }
}

#[tokio::test]
async fn a_closed_store_refuses_and_its_one_file_holds_everything() {
    let house = House::new().await;
    house.holds([mail("m1", 1)]).await;
    house.close().await.unwrap();
    assert!(matches!(house.ping().await, Err(Error::Database(_))));
    assert!(matches!(house.add_application(application(2)).await, Err(Error::Database(_))));
    assert!(house.close().await.is_err());
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(house.folder.path().join("postroad.db"), copy.path().join("postroad.db")).unwrap();
    let reopened = reopen(&copy).await;
    assert_eq!(reopened.all_message_ids(house.ada).await.unwrap(), ["m1".into()]);
}

#[tokio::test]
async fn closing_finishes_what_is_queued() {
    let (store, folder) = open_fresh().await;
    let writes: Vec<_> = (1..=100)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.add_application(application(number)).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await.unwrap();
    let mut acknowledged = 0;
    for write in writes {
        acknowledged += usize::from(write.await.unwrap().is_ok());
    }
    assert_eq!(reopen(&folder).await.applications().await.unwrap().len(), acknowledged);
}

#[tokio::test]
async fn one_failure_among_many_writes_sinks_none_of_them() {
    let house = House::new().await;
    let writes: Vec<_> = (1..=300_u128)
        .map(|number| {
            let store = house.store.clone();
            // The first application exists already; every third write tries to add it again.
            let number = if number % 3 == 0 { 1 } else { number + 1000 };
            tokio::spawn(async move { (number, store.add_application(application(number)).await) })
        })
        .collect();
    let mut refused = 0;
    for write in writes {
        let (number, result) = write.await.unwrap();
        match result {
            Ok(()) => assert!(house.application(application(number).id).await.unwrap().is_some()),
            Err(Error::Exists("application")) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(refused, 100);
    assert_eq!(house.applications().await.unwrap().len(), 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_see_whole_batches_only() {
    let house = House::new().await;
    let writer = {
        let (store, ada) = (house.store.clone(), house.ada);
        tokio::spawn(async move {
            for round in 0..40 {
                let upserts = (0..5).map(|n| mail(&format!("m{round}-{n}"), round * 10 + n).0).collect();
                store.apply(ada, MirrorBatch { upserts, ..batch(Announce::Silent) }).await.unwrap();
            }
        })
    };
    while !writer.is_finished() {
        let found = MessageFilter { search: Some("body".into()), ..MessageFilter::default() };
        for filter in [MessageFilter::default(), found] {
            let seen = house.full_messages(house.ada, filter, all()).await.unwrap().items.len();
            assert_eq!(seen % 5, 0, "a batch is there or not");
        }
    }
    writer.await.unwrap();
    assert_eq!(house.lists(MessageFilter::default()).await.len(), 200);
}

#[tokio::test]
async fn two_processes_may_write_to_one_file() {
    let house = House::new().await;
    let other = reopen(&house.folder).await;
    for number in 2..20 {
        let (here, there) =
            tokio::join!(house.add_application(application(number)), other.add_application(application(number + 100)));
        here.unwrap();
        there.unwrap();
    }
    assert_eq!(house.applications().await.unwrap().len(), 37);
    assert_eq!(other.applications().await.unwrap().len(), 37);
    other.remove_grant(house.ada, at(1), |_| unreachable!()).await.unwrap();
    assert_eq!(house.grant(house.ada).await.unwrap(), None);
}

#[tokio::test]
async fn many_reads_at_once_all_get_their_turn() {
    let house = House::new().await;
    house.holds((0..50).map(|n| mail(&format!("m{n}"), n))).await;
    let reads: Vec<_> = (0..200)
        .map(|turn| {
            let (store, ada) = (house.store.clone(), house.ada);
            tokio::spawn(async move {
                let search = (turn % 2 == 0).then(|| "body".to_owned());
                let filter = MessageFilter { search, ..MessageFilter::default() };
                store.messages(ada, filter, all()).await.unwrap().items.len()
            })
        })
        .collect();
    for read in reads {
        assert_eq!(read.await.unwrap(), 50);
    }
}
