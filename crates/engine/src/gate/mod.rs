//! The only door to providers.
//!
//! A call passes three stations: the **token** (bought once however many callers wait, see `tokens`), the **pacer** at
//! each of its requests (quotas, concurrency, throttles, the highest class first, see `pace`), and the wire. What comes
//! back is heeded for all later calls: a throttle closes its key, a dead credential marks the grant. Idle grants cost
//! next to nothing.
//!
//! Sends and other calls with an effect that must not happen twice go through `Gate::once` and are never repeated here;
//! everything else is repeated after transient failures, a few times, with growing and random pauses, within a budget.

mod call;
mod keeper;
mod meter;
pub(crate) mod pace;
mod platform;
mod retries;
mod spent;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use model::grant::Grant;
pub use model::quota::Class;
use model::{Clock, Fault, FaultKind, Timestamp, Verdict};
use providers::ProviderClient;
use tokio::sync::Notify;

use crate::doors::Doors;
use crate::ledger::Ledger;
use crate::seal::Sealer;
use crate::timer::Timer;
use crate::{Parts, Result};

pub(crate) use keeper::run as keep;
pub(crate) use pace::{Key, Pace};
pub(crate) use platform::Desk;
pub use spent::Spent;
pub(crate) use tokens::{Refreshable, sealed_credential};

/// An open mailbox. Given out by the gate for one call.
pub(crate) type Mailbox = Arc<dyn ProviderClient>;

/// Asked when leave is given, right before a request goes: `false` calls it off.
pub(crate) type LastWord = Arc<dyn Fn() -> bool + Send + Sync>;

/// The gate.
pub(crate) struct Gate {
    core: Arc<Core>,
}

struct Core {
    store: store::Store,
    clock: Arc<dyn Clock>,
    timer: Timer,
    sealer: Sealer,
    doors: Arc<dyn Doors>,
    /// How long an awaited call may take, waiting included.
    patience: Duration,
    pace: Pace,
    /// What was learned before the last restart has been read.
    remembered: tokio::sync::OnceCell<()>,
    retries: retries::Retries,
    tokens: tokens::Tokens,
    /// Rung when a grant expired, because webhooks hear of that.
    bell: Arc<Notify>,
    /// Keeps what operators should see.
    ledger: Arc<Ledger>,
}

impl Gate {
    pub(crate) fn new(parts: &Parts, doors: Arc<dyn Doors>, bell: Arc<Notify>, ledger: Arc<Ledger>) -> Self {
        let core = Core {
            store: parts.store.clone(),
            clock: parts.clock.clone(),
            timer: parts.timer.clone(),
            sealer: parts.sealer.clone(),
            doors,
            patience: parts.settings.provider_timeout,
            pace: Pace::new(parts.clock.clone(), parts.timer.clone(), &parts.settings.quota),
            remembered: tokio::sync::OnceCell::new(),
            retries: retries::Retries::default(),
            tokens: tokens::Tokens::default(),
            bell,
            ledger,
        };
        Self { core: Arc::new(core) }
    }

    /// A call that may be repeated: a read, or a change that comes to the same when made twice.
    pub(crate) async fn call<T, F, W>(&self, grant: &Grant, class: Class, work: F) -> Result<T>
    where
        F: Fn(Mailbox) -> W + Send + Sync,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        self.core.call(call::Errand { grant, class, repeatable: true, last_word: None }, work).await
    }

    /// A call that is made at most once (sends; saving a new draft).
    pub(crate) async fn once<T, F, W>(&self, grant: &Grant, class: Class, work: F) -> Result<T>
    where
        F: Fn(Mailbox) -> W + Send + Sync,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        self.core.call(call::Errand { grant, class, repeatable: false, last_word: None }, work).await
    }

    /// As [`Self::once`], with a last word after all waiting, when nothing has gone out yet.
    pub(crate) async fn once_if<T, F, W>(&self, grant: &Grant, class: Class, last_word: LastWord, work: F) -> Result<T>
    where
        F: Fn(Mailbox) -> W + Send + Sync,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        self.core.call(call::Errand { grant, class, repeatable: false, last_word: Some(last_word) }, work).await
    }

    /// The pacer, to be looked at and to be kept over a restart.
    pub(crate) fn pace(&self) -> &Pace {
        &self.core.pace
    }

    /// Draws the conclusions of a fault that came inside an answer (one message of a batch).
    pub(crate) async fn heed(&self, grant: &Grant, fault: &Fault) {
        self.core.heed(grant, fault).await;
    }
}

impl Core {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Whether a fault says that provider requests were too many, for a while.
pub(crate) fn is_throttle(fault: &Fault) -> bool {
    use FaultKind::*;
    matches!(fault.verdict, Verdict::At(_))
        || matches!(
            fault.kind,
            RateLimitedUser
                | RateLimitedProject
                | DailyQuotaExhausted
                | ConcurrencyLimited
                | BandwidthLimited
                | SendingQuotaExceeded
                | AccountThrottled
                | ConnectionLimit
        )
}

/// Whether the same request may well succeed in a moment.
pub(crate) fn is_transient(fault: &Fault) -> bool {
    matches!(fault.verdict, Verdict::Backoff | Verdict::LookFirst | Verdict::At(_))
}

/// Whether the grant's credential is dead: only these words end a grant, never an operator's mistake or a missing scope.
pub(crate) fn ends_grant(fault: &Fault) -> bool {
    matches!(fault.verdict, Verdict::AfterReauth)
        && matches!(fault.kind, FaultKind::ReauthRequired | FaultKind::BasicAuthBlocked)
}

/// What callers of an expired grant are told without asking the provider.
pub(crate) fn expired(grant: &Grant) -> Fault {
    let message = format!("The grant for {} is no longer valid; the person must authenticate again.", grant.email);
    Fault { provider: Some(grant.provider), ..Fault::new(FaultKind::ReauthRequired, message) }
}

#[cfg(test)]
mod tests;
