//! The meter of one call of the gate: every request of it passes the pacer, at the call's class and deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use model::quota::{Class, Regime};
use model::{Fault, Timestamp};
use providers::Meter;
use providers::meter::{Outcome, Pass, Spend};
use quota::Moved;

use super::LastWord;
use super::pace::{Pace, Passage, Wanted, refusal};
use super::spent::Spent;

/// Stands between one provider client and the wire.
pub(super) struct GateMeter {
    pub(super) pace: Pace,
    pub(super) passage: Passage,
    pub(super) class: Class,
    pub(super) deadline: Timestamp,
    /// Asked when leave is given: until then nothing has gone out, afterwards anything may have.
    pub(super) last_word: Option<LastWord>,
    /// Whose answer tells what it cost.
    pub(super) spent: Option<Arc<Spent>>,
    /// A request was held back here: the fault is ours, and asking again at once is no use.
    pub(super) held_back: AtomicBool,
}

impl GateMeter {
    /// Whether a request did not go out because the pacer gave no leave.
    pub(super) fn held_back(&self) -> bool {
        self.held_back.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Meter for GateMeter {
    fn regime(&self) -> Regime {
        self.pace.regime(self.passage.project())
    }

    async fn enter(&self, spend: Spend) -> Result<Pass, Fault> {
        let wanted = Wanted {
            passage: &self.passage,
            class: self.class,
            cost: spend.cost,
            most: spend.calls.max(1),
            deadline: self.deadline,
        };
        let ticket = match self.pace.enter(wanted).await {
            Ok(ticket) => ticket,
            Err(fault) => {
                self.held_back.store(true, Ordering::Relaxed);
                return Err(fault);
            }
        };
        if self.last_word.as_ref().is_some_and(|goes| !goes()) {
            self.pace.finish(&self.passage, ticket, quota::Outcome::failed());
            self.held_back.store(true, Ordering::Relaxed);
            let fault = Fault::internal("the call was called off before it began");
            return Err(Fault { held_back: true, ..fault });
        }
        let (granted, pace, passage) = (ticket.granted(), self.pace.clone(), self.passage.clone());
        if let Some(spent) = &self.spent {
            spent.add(granted, u64::from(granted) * u64::from(spend.cost.units));
        }
        Ok(Pass::new(granted, move |outcome| {
            for refused in &outcome.refused {
                pace.note(&passage, &refused.fault);
                pace.count_refused(&passage, refused.fault.kind, refused.calls);
            }
            pace.finish(&passage, ticket, of(outcome));
        }))
    }
}

/// An outcome in the pacer's words.
fn of(outcome: Outcome) -> quota::Outcome {
    let refusals: Vec<_> = outcome.refused.iter().filter_map(|one| refusal(one.calls, &one.fault)).collect();
    quota::Outcome {
        answered: outcome.answered > 0 || !refusals.is_empty(),
        moved: Some(Moved { up: outcome.bytes_up, down: outcome.bytes_down }),
        refusals,
    }
}
