//! The outbox: the one way out. No mail is lost and none is sent twice.
//!
//! Everything to send becomes a [`Submission`], written durably before anything is acknowledged (`accept`). An attempt is
//! counted and leased in the store before the provider is asked, and runs as a task of its own: a caller that hangs up
//! changes nothing (`attempt`). Where the provider has drafts, a send is two steps: a draft is saved that bears the
//! submission's mark, its id is committed, the draft is sent. A draft is sent at most once, so what became of a lost
//! answer is found by looking (`look`), never by sending again and hoping. What looking does not settle stays visible as
//! uncertain, for an operator to decide (`manage`).
//!
//! Submissions of one thread leave in the order they were accepted; what stops a mailbox (its own caps, a throttle) stops
//! everybody behind the one it met. The store decides that, in the transaction of each claim. `worker` sleeps until the
//! earliest one is due and wakes when one is accepted; `answer` is what an immediate send's caller waits for.

mod accept;
mod answer;
mod attempt;
mod board;
mod events;
mod idempotency;
mod look;
mod manage;
mod outcome;
mod schedule;
mod strays;
mod worker;

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use model::outbox::{SendCaps, Submission};
use model::{Provider, Timestamp};
use store::{FullMessage, SendLimits};
use tokio::sync::{Notify, OnceCell};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::settings::Settings;

pub(crate) use accept::Outgoing;
pub(crate) use events::farewell;
pub use idempotency::{Keyed, MOST_KEY};
pub(crate) use idempotency::{made, unsure};
pub(crate) use worker::run;

/// How a caller wants something sent.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The caller's idempotency key, and the SHA-256 of the request it came with.
    pub key: Option<(String, [u8; 32])>,
    /// Send it then, not at once.
    pub send_at: Option<Timestamp>,
    /// Keep it as a draft the person sees until it is sent. Only with `send_at`.
    pub use_draft: bool,
    /// How long the caller waits for the outcome, at most; `None`: as long as the settings say. Zero: what cannot go at
    /// once is refused.
    pub patience: Option<Duration>,
}

/// What became of a send, as far as its caller is told.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The submission. `Done`: it is sent. `Scheduled` or `Held`: it will be. `Failed` only when `replayed`.
    pub submission: Submission,
    /// The sent message, while the mirror has it.
    pub message: Option<FullMessage>,
    /// This repeats an earlier request with the same idempotency key.
    pub replayed: bool,
}

/// What the outbox keeps in memory: who waits, what runs. Losing it loses nothing.
#[derive(Default)]
pub(crate) struct Outbox {
    board: board::Board,
    /// Rung when something may be due earlier than the worker thinks.
    bell: Notify,
    tasks: TaskTracker,
    /// What an earlier process left under way is known to be just that.
    recovered: OnceCell<()>,
    /// Attempts under way.
    flying: AtomicUsize,
    /// Ends attempts where they stand.
    halt: CancellationToken,
}

impl Outbox {
    /// Breaks off everything under way, as a crash does.
    #[cfg(test)]
    pub(crate) async fn crash(&self) {
        self.halt.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// What the providers let a mailbox send, as far as they say (gmail.md 1.2: Workspace, rolling 24 hours). A consumer's
/// mailbox has less, which the provider then says itself.
pub fn usual_caps() -> HashMap<Provider, SendCaps> {
    let google =
        SendCaps { messages_per_minute: None, messages_per_day: Some(2_000), recipients_per_day: Some(10_000) };
    HashMap::from([(Provider::Google, google)])
}

fn limits(settings: &Settings) -> SendLimits {
    SendLimits { in_flight: settings.send_lanes, caps: settings.send_caps.clone() }
}

#[cfg(test)]
mod tests;
