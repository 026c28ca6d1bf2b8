//! Interactive reads: asked for when their time comes, timed until they are answered.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cell::LATENCY;
use crate::clients::Client;
use crate::stage::Stage;

/// One read that was asked for.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Read {
    at: i64,
    answered: Option<i64>,
    failed: bool,
}

/// The reads of a run, in milliseconds after its beginning.
#[derive(Default)]
pub struct Reads(Mutex<Vec<Read>>);

impl Reads {
    /// Asks for every read at its time, as many at once as the client's pool has workers. Dropping this gives them up.
    pub async fn make(&self, stage: &Arc<Stage>, client: &Arc<dyn Client>) {
        let pool = Arc::new(Semaphore::new(client.readers()));
        let mut under_way = JoinSet::new();
        for (place, (at, id)) in stage.reads.iter().enumerate() {
            stage.until(*at).await;
            self.note(|reads| reads.push(Read { at: *at, answered: None, failed: false }));
            let (pool, stage, client, id) = (pool.clone(), stage.clone(), client.clone(), id.clone());
            under_way.spawn(async move {
                let _worker = pool.acquire().await;
                let well = client.read(&id).await;
                (place, stage.now(), well)
            });
            while let Some(Ok(ended)) = under_way.try_join_next() {
                self.ended(ended);
            }
        }
        while let Some(Ok(ended)) = under_way.join_next().await {
            self.ended(ended);
        }
    }

    fn ended(&self, (place, at, well): (usize, i64, bool)) {
        self.note(|reads| {
            if let Some(read) = reads.get_mut(place) {
                read.answered = Some(at);
                read.failed = !well;
            }
        });
    }

    /// How long each waited beyond the time its call takes; one without an answer waited until now.
    pub fn waits(&self, now: i64) -> Vec<i64> {
        let wait = |read: &Read| (read.answered.unwrap_or(now) - read.at - LATENCY).max(0);
        let mut waits = Vec::new();
        self.note(|reads| waits = reads.iter().filter(|read| !read.failed).map(wait).collect());
        waits
    }

    /// How many ended without a message.
    pub fn failed(&self) -> u32 {
        let mut failed = 0;
        self.note(|reads| failed = reads.iter().filter(|read| read.failed).count());
        u32::try_from(failed).unwrap_or(u32::MAX)
    }

    fn note(&self, change: impl FnOnce(&mut Vec<Read>)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// What 99 in 100 waited at most.
pub fn p99(mut waits: Vec<i64>) -> Option<i64> {
    waits.sort_unstable();
    let place = (waits.len() * 99).div_ceil(100);
    waits.get(place.checked_sub(1)?).copied()
}
