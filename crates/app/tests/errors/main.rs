//! Every promised error, met by a program that speaks HTTP to a running server: the answer, its headers, the grant
//! afterwards, what was announced, how often the provider was asked, and where the answer's link leads.

mod answered;
mod complete;
mod mission;
mod obeyed;
mod stage;
mod table;

use std::sync::Arc;

use futures_util::StreamExt as _;
use stage::Stage;
use table::Row;

/// Rows played at the same time: most of a row is waiting for a repetition's pause.
const AT_ONCE: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_promised_error_is_answered_and_obeyed() {
    let stage = Arc::new(Stage::open().await);
    let play = |row: Row| {
        let stage = stage.clone();
        async move { played(&stage, row).await }
    };
    let wrong: Vec<String> = futures_util::stream::iter(table::rows())
        .map(play)
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await
        .concat();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    Arc::into_inner(stage).unwrap().close().await;
}

/// What is not as the row says.
async fn played(stage: &Stage, row: Row) -> Vec<String> {
    let scene = stage.prepare(row).await;
    let mut wrong = answered::check(stage, &scene).await;
    wrong.extend(obeyed::check(stage, &scene).await);
    wrong.into_iter().map(|what| format!("{}: {what}", scene.row.name)).collect()
}
