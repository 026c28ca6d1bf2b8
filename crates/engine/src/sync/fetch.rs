//! Fetching messages and making them ready: the network here, the parsing on blocking threads.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use model::grant::Grant;
use model::sync::{Mirrored, Moment, Unmirrored};
use model::{Fault, FaultKind, MessageId, Verdict};
use providers::{RemoteMessage, Wanted};
use tokio_util::task::AbortOnDropHandle;

use super::retry;
use crate::gate::{Class, Spent, is_throttle, is_transient};
use crate::{Inner, Result, ingest, random};

/// What came of fetching some ids.
#[derive(Default)]
pub(crate) struct Fetched {
    /// Ready for the mirror.
    pub(crate) upserts: Vec<Mirrored>,
    /// The provider has no such message (any more).
    pub(crate) gone: Vec<MessageId>,
    /// Failed by themselves; the others are unharmed.
    pub(crate) unmirrored: Vec<Unmirrored>,
    /// The provider throttled before all were fetched: the rest has to wait for this.
    pub(crate) held_back: Option<Fault>,
}

impl Fetched {
    fn add(&mut self, other: Fetched) {
        self.upserts.extend(other.upserts);
        self.gone.extend(other.gone);
        self.unmirrored.extend(other.unmirrored);
        self.held_back = self.held_back.take().or(other.held_back);
    }
}

/// Rounds for messages that failed while others of their batch did not.
const ROUNDS: u32 = 3;

/// Fetches any number of messages, in batches, several at a time; results keep the order of what is wanted. `shown` is the
/// moment at which the listing was asked for that shows some of them: what comes is no newer.
pub(crate) async fn fetch_all(
    inner: &Arc<Inner>,
    grant: &Grant,
    class: Class,
    wanted: Vec<impl Into<Wanted>>,
    shown: Option<Moment>,
) -> Result<Fetched> {
    let settings = inner.settings();
    let wanted: Vec<Wanted> = wanted.into_iter().map(Into::into).collect();
    let batches: Vec<Vec<Wanted>> = wanted.chunks(settings.fetch_batch.max(1)).map(<[_]>::to_vec).collect();
    let mut fetches = stream::iter(batches)
        .map(|batch| spawn_fetch(inner, grant, class, batch, shown))
        .buffered(settings.fetches_ahead.max(1));
    let mut all = Fetched::default();
    while let Some(fetched) = fetches.next().await {
        all.add(ended(fetched)?);
        if all.held_back.is_some() {
            break;
        }
    }
    Ok(all)
}

type Ended = std::result::Result<Result<Fetched>, tokio::task::JoinError>;

/// Starts a fetch as a task of its own, so that it goes on while its starter is busy. Dropping the handle ends it.
pub(super) fn spawn_fetch(
    inner: &Arc<Inner>,
    grant: &Grant,
    class: Class,
    wanted: Vec<Wanted>,
    shown: Option<Moment>,
) -> AbortOnDropHandle<Result<Fetched>> {
    let (inner, grant) = (inner.clone(), grant.clone());
    let spent = Spent::current().unwrap_or_default();
    AbortOnDropHandle::new(tokio::spawn(spent.count(async move { fetch(&inner, &grant, class, wanted, shown).await })))
}

pub(super) fn ended(end: Ended) -> Result<Fetched> {
    end.map_err(|error| Fault::internal(format!("a fetch broke off: {error}")))?
}

/// Fetches one batch.
async fn fetch(
    inner: &Inner,
    grant: &Grant,
    class: Class,
    mut wanted: Vec<Wanted>,
    shown: Option<Moment>,
) -> Result<Fetched> {
    let mut done = Fetched::default();
    for round in 1..=ROUNDS {
        if wanted.is_empty() {
            return Ok(done);
        }
        if round > 1 {
            inner.wait(Duration::from_millis(1000 + random::up_to(1000))).await;
        }
        let as_of = shown.unwrap_or_else(|| inner.lately.moment());
        let answers = match ask(inner, grant, class, &wanted).await {
            Ok(answers) => answers,
            Err(fault) if round > 1 && is_throttle(&fault) => {
                done.held_back = Some(fault);
                return Ok(done);
            }
            Err(fault) => return Err(fault),
        };
        let (fetched, again) = sort(inner, grant, wanted, answers, round == ROUNDS, &mut done).await;
        build(fetched, as_of, &mut done).await;
        wanted = again;
    }
    Ok(done)
}

async fn ask(inner: &Inner, grant: &Grant, class: Class, wanted: &[Wanted]) -> Result<Vec<Result<RemoteMessage>>> {
    inner.gate.call(grant, class, |mailbox| async move { mailbox.fetch(wanted).await }).await
}

/// Sorts the answers into what came of them; returns what came and what is worth another round.
async fn sort(
    inner: &Inner,
    grant: &Grant,
    wanted: Vec<Wanted>,
    answers: Vec<Result<RemoteMessage>>,
    last_round: bool,
    done: &mut Fetched,
) -> (Vec<RemoteMessage>, Vec<Wanted>) {
    let (mut fetched, mut again) = (Vec::with_capacity(answers.len()), Vec::new());
    for (one, answer) in wanted.into_iter().zip(answers) {
        match answer {
            Ok(message) => fetched.push(message),
            Err(fault) if fault.kind == FaultKind::NotFound => done.gone.push(one.id),
            Err(fault) if is_throttle(&fault) => {
                inner.gate.heed(grant, &fault).await;
                again.push(one);
                // Throttled is not failed: when the rounds are over, the whole step waits instead of the message.
                if last_round {
                    done.held_back = Some(fault);
                }
            }
            // A token that died between two batches: the next round has a new one.
            Err(fault) if (is_transient(&fault) || fault.verdict == Verdict::AfterRefresh) && !last_round => {
                again.push(one);
            }
            // It says nothing of this message, so the step waits here too: given up would be what never was read.
            Err(fault) if fault.kind.meets_others() && !is_transient(&fault) => done.held_back = Some(fault),
            Err(fault) => done.unmirrored.push(retry::unmirrored(one.id, &fault)),
        }
    }
    (fetched, again)
}

/// Parses on a blocking thread: megabytes of MIME would stall everything else on an async one.
async fn build(fetched: Vec<RemoteMessage>, as_of: Moment, done: &mut Fetched) {
    let ids: Vec<MessageId> = fetched.iter().map(|message| message.id.clone()).collect();
    let parse = move || fetched.into_iter().map(|m| ingest::try_mirrored(m, as_of)).collect::<Vec<_>>();
    match tokio::task::spawn_blocking(parse).await {
        Ok(built) => built.into_iter().for_each(|one| match one {
            Ok(mirrored) => done.upserts.push(mirrored),
            Err(unmirrored) => done.unmirrored.push(unmirrored),
        }),
        Err(error) => {
            let reason = format!("given up: parsing broke off: {error}");
            done.unmirrored.extend(ids.into_iter().map(|id| Unmirrored { id, reason: reason.clone() }));
        }
    }
}
