//! What the outbox is asked and answers.

use std::collections::HashMap;

use model::event::Event;
use model::outbox::{SendCaps, Submission, SubmissionState};
use model::tracking::NewTracked;
use model::{ApplicationId, GrantId, Provider, Timestamp};
use serde_json::Value;

/// What holds sends of a mailbox back.
#[derive(Clone, Debug, Default)]
pub struct SendLimits {
    /// Attempts under way at once for one mailbox.
    pub in_flight: usize,
    /// Caps by provider; none for those left out.
    pub caps: HashMap<Provider, SendCaps>,
}

/// An idempotency key and the request it came with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyUse {
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the request.
    pub request_hash: [u8; 32],
    /// Without an answer by then, the request counts as broken off: nobody knows how far it came.
    pub lease_until: Timestamp,
    /// When the key may be used anew.
    pub expires_at: Timestamp,
}

/// What is known of an idempotency key.
#[derive(Clone, PartialEq, Debug)]
pub enum KeyState {
    /// Nothing: it is the caller's now.
    Begun,
    /// A request under it is under way.
    Running,
    /// The request under it was answered with this.
    Answered(Value),
    /// A request under it ended, or broke off, and whether it had its effect is not known.
    Unknown,
    /// It was used with another request.
    OtherRequest,
}

/// How a request under an idempotency key ended.
#[derive(Clone, PartialEq, Debug)]
pub enum KeyEnd {
    /// It was answered with this, and will be again.
    Answered(Value),
    /// It may have had its effect: the key stays in use until it expires.
    Unknown,
    /// It had no effect, for certain: the key is free.
    Free,
}

/// What became of what was due.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Claimed {
    /// To be worked on now.
    pub due: Vec<Submission>,
    /// What may not go yet, and waits for longer.
    pub held: Vec<Submission>,
}

/// Something to send, on its way into the outbox.
#[derive(Clone, Debug)]
pub struct NewSubmission {
    /// As it should be. With `send_at` it is scheduled; the store decides `number`, `state`, `why`, `next_at`.
    pub submission: Submission,
    /// The bytes, unless they lie at the provider already.
    pub raw: Option<Vec<u8>>,
    /// What its marks stand for, if it has any.
    pub tracked: Option<NewTracked>,
    /// The caller's idempotency key.
    pub key: Option<KeyUse>,
    /// The end of the first attempt's lease.
    pub lease_until: Timestamp,
    /// What may hold it back.
    pub limits: SendLimits,
}

/// What became of something to send.
#[derive(Clone, PartialEq, Debug)]
pub enum Accepted {
    /// It is in the outbox.
    New(Box<Submission>),
    /// It was there already, under its idempotency key.
    Again(Box<Submission>),
    /// Its key is in use by another request (anything but [`KeyState::Begun`]).
    KeyTaken(KeyState),
}

/// Asks for work that is due.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The instant.
    pub now: Timestamp,
    /// Nobody else gets it before then.
    pub lease_until: Timestamp,
    /// At most so many.
    pub limit: usize,
    /// What may hold it back.
    pub limits: SendLimits,
}

/// Where a submission stands now.
#[derive(Clone, PartialEq, Debug)]
pub struct Settlement {
    /// As it is from now on.
    pub submission: Submission,
    /// Only if it is in one of these states still.
    pub from: Vec<SubmissionState>,
    /// What to tell webhooks, if its end is announced.
    pub event: Option<Event>,
    /// Its end is announced, even if its caller waited for it.
    pub announce: bool,
    /// Nothing was sent and the caller was told to try again: the idempotency key is free.
    pub forget_key: bool,
    /// The instant.
    pub now: Timestamp,
}

/// Which submissions to list.
#[derive(Clone, Debug, Default)]
pub struct SubmissionFilter {
    /// Of this grant only.
    pub grant: Option<GrantId>,
    /// Of this application only.
    pub application: Option<ApplicationId>,
    /// In these states only; empty for all.
    pub states: Vec<SubmissionState>,
    /// Only those whose end is announced: schedules, in the caller's words.
    pub announced: bool,
    /// Only those accepted before this one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: usize,
}
