//! Looking what became of an attempt whose answer was lost.
//!
//! - No draft was committed: the newest drafts are searched for the mark. Found: it is adopted and sent. Not found: saving
//!   again is safe, because no mail is out.
//! - The draft is known: is it still there? Then nothing was sent, and sending it is safe. Is it gone, it was sent (or
//!   the person removed it): the sent message is sought by its mark, a few times, because providers list it late.
//! - Where no draft may be saved, only the sent messages tell. Not found there is not proof, so it is never sent again by
//!   itself. Where they may not be read either, nothing tells, and the operator is asked at once. So it is where drafts may
//!   be saved only since the person authenticated again.

use std::sync::Arc;

use model::grant::Grant;
use model::outbox::Submission;
use model::{Fault, FaultKind, Timestamp, Verdict};
use providers::{DraftState, Receipt, SendStyle, Trace};

use super::attempt::draft_gone;
use super::board::Crossing;
use super::outcome::{Outcome, in_seconds};
use crate::gate::{Class, Mailbox};
use crate::{Engine, Result};

/// Seconds before each look; what is not found by then waits for an operator.
pub(super) const PAUSES: [u64; 3] = [2, 8, 30];
/// Seconds between later looks, in case it appears after all.
const LATER: u64 = 3600;
/// Looks at most; after them only the operator is left.
const MOST_LOOKS: u32 = 72;
/// The end of time, for what nothing more is due.
const NEVER_AGAIN: u64 = 365 * 24 * 3600;

impl Engine {
    pub(super) async fn look_up(
        &self,
        grant: &Grant,
        submission: &mut Submission,
        crossing: &Arc<Crossing>,
    ) -> Result<Outcome> {
        // A send was tried and may yet get through: from here on nobody is told that nothing was sent.
        if submission.draft_id.is_some() && !crossing.cross() {
            return Ok(Outcome::Look(in_seconds(self.now(), PAUSES[0]), None));
        }
        let seen = match (&submission.draft_id, self.style(grant).await) {
            (_, Err(fault)) => return Ok(self.not_seen(submission, fault)),
            (Some(_), _) => self.look_for_draft_or_mail(grant, submission).await,
            (None, Ok(SendStyle::DraftThenSend)) if may_be_handed_over(grant, submission) => {
                self.look_for_saved_or_mail(grant, submission).await
            }
            (None, Ok(SendStyle::DraftThenSend)) => self.look_for_saved(grant, submission).await,
            (None, Ok(SendStyle::SendThenLook)) => self.look_for_mail(grant, submission).await,
            (None, Ok(SendStyle::Blind)) => {
                let never = in_seconds(self.now(), NEVER_AGAIN);
                return Ok(Outcome::Operator(never, unseen(submission)));
            }
        };
        match seen {
            Ok(Seen::Mail(receipt)) => Ok(Outcome::Sent(receipt)),
            Ok(Seen::NotSent(found)) => self.go_on(grant, submission, found, crossing).await,
            Ok(Seen::Removed) => Ok(Outcome::Never(draft_gone(Fault::not_found("")))),
            Ok(Seen::Nothing) => Ok(self.not_found(submission)),
            Err(fault) => Ok(self.not_seen(submission, fault)),
        }
    }

    /// Nothing is out, so the attempt goes on where it was.
    async fn go_on(
        &self,
        grant: &Grant,
        submission: &mut Submission,
        found: Option<Receipt>,
        crossing: &Arc<Crossing>,
    ) -> Result<Outcome> {
        let tried = submission.draft_id.is_some();
        if !self.begin_again(submission).await? {
            return Ok(Outcome::Overtaken);
        }
        if let Some(receipt) = found {
            self.adopt(submission, receipt).await?;
        }
        Ok(match self.attempt(grant, submission, crossing).await? {
            // This attempt sent nothing; what became of the one before is known only by looking.
            Outcome::Later(_, at, fault) if tried => Outcome::Look(at, Some(fault)),
            outcome => outcome,
        })
    }

    async fn look_for_saved(&self, grant: &Grant, submission: &Submission) -> Result<Seen> {
        let (marker, since) = (&submission.id.to_string(), since(submission));
        let find = |mailbox: Mailbox| async move { mailbox.find_draft(marker, since).await };
        let found = self.inner.gate.call(grant, Class::Send, find).await?;
        Ok(Seen::NotSent(found.filter(|receipt| receipt.draft_id.is_some())))
    }

    /// What bears the mark and is no mail yet proves that nothing is out; that there is none proves nothing.
    async fn look_for_saved_or_mail(&self, grant: &Grant, submission: &Submission) -> Result<Seen> {
        match self.look_for_saved(grant, submission).await? {
            Seen::NotSent(None) => self.look_for_mail(grant, submission).await,
            seen => Ok(seen),
        }
    }

    async fn look_for_draft_or_mail(&self, grant: &Grant, submission: &Submission) -> Result<Seen> {
        if let Some(draft) = &submission.draft_id {
            let state = |mailbox: Mailbox| async move { mailbox.draft_state(draft).await };
            match self.inner.gate.call(grant, Class::Send, state).await? {
                DraftState::There => return Ok(Seen::NotSent(None)),
                DraftState::Sent(receipt) => return Ok(Seen::Mail(receipt)),
                DraftState::Removed => return Ok(Seen::Removed),
                DraftState::Gone => {}
            }
        }
        self.look_for_mail(grant, submission).await
    }

    pub(super) async fn look_for_mail(&self, grant: &Grant, submission: &Submission) -> Result<Seen> {
        let thread = submission.thread_id.clone().filter(|_| submission.own_draft);
        let trace = &Trace { marker: submission.id.to_string(), thread, since: since(submission) };
        let find = |mailbox: Mailbox| async move { mailbox.find_sent(trace).await };
        let found = self.inner.gate.call(grant, Class::Send, find).await?;
        Ok(found.map_or(Seen::Nothing, Seen::Mail))
    }

    fn not_found(&self, submission: &Submission) -> Outcome {
        let now = self.now();
        match PAUSES.get(submission.looks as usize) {
            Some(pause) => Outcome::Look(in_seconds(now, *pause), None),
            // Restarts and failures used up the looks sooner than providers list.
            None if now < in_seconds(since(submission), PAUSES.iter().sum()) => {
                Outcome::Look(in_seconds(now, PAUSES[1]), None)
            }
            None => {
                let again = if submission.looks < MOST_LOOKS { LATER } else { NEVER_AGAIN };
                Outcome::Operator(in_seconds(now, again), unknown(submission))
            }
        }
    }

    /// The look itself failed: looked again, and nothing is decided by it.
    fn not_seen(&self, submission: &Submission, fault: Fault) -> Outcome {
        let now = self.now();
        let recent = now < in_seconds(since(submission), LATER / 6);
        let last = if recent { PAUSES[2] } else { LATER / 12 };
        let pause = PAUSES.get(submission.looks as usize).copied().unwrap_or(last);
        let at = fault.retry_at().unwrap_or_else(|| in_seconds(now, pause));
        match fault.verdict {
            Verdict::AfterReauth | Verdict::Never => Outcome::Operator(in_seconds(now, LATER), unknown(submission)),
            _ => Outcome::Look(at.max(in_seconds(now, 1)), Some(fault)),
        }
    }
}

/// What a look found.
pub(super) enum Seen {
    /// It was sent.
    Mail(Receipt),
    /// It was not; perhaps a draft of it was saved.
    NotSent(Option<Receipt>),
    /// It was not, and is not to be: somebody deleted the draft.
    Removed,
    /// Neither proof.
    Nothing,
}

/// What is looked for is not older.
fn since(submission: &Submission) -> Timestamp {
    submission.attempted_at.unwrap_or(submission.created_at)
}

/// Whether it may have been handed over without a draft: the person authenticated again since it was tried, and what was
/// permitted then is not known any more. A save that failed was one, though.
fn may_be_handed_over(grant: &Grant, submission: &Submission) -> bool {
    grant.updated_at > since(submission) && !submission.litter
}

/// What is told where nobody may look.
fn unseen(submission: &Submission) -> Fault {
    let told = unknown(submission);
    let message = format!(
        "{} The permission does not let Postroad look among the sent messages: the mailbox's owner can.",
        told.message
    );
    Fault { message, ..told }
}

/// What is told while nobody knows.
pub(super) fn unknown(submission: &Submission) -> Fault {
    let message = format!(
        "The outcome of the send is unknown: the message may have gone out. It stands in the outbox as {}; look there \
         before sending it again.",
        submission.id
    );
    // What the provider said last is told with it, where it said something.
    let said: Option<Fault> = submission.fault.clone().map(Into::into);
    let said = said.filter(|fault| matches!(fault.kind, FaultKind::TransientBackend | FaultKind::Network));
    let fault = said.unwrap_or_else(|| Fault::new(FaultKind::GatewayTimeout, ""));
    Fault { message, ..fault }.with_verdict(Verdict::LookFirst)
}
