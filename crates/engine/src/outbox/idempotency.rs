//! Idempotency keys (nylas-v3.md 1.5): the same request twice has its effect once, and the same answer.

use std::time::Duration;

use model::grant::Grant;
use model::{Fault, FaultKind, Timestamp, Verdict};
use serde_json::Value;
use store::{KeyEnd, KeyState, KeyUse};

use super::Wish;
use crate::at_rest::AtRest;
use crate::gate::{is_throttle, is_transient};
use crate::timer::later;
use crate::{Engine, Result};

/// Characters of a key at most.
pub const MOST_KEY: usize = 256;
/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(3600);
/// When to ask again for the answer of a request that is under way.
const ASK_AGAIN: Duration = Duration::from_secs(2);
/// A request that makes something and has no answer after this long was broken off: whether it made it is not known.
const CREATE_LEASE: Duration = Duration::from_secs(120);
/// The field the faults of keys name.
const FIELD: &str = "Idempotency-Key";

/// The answer of a request under a key.
#[derive(Clone, PartialEq, Debug)]
pub struct Keyed {
    /// What is answered.
    pub answer: Value,
    /// It was answered before.
    pub replayed: bool,
}

impl Engine {
    /// Makes something under an idempotency key: at most once, however often it is asked for. The answer is kept; a
    /// failure that made nothing frees the key. After one of verdict `look_first` (the answer was lost, say), and after
    /// a crash, nobody knows whether it made something: the key stays in use until it expires.
    ///
    /// # Errors
    /// As `make`; `invalid_request` with field `Idempotency-Key` for a key of the wrong length; with the same field
    /// `conflict_or_precondition` when the key was used with another request, (verdict `at`) is in use right now, or
    /// (verdict `look_first`) belongs to a request of which nobody knows what it made.
    pub async fn keyed(
        &self,
        grant: &Grant,
        key: Option<(String, [u8; 32])>,
        make: impl Future<Output = Result<Value>> + Send,
    ) -> Result<Keyed> {
        let now = self.now();
        let wish = Wish { key, ..Wish::default() };
        let Some(key) = key_of(&wish, now, CREATE_LEASE)? else {
            return Ok(Keyed { answer: make.await?, replayed: false });
        };
        let own = key.clone();
        match self.inner.store().begin_key(grant.id, key, now).await.at_rest()? {
            KeyState::Begun => {}
            KeyState::Answered(answer) => return Ok(Keyed { answer, replayed: true }),
            taken => return Err(refusal(&taken, now)),
        }
        let made = make.await;
        let end = match &made {
            Ok(answer) => KeyEnd::Answered(answer.clone()),
            // Making it again could make a second one.
            Err(fault) if fault.verdict == Verdict::LookFirst => KeyEnd::Unknown,
            Err(_) => KeyEnd::Free,
        };
        self.inner.store().end_key(grant.id, own, end, self.now()).await.at_rest()?;
        made.map(|answer| Keyed { answer, replayed: false })
    }
}

/// What is to be told of a failure of something that is made by one call to the provider, which is never repeated. Where
/// it may have been made all the same (the answer was lost, the server broke), the caller is told to look first; what
/// the provider or our own pacing refused made nothing.
pub(crate) fn unsure(fault: Fault) -> Fault {
    let may_be_made = is_transient(&fault) && !is_throttle(&fault) && !fault.held_back;
    if may_be_made { made(fault) } else { fault }
}

/// What is to be told of a failure that comes after something was made.
pub(crate) fn made(fault: Fault) -> Fault {
    fault.with_verdict(Verdict::LookFirst)
}

/// The key of a wish, checked.
pub(super) fn key_of(wish: &Wish, now: Timestamp, lease: Duration) -> Result<Option<KeyUse>> {
    let Some((key, request_hash)) = &wish.key else { return Ok(None) };
    if key.is_empty() || key.chars().count() > MOST_KEY {
        let message = format!("{FIELD} must be {MOST_KEY} characters or fewer, and not empty.");
        return Err(Fault::invalid(FIELD, message));
    }
    let (lease_until, expires_at) = (later(now, lease), later(now, KEPT));
    Ok(Some(KeyUse { key: key.clone(), request_hash: *request_hash, lease_until, expires_at }))
}

/// Why a key cannot be used now.
pub(super) fn refusal(state: &KeyState, now: Timestamp) -> Fault {
    match state {
        KeyState::OtherRequest => {
            refused("This Idempotency-Key was used with another request; use a new key for a new request.")
        }
        KeyState::Unknown => refused(
            "Whether the first request with this Idempotency-Key took effect is not known. Look whether what it was to \
             make is there; if it is not, ask again with a new key.",
        )
        .with_verdict(Verdict::LookFirst),
        _ => in_progress(now),
    }
}

/// The first request is not answered yet.
pub(super) fn in_progress(now: Timestamp) -> Fault {
    refused("A request with this Idempotency-Key is still in progress; ask again shortly.")
        .with_verdict(Verdict::At(later(now, ASK_AGAIN)))
}

fn refused(message: &str) -> Fault {
    Fault { field: Some(FIELD.into()), ..Fault::new(FaultKind::ConflictOrPrecondition, message) }
}
