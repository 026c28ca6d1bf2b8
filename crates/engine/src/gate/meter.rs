//! The meter of one call of the gate: every request of it passes the pacer, at the call's class and deadline.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use model::grant::Grant;
use model::quota::{Class, Regime};
use model::secret::SecretString;
use model::{Fault, Timestamp};
use providers::Meter;
use providers::meter::{Outcome, Pass, Spend};
use quota::Moved;

use super::pace::{Pace, Passage, Wanted, refusal};
use super::spent::Spent;
use super::tokens::{Access, Refused, Serial};
use super::{Core, LastWord};
use crate::lock::lock;
use crate::timer::later;

/// Stands between one provider client and the wire.
pub(super) struct GateMeter {
    pub(super) core: Arc<Core>,
    pub(super) grant: Grant,
    pub(super) passage: Passage,
    pub(super) class: Class,
    pub(super) begun: Timestamp,
    /// When the caller of an awaited class gives up.
    pub(super) deadline: Timestamp,
    /// Asked when leave is given: until then nothing has gone out, afterwards anything may have.
    pub(super) last_word: Option<LastWord>,
    /// The token that the client was opened with.
    pub(super) opened_with: Serial,
    /// The token that requests carry now.
    pub(super) access: Mutex<Access>,
    /// One that the provider would not take.
    pub(super) refused: Option<Refused>,
    /// Whose answer tells what it cost.
    pub(super) spent: Option<Arc<Spent>>,
    /// A request was held back here: the fault is ours, and asking again at once is no use.
    pub(super) held_back: AtomicBool,
}

/// How long a request of background work waits for leave. Each has all of it: what waits for a window is not late, and what is
/// broken off half done costs its quota twice.
const BACKGROUND_DEADLINE: Duration = Duration::from_secs(600);

impl GateMeter {
    /// Which token the last request carried.
    pub(super) fn used(&self) -> Serial {
        lock(&self.access).serial
    }

    fn pace(&self) -> &Pace {
        &self.core.pace
    }

    fn deadline(&self) -> Timestamp {
        if self.class.is_awaited() { self.deadline } else { later(self.core.now(), BACKGROUND_DEADLINE) }
    }

    /// The token to send with now, if not the one the client was opened with: leave may have come after that one died.
    async fn newer_token(&self) -> Result<Option<SecretString>, Fault> {
        let before = lock(&self.access).clone();
        let access = self.core.still_good(&self.grant, before, self.refused.as_ref()).await?;
        let token = (access.serial != self.opened_with).then(|| access.token.clone());
        *lock(&self.access) = access;
        Ok(token)
    }

    /// Whether a request did not go out because the pacer gave no leave.
    pub(super) fn held_back(&self) -> bool {
        self.held_back.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Meter for GateMeter {
    fn regime(&self) -> Regime {
        self.pace().regime(self.passage.project())
    }

    async fn enter(&self, spend: Spend) -> Result<Pass, Fault> {
        let wanted = Wanted {
            passage: &self.passage,
            class: self.class,
            cost: spend.cost,
            most: spend.calls.max(1),
            begun: self.begun,
            deadline: self.deadline(),
        };
        let ticket = match self.pace().enter(wanted).await {
            Ok(ticket) => ticket,
            Err(fault) => {
                self.held_back.store(true, Ordering::Relaxed);
                return Err(fault);
            }
        };
        let (granted, pace, passage) = (ticket.granted(), self.pace().clone(), self.passage.clone());
        if let Some(spent) = &self.spent {
            spent.add(granted, u64::from(granted) * u64::from(spend.cost.units));
        }
        let pass = Pass::new(granted, move |outcome| {
            for refused in &outcome.refused {
                pace.note(&passage, &refused.fault);
                pace.count_refused(&passage, refused.fault.kind, refused.calls);
            }
            pace.finish(&passage, ticket, of(outcome));
        });
        let newer = self.newer_token().await?;
        // The last thing before the request goes: nothing is waited for from here on.
        if self.last_word.as_ref().is_some_and(|goes| !goes()) {
            self.held_back.store(true, Ordering::Relaxed);
            let fault = Fault::internal("the call was called off before it began");
            return Err(Fault { held_back: true, ..fault });
        }
        Ok(match newer {
            Some(token) => pass.with_token(token),
            None => pass,
        })
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
