//! The meter that every request of a [`crate::ProviderClient`] passes: what it will cost is said before it leaves, what
//! came of it afterwards. Who gives the meter decides when calls go; this crate knows only their price.
//!
//! Calls to identity platforms pass no meter: no mailbox's quota counts them.

use async_trait::async_trait;
use model::Fault;
use model::quota::{Cost, Regime};
use model::secret::SecretString;

/// What is about to be called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spend {
    /// The provider's name of the method (`messages.get`), for metrics and logs.
    pub operation: &'static str,
    /// What **one** call costs. Bytes of the answer are not known yet and left at zero.
    pub cost: Cost,
    /// How many calls are wanted at once: more than one for a batch, which may be cut to fewer.
    pub calls: u32,
}

/// Lets calls through when the quotas allow it.
#[async_trait]
pub trait Meter: Send + Sync {
    /// The price list in force; plans and prices follow it.
    fn regime(&self) -> Regime;

    /// Waits until at least one of the calls may go.
    ///
    /// # Errors
    /// When none may go in the time the caller has; the fault says when it could.
    async fn enter(&self, spend: Spend) -> Result<Pass, Fault>;
}

/// Calls that did not count as answered, kept apart by what became of them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    /// Calls that were answered, refusals for other reasons than a quota among them: the provider counts those too.
    pub answered: u32,
    /// Calls refused because of a quota; each kind of refusal once.
    pub refused: Vec<Refused>,
    /// Calls without an answer, or with one that says that the provider failed.
    pub failed: u32,
    /// Bytes of the request's body.
    pub bytes_up: u64,
    /// Bytes of the answer's body, as far as it was read.
    pub bytes_down: u64,
}

/// Calls refused because of a quota, in one and the same way.
#[derive(Clone, PartialEq, Debug)]
pub struct Refused {
    /// How many.
    pub calls: u32,
    /// The first of them; its `quota` says whose allowance ran out, its verdict whether an instant was named.
    pub fault: Fault,
}

impl Outcome {
    /// Adds what became of `calls` calls: `None` when they were answered as hoped.
    pub fn add(&mut self, calls: u32, fault: Option<&Fault>) {
        match fault {
            Some(fault) if fault.quota.is_some() => self.refuse(calls, fault),
            Some(fault) if is_failure(fault) => self.failed += calls,
            _ => self.answered += calls,
        }
    }

    fn refuse(&mut self, calls: u32, fault: &Fault) {
        let alike = |known: &&mut Refused| known.fault.quota == fault.quota;
        match self.refused.iter_mut().find(alike) {
            Some(known) => {
                known.calls += calls;
                // Of several instants the latest is the floor for all.
                if known.fault.retry_at() < fault.retry_at() {
                    known.fault.verdict = fault.verdict.clone();
                }
            }
            None => self.refused.push(Refused { calls, fault: fault.clone() }),
        }
    }
}

fn is_failure(fault: &Fault) -> bool {
    use model::FaultKind::{GatewayTimeout, Network, TransientBackend};
    matches!(fault.kind, GatewayTimeout | Network | TransientBackend)
}

/// What becomes of the outcome.
type End = Box<dyn FnOnce(Outcome) + Send + Sync>;

/// Leave for some calls to go now. Dropped without an end, they count as failed.
pub struct Pass {
    granted: u32,
    token: Option<SecretString>,
    end: Option<End>,
}

impl Pass {
    /// Leave for `granted` calls (at least one); `end` hears what became of them, exactly once.
    pub fn new(granted: u32, end: impl FnOnce(Outcome) + Send + Sync + 'static) -> Self {
        Self { granted: granted.max(1), token: None, end: Some(Box::new(end)) }
    }

    /// With an access token newer than the one the client was opened with: a wait for leave can outlast a token.
    pub fn with_token(mut self, token: SecretString) -> Self {
        self.token = Some(token);
        self
    }

    /// The access token to send the calls with, if not the one the client was opened with.
    pub fn token(&self) -> Option<&SecretString> {
        self.token.as_ref()
    }

    /// How many calls may go: at least one, at most those wanted.
    pub fn granted(&self) -> u32 {
        self.granted
    }

    /// Tells what became of the calls.
    pub fn end(mut self, outcome: Outcome) {
        self.finish(outcome);
    }

    fn finish(&mut self, outcome: Outcome) {
        if let Some(end) = self.end.take() {
            end(outcome);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.finish(Outcome { failed: self.granted, ..Outcome::default() });
    }
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pass").field("granted", &self.granted).finish_non_exhaustive()
    }
}

/// Lets everything through at once, at the prices of a regime.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unmetered(pub Regime);

impl Default for Unmetered {
    fn default() -> Self {
        Self(Regime::Current)
    }
}

#[async_trait]
impl Meter for Unmetered {
    fn regime(&self) -> Regime {
        self.0
    }

    async fn enter(&self, spend: Spend) -> Result<Pass, Fault> {
        Ok(Pass::new(spend.calls, |_| ()))
    }
}

#[cfg(test)]
mod tests;
