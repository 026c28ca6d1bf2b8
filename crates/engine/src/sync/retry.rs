//! Messages that failed by themselves: tried again on later turns, a few times, then given up.

use model::sync::{MirrorBatch, Unmirrored};
use model::{Fault, MessageId};

use super::turn::Turn;
use crate::Result;
use crate::at_rest::AtRest;
use crate::gate::{Class, is_transient};

/// Turns that try a message before it is given up.
const MOST_TRIES: u32 = 5;
/// Messages tried again in one turn.
const PER_TURN: usize = 50;
/// Messages fetched together: what they bring is held in memory at once.
const AT_ONCE: usize = 100;

/// The record of a message whose fetch failed.
pub(super) fn unmirrored(id: MessageId, fault: &Fault) -> Unmirrored {
    let why = fault.raw.as_deref().unwrap_or(&fault.message);
    let reason = format!("{}: {}", fault.kind.as_str(), why);
    match is_transient(fault) {
        true => Unmirrored { id, reason: with_tries(&reason, 1) },
        false => Unmirrored { id, reason: format!("given up: {reason}") },
    }
}

/// The record of a message that nobody could ask for: the mailbox was not to be asked. It is not counted as a try.
pub(super) fn waiting(id: MessageId, fault: &Fault) -> Unmirrored {
    Unmirrored { id, reason: with_tries(&format!("held back: {}", fault.kind.as_str()), 0) }
}

fn with_tries(reason: &str, tries: u32) -> String {
    match tries >= MOST_TRIES {
        true => format!("given up: {reason}"),
        false => format!("try {tries} of {MOST_TRIES}: {reason}"),
    }
}

/// How often a recorded message was tried; `None` when it was given up.
fn tries(reason: &str) -> Option<u32> {
    reason.strip_prefix("try ")?.split(' ').next()?.parse().ok()
}

/// Writes into fresh records how often their messages failed before.
fn charge(fresh: &mut [Unmirrored], before: &[Unmirrored]) {
    for record in fresh {
        let tried = before.iter().find(|old| old.id == record.id).and_then(|old| tries(&old.reason));
        if let (Some(tried), Some((_, reason))) = (tried, record.reason.split_once(": "))
            && tries(&record.reason).is_some()
        {
            record.reason = with_tries(reason, tried + 1);
        }
    }
}

impl Turn {
    /// Tries messages again that failed on earlier turns, a few at a time, and fetches all that only had to wait.
    pub(super) async fn retry_unmirrored(&mut self) -> Result<()> {
        let mut due = self.inner.store().unmirrored(self.grant.id).await.at_rest()?;
        let under_way = self.inner.lately.under_way(self.grant.id, self.inner.now());
        due.retain(|record| tries(&record.reason).is_some() && !under_way.contains(&record.id));
        let (waiting, mut failed): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|record| tries(&record.reason) == Some(0));
        failed.truncate(PER_TURN);
        for due in waiting.chunks(AT_ONCE) {
            self.retry(Class::Live, due).await?;
        }
        self.retry(Class::Backfill, &failed).await
    }

    async fn retry(&mut self, class: Class, due: &[Unmirrored]) -> Result<()> {
        if due.is_empty() {
            return Ok(());
        }
        let ids = due.iter().map(|record| record.id.clone()).collect();
        let mut fetched = self.fetch(class, ids, None).await?;
        charge(&mut fetched.unmirrored, due);
        let (news, old) = self.by_age(std::mem::take(&mut fetched.upserts));
        self.apply(MirrorBatch { upserts: old, ..self.silent() }).await?;
        let batch =
            MirrorBatch { upserts: news, deletions: fetched.gone, unmirrored: fetched.unmirrored, ..self.live() };
        self.apply(batch).await?;
        fetched.held_back.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use model::FaultKind;

    use super::*;

    #[test]
    fn a_transient_failure_is_tried_again_and_in_the_end_given_up() {
        let fault = Fault::new(FaultKind::TransientBackend, "Backend Error");
        let mut record = unmirrored("m".into(), &fault);
        for tried in 1..MOST_TRIES {
            assert_eq!(tries(&record.reason), Some(tried), "{}", record.reason);
            let mut fresh = [unmirrored("m".into(), &fault)];
            charge(&mut fresh, &[record]);
            [record] = fresh;
        }
        assert_eq!(record.reason, "given up: transient_backend: Backend Error");
    }

    #[test]
    fn a_permanent_failure_is_given_up_at_once() {
        let record = unmirrored("m".into(), &Fault::new(FaultKind::PermissionDenied, "no"));
        assert_eq!(tries(&record.reason), None);
    }
}
