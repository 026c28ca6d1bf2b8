//! What the caller of an immediate send is told, and when.
//!
//! 200 only when it is sent. A 429, or any answer that asks to try again, only when it will not be sent: the submission is
//! withdrawn first, and the withdrawal loses against an attempt that is quicker. What waits for our own caps stays, and is
//! answered as a scheduled message. What may be out is answered as unknown, and resolved after the caller has gone.

use std::time::Duration;

use model::grant::Grant;
use model::outbox::{Submission, SubmissionState, Wait};
use model::{Fault, FaultKind, SubmissionId, Timestamp, Verdict};
use store::Settlement;

use super::board::Waiter;
use super::outcome::close;
use super::{Sent, Wish, idempotency, look, worker};
use crate::at_rest::AtRest;
use crate::{Engine, Result};

/// What to do about a caller who waits.
enum Say {
    /// Keep waiting.
    Nothing,
    /// It stays in the outbox, and that is the answer.
    Kept(Box<Submission>),
    /// This, once it is withdrawn.
    Withdraw(Box<Fault>),
}

/// How a caller whose time is over leaves.
enum Gone {
    /// Nothing was sent, and nothing will be: the attempt writes that down.
    CalledOff,
    /// Nobody knows yet: this is the answer.
    Unknown(Box<Fault>),
    /// It ended this very moment.
    Moved,
}

/// How long a called-off attempt may take to write that it was, at most.
const AT_MOST: Duration = Duration::from_secs(5);

impl Engine {
    /// Waits for the outcome of what was just accepted.
    pub(super) async fn outcome(
        &self,
        id: SubmissionId,
        waiter: &mut Waiter<'_>,
        deadline: Timestamp,
        refuse: bool,
    ) -> Result<Sent> {
        loop {
            let submission = self.submission_now(id).await?;
            if !submission.state.is_open() {
                return self.ended(submission).await;
            }
            let over = self.now() >= deadline;
            match self.say(&submission, deadline, over, refuse).await? {
                Say::Nothing if over => match self.give_up(submission).await? {
                    Gone::Unknown(fault) => return Err(*fault),
                    Gone::Moved => continue,
                    // The task writes that it was called off; should it have broken, the next look finds its state.
                    Gone::CalledOff => {
                        tokio::select! {
                            () = waiter.news() => {}
                            () = self.inner.wait(AT_MOST) => {}
                        }
                        continue;
                    }
                },
                Say::Nothing => {}
                Say::Kept(held) => match self.keep(*held).await? {
                    Some(sent) => return Ok(sent),
                    None => continue,
                },
                Say::Withdraw(fault) if self.withdraw(&submission, &fault).await? => return Err(*fault),
                Say::Withdraw(_) => continue,
            }
            tokio::select! {
                () = waiter.news() => {}
                () = self.inner.wait_until(deadline) => {}
            }
        }
    }

    async fn say(&self, submission: &Submission, deadline: Timestamp, over: bool, refuse: bool) -> Result<Say> {
        if submission.state == SubmissionState::Uncertain && over && nothing_is_out(submission) {
            return Ok(Say::Withdraw(last_fault(submission).into()));
        }
        if submission.state != SubmissionState::Held {
            return Ok(Say::Nothing);
        }
        let holding = match submission.why {
            Some(Wait::Turn) => self.inner.store().holding_submission(submission.grant_id, submission.number).await,
            _ => Ok(Some(submission.clone())),
        };
        let Some(holding) = holding.at_rest()? else {
            return Ok(if over || refuse { Say::Withdraw(behind().into()) } else { Say::Nothing });
        };
        let too_late = over || refuse || holding.next_at.is_none_or(|at| at > deadline);
        Ok(match holding.why {
            Some(Wait::Cap) if too_late && refuse => Say::Withdraw(capped(&holding).into()),
            Some(Wait::Cap) if too_late => Say::Kept(Box::new(Submission {
                next_at: submission.next_at.or(holding.next_at),
                ..submission.clone()
            })),
            _ if too_late => Say::Withdraw(last_fault(&holding).into()),
            _ => Say::Nothing,
        })
    }

    /// The caller's time is over while an attempt is under way, or its outcome unknown.
    async fn give_up(&self, submission: Submission) -> Result<Gone> {
        if submission.state == SubmissionState::Sending && self.inner.outbox.board.call_off(submission.id) {
            return Ok(Gone::CalledOff);
        }
        Ok(match self.announce(&submission).await? {
            true => Gone::Unknown(Box::new(look::unknown(&submission))),
            false => Gone::Moved,
        })
    }

    /// Its end is told to webhooks from now on, because its caller does not wait for it. `false` when it ended meanwhile.
    async fn announce(&self, submission: &Submission) -> Result<bool> {
        match self.inner.store().announce_submission(submission.id).await {
            Ok(()) => Ok(true),
            Err(store::Error::NotFound(_)) => Ok(false),
            Err(error) => Err(error).at_rest(),
        }
    }

    /// It stays, and its end is announced. `None` when it ended meanwhile.
    async fn keep(&self, held: Submission) -> Result<Option<Sent>> {
        let submission = Submission { announced: true, ..held };
        let kept = self.announce(&submission).await?;
        Ok(kept.then_some(Sent { submission, message: None, replayed: false }))
    }

    /// Takes it out of the outbox, if it still stands where it stood. Its key is free again.
    async fn withdraw(&self, submission: &Submission, fault: &Fault) -> Result<bool> {
        let now = self.now();
        let mut withdrawn = Submission { fault: Some(fault.into()), ..submission.clone() };
        close(&mut withdrawn, SubmissionState::Cancelled, now);
        let from = vec![submission.state];
        let settlement =
            Settlement { submission: withdrawn, from, event: None, announce: false, forget_key: true, now };
        self.inner.write_settlement(settlement).await
    }

    /// How it ended.
    async fn ended(&self, submission: Submission) -> Result<Sent> {
        match submission.state {
            SubmissionState::Done => {
                let id = submission.message_id.clone().unwrap_or_else(|| "".into());
                let message = self.inner.store().full_message(submission.grant_id, &id).await.at_rest()?;
                Ok(Sent { submission, message, replayed: false })
            }
            _ => Err(last_fault(&submission)),
        }
    }

    /// What a request with this wish's idempotency key was answered with, if there was one. For requests that could not be
    /// read again the way they were: the draft they name is gone once it is sent.
    pub async fn replayed(&self, grant: &Grant, wish: &Wish) -> Result<Option<Sent>> {
        let now = self.now();
        let Some(key) = idempotency::key_of(wish, now, worker::LEASE)? else { return Ok(None) };
        match self.inner.store().submission_of_key(grant.id, key, now).await.at_rest()? {
            Some(submission) => self.repeated(submission).await.map(Some),
            None => Ok(None),
        }
    }

    /// The same request again, with the same idempotency key.
    pub(super) async fn repeated(&self, submission: Submission) -> Result<Sent> {
        use SubmissionState::*;
        let told = submission.announced && submission.state != Uncertain;
        match submission.state {
            Done | Failed | Cancelled | Discarded => {}
            Scheduled | Held if told => {}
            _ => return Err(idempotency::in_progress(self.now())),
        }
        Ok(Sent { submission, message: None, replayed: true })
    }

    /// A scheduled send was accepted.
    pub(super) async fn scheduled(&self, submission: Submission) -> Result<Sent> {
        let submission = match submission.use_draft && !submission.own_draft {
            true => self.save_ahead(submission).await?,
            false => submission,
        };
        Ok(Sent { submission, message: None, replayed: false })
    }

    async fn submission_now(&self, id: SubmissionId) -> Result<Submission> {
        let found = self.inner.store().submission_by_id(id).await.at_rest()?;
        found.ok_or_else(|| Fault::not_found("The grant was removed while its message was being sent."))
    }

    /// The grant of a submission, while it exists.
    pub(super) async fn grant_of(&self, submission: &Submission) -> Result<Grant> {
        let grant = self.inner.store().grant(submission.grant_id).await.at_rest()?;
        grant.ok_or_else(|| Fault::not_found("The grant does not exist any more."))
    }
}

/// While no draft was committed nothing can have been told to go.
fn nothing_is_out(submission: &Submission) -> bool {
    submission.draft_id.is_none() && submission.litter
}

/// What went wrong last, as an answer that says nothing was sent.
pub(super) fn last_fault(submission: &Submission) -> Fault {
    let fault: Option<Fault> = submission.fault.clone().map(Into::into);
    let fault = fault.unwrap_or_else(|| match submission.state {
        SubmissionState::Cancelled => late(),
        _ => behind(),
    });
    match (submission.why, submission.next_at) {
        (Some(Wait::Throttle), Some(at)) if fault.retry_at().is_some() => fault.with_verdict(Verdict::At(at)),
        _ if fault.verdict == Verdict::LookFirst => fault.with_verdict(Verdict::Backoff),
        _ => fault,
    }
}

fn late() -> Fault {
    let message = "The provider could not be asked in time, so the message was not sent; try again shortly.";
    Fault::new(FaultKind::GatewayTimeout, message)
}

fn behind() -> Fault {
    let message =
        "Earlier messages of this mailbox did not leave in time, so this one was not sent; try again shortly.";
    Fault::new(FaultKind::GatewayTimeout, message)
}

fn capped(holding: &Submission) -> Fault {
    let message = "This mailbox has reached its sending limit, and the caller asked not to wait; nothing was sent.";
    let fault = Fault::new(FaultKind::SendingQuotaExceeded, message);
    match holding.next_at {
        Some(at) => fault.with_verdict(Verdict::At(at)),
        None => fault,
    }
}
