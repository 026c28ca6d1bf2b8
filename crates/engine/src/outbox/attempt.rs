//! One attempt: save a draft that bears the mark, commit its id, send it.
//!
//! Saving twice is harmless (a stray draft is no mail, and is tidied up); sending a draft twice is impossible. So the only
//! point of no return is the moment the draft is told to go, and until then a caller may call the attempt off.

use std::sync::Arc;

use bytes::Bytes;
use model::grant::Grant;
use model::outbox::{Submission, SubmissionState, Wait};
use model::{DraftId, Fault, FaultKind, Timestamp, Verdict};
use providers::{Receipt, SendStyle};
use store::Settlement;

use super::board::Crossing;
use super::outcome::{Outcome, in_seconds};
use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox, is_throttle};
use crate::messages::explained;
use crate::sync::backoff;
use crate::timer::later;
use crate::{Engine, Result};

/// How long what a caller no longer waits for is tried for, after it was due.
const GIVE_UP_AFTER: std::time::Duration = std::time::Duration::from_secs(72 * 3600);
/// Seconds until a throttle without an instant is tried again.
const THROTTLE_PAUSE: u64 = 10;
/// Seconds between looks whether the person authenticated again.
const REAUTH_PAUSE: u64 = 600;

impl Engine {
    /// Does what a claimed submission is due for, and writes down what came of it.
    pub(super) async fn work_on(&self, submission: Submission, crossing: &Arc<Crossing>) -> Result<()> {
        let Some(grant) = self.inner.store().grant(submission.grant_id).await.at_rest()? else { return Ok(()) };
        if !submission.state.is_open() {
            return self.tidy_up(&grant, submission).await;
        }
        let mut submission = submission;
        let outcome = match submission.state {
            SubmissionState::Uncertain => self.look_up(&grant, &mut submission, crossing).await?,
            _ => self.attempt(&grant, &mut submission, crossing).await?,
        };
        match outcome {
            Outcome::Sent(receipt) => self.sent(&grant, submission, receipt).await.map(drop),
            Outcome::HandedOver => self.handed_over(submission).await.map(drop),
            // The provider's refusal of an address, told for what it is.
            Outcome::Never(fault) => {
                let raw = self.inner.store().submission_raw(submission.id).await.at_rest()?.unwrap_or_default();
                self.inner.settle(submission, Outcome::Never(explained(fault, &raw))).await.map(drop)
            }
            other => self.inner.settle(submission, other).await.map(drop),
        }
    }

    /// From wherever it stands to its outcome.
    pub(super) async fn attempt(
        &self,
        grant: &Grant,
        submission: &mut Submission,
        crossing: &Arc<Crossing>,
    ) -> Result<Outcome> {
        let style = match self.style(grant).await {
            Ok(style) => style,
            Err(fault) => return Ok(self.after_no_send(submission, fault)),
        };
        if style != SendStyle::DraftThenSend && submission.draft_id.is_none() {
            return self.hand_over(grant, submission, style, crossing).await;
        }
        if submission.draft_id.is_none() {
            let saved = tokio::select! {
                saved = self.save(grant, submission) => saved?,
                // What the saving may leave behind is tidied up.
                () = crossing.called_off() => {
                    submission.litter = true;
                    return Ok(Outcome::CalledOff(None));
                }
            };
            if let Err(fault) = saved {
                return Ok(self.after_save(submission, fault));
            }
        }
        match submission.draft_id.clone() {
            Some(draft) => self.send_saved(grant, submission, &draft, crossing).await,
            None => Err(Fault::internal("a draft was saved without an id")),
        }
    }

    /// Saves the draft and commits its id. The inner result is the provider's.
    pub(super) async fn save(&self, grant: &Grant, submission: &mut Submission) -> Result<Result<()>> {
        let raw = self.raw_of(submission).await?;
        let (raw, thread) = (&raw, submission.thread_id.as_ref());
        let create = |mailbox: Mailbox| async move { mailbox.create_draft(raw.clone(), thread).await };
        match self.inner.gate.once(grant, Class::Send, create).await {
            Ok(receipt) => self.adopt(submission, receipt).await.map(Ok),
            Err(fault) => Ok(Err(fault)),
        }
    }

    /// Commits that a draft is the submission's.
    pub(super) async fn adopt(&self, submission: &mut Submission, receipt: Receipt) -> Result<()> {
        submission.draft_id = receipt.draft_id;
        submission.draft_message_id = Some(receipt.message_id);
        self.inner.store().note_submission(submission.clone()).await.at_rest()
    }

    async fn send_saved(
        &self,
        grant: &Grant,
        submission: &mut Submission,
        draft: &DraftId,
        crossing: &Arc<Crossing>,
    ) -> Result<Outcome> {
        let recipients = submission.recipients;
        let send = |mailbox: Mailbox| async move { mailbox.send_draft(draft, recipients).await };
        Ok(match self.cross(grant, crossing, send).await {
            None => Outcome::CalledOff(None),
            Some(Ok(receipt)) => Outcome::Sent(receipt),
            // An earlier attempt may have got through late and used the draft up.
            Some(Err(fault)) if fault.kind == FaultKind::NotFound && submission.attempts > 1 => {
                Outcome::Look(in_seconds(self.now(), super::look::PAUSES[0]), Some(fault))
            }
            // Nothing of ours was under way, so nobody sent it: it was removed.
            Some(Err(fault)) if fault.kind == FaultKind::NotFound => Outcome::Never(draft_gone(fault)),
            Some(Err(fault)) => self.after_send(submission, fault),
        })
    }

    /// Where no draft may be saved: handed over at once.
    async fn hand_over(
        &self,
        grant: &Grant,
        submission: &mut Submission,
        style: SendStyle,
        crossing: &Arc<Crossing>,
    ) -> Result<Outcome> {
        let raw = self.raw_of(submission).await?;
        let (raw, thread) = (&raw, submission.thread_id.as_ref());
        let send = |mailbox: Mailbox| async move { mailbox.send(raw.clone(), thread).await };
        Ok(match self.cross(grant, crossing, send).await {
            None => Outcome::CalledOff(None),
            Some(Ok(Some(receipt))) => Outcome::Sent(receipt),
            Some(Ok(None)) => self.sight(grant, submission, style).await,
            Some(Err(fault)) => self.after_send(submission, fault),
        })
    }

    /// It went, and the provider did not say as what: one look, where there may be one. Later ones are sync's.
    async fn sight(&self, grant: &Grant, submission: &Submission, style: SendStyle) -> Outcome {
        if style == SendStyle::Blind {
            return Outcome::HandedOver;
        }
        match self.look_for_mail(grant, submission).await {
            Ok(super::look::Seen::Mail(receipt)) => Outcome::Sent(receipt),
            Ok(_) => Outcome::HandedOver,
            Err(fault) => {
                tracing::debug!(submission = %submission.id, "what was sent could not be looked at: {fault}");
                Outcome::HandedOver
            }
        }
    }

    /// Makes the call after which the mail may be out. The point is crossed when the pacer gives leave, not before: whoever
    /// waits for leave can still be called off, which is `None`.
    async fn cross<T, F, W>(&self, grant: &Grant, crossing: &Arc<Crossing>, send: F) -> Option<Result<T>>
    where
        F: Fn(Mailbox) -> W + Send + Sync,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        let last_word = {
            let crossing = crossing.clone();
            Arc::new(move || crossing.cross())
        };
        tokio::select! {
            sent = self.inner.gate.once_if(grant, Class::Send, last_word, send) => match sent {
                Err(_) if crossing.is_off() => None,
                sent => Some(sent),
            },
            () = crossing.called_off() => None,
        }
    }

    /// How the grant's provider is sent through, with what was granted. Touches no network.
    pub(super) async fn style(&self, grant: &Grant) -> Result<SendStyle> {
        let scopes = &grant.scopes;
        self.inner.gate.call(grant, Class::Send, |mailbox| async move { Ok(mailbox.send_style(scopes)) }).await
    }

    async fn raw_of(&self, submission: &Submission) -> Result<Bytes> {
        let raw = self.inner.store().submission_raw(submission.id).await.at_rest()?;
        raw.map(Bytes::from).ok_or_else(|| Fault::internal("an open submission has no bytes"))
    }

    /// A save that failed: no mail is out, whatever happened. A draft may be.
    fn after_save(&self, submission: &mut Submission, fault: Fault) -> Outcome {
        let passes = matches!(fault.verdict, Verdict::Backoff | Verdict::Resync) && !is_throttle(&fault);
        // What was held back at our own gate never reached the provider.
        if (passes || fault.verdict == Verdict::LookFirst) && !fault.held_back {
            submission.litter = true;
            return Outcome::Look(in_seconds(self.now(), super::look::PAUSES[0]), Some(fault));
        }
        self.after_no_send(submission, fault)
    }

    fn after_send(&self, submission: &Submission, fault: Fault) -> Outcome {
        match fault.verdict {
            // What was held back at our own gate never reached the provider.
            Verdict::LookFirst if !fault.held_back => {
                Outcome::Look(in_seconds(self.now(), super::look::PAUSES[0]), Some(fault))
            }
            _ => self.after_no_send(submission, fault),
        }
    }

    /// Nothing was sent, for certain: again later, or never.
    pub(super) fn after_no_send(&self, submission: &Submission, fault: Fault) -> Outcome {
        let now = self.now();
        if is_throttle(&fault) {
            let at = fault.retry_at().unwrap_or_else(|| in_seconds(now, THROTTLE_PAUSE));
            return self.again(submission, Wait::Throttle, at.max(in_seconds(now, 1)), fault);
        }
        match fault.verdict {
            Verdict::AfterReauth if submission.announced => {
                self.again(submission, Wait::Reauth, in_seconds(now, REAUTH_PAUSE), fault)
            }
            Verdict::Backoff | Verdict::Resync | Verdict::At(_) | Verdict::LookFirst => {
                let at = later(now, backoff(submission.attempts));
                self.again(submission, Wait::Backoff, fault.retry_at().unwrap_or(at), fault)
            }
            Verdict::Never | Verdict::AfterRefresh | Verdict::AfterReauth => Outcome::Never(fault),
        }
    }

    /// Again then, unless that goes on for too long.
    fn again(&self, submission: &Submission, why: Wait, at: Timestamp, fault: Fault) -> Outcome {
        let due = submission.send_at.unwrap_or(submission.created_at);
        match at > later(due, GIVE_UP_AFTER) && why != Wait::Throttle {
            true => Outcome::Never(fault),
            false => Outcome::Later(why, at, fault),
        }
    }

    /// From uncertain to an attempt: committed before it begins, so that whoever takes it back meanwhile wins.
    pub(super) async fn begin_again(&self, submission: &mut Submission) -> Result<bool> {
        let now = self.now();
        submission.state = SubmissionState::Sending;
        submission.why = None;
        submission.next_at = Some(later(now, super::worker::LEASE));
        submission.attempts += 1;
        // What becomes of this attempt is looked for anew.
        submission.looks = 0;
        // It may have been the first of them that got through: what is looked for is not older than that one.
        submission.attempted_at = submission.attempted_at.or(Some(now));
        let settlement = Settlement {
            submission: submission.clone(),
            from: vec![SubmissionState::Uncertain],
            event: None,
            announce: false,
            forget_key: false,
            now,
        };
        self.inner.write_settlement(settlement).await
    }
}

/// The draft was deleted by somebody.
pub(super) fn draft_gone(fault: Fault) -> Fault {
    Fault { message: "The draft was removed before it was sent; nothing was sent.".into(), ..fault }
}
