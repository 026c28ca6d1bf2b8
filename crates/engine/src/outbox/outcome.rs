//! What came of an attempt or a look, and how it is written down.

use std::time::Duration;

use model::grant::Grant;
use model::message::Placement;
use model::outbox::{Submission, SubmissionState, Wait};
use model::sync::{Announce, MirrorBatch};
use model::{EventId, Fault, Timestamp};
use providers::Receipt;
use serde_json::{Value, json};
use store::Settlement;

use super::events;
use crate::at_rest::AtRest;
use crate::sync::Happened;
use crate::timer::later;
use crate::{Engine, Inner, Result};

/// What came of it.
pub(super) enum Outcome {
    /// It is sent.
    Sent(Receipt),
    /// It is sent, and the provider does not say which message came of it.
    HandedOver,
    /// It will never be.
    Never(Fault),
    /// Nothing was sent; again then.
    Later(Wait, Timestamp, Fault),
    /// It may have been sent; look then.
    Look(Timestamp, Option<Fault>),
    /// Looking does not settle it; look once more then, in case it appears.
    Operator(Timestamp, Fault),
    /// The caller called it off before anything was sent.
    CalledOff(Option<Fault>),
    /// It stands elsewhere by now: nothing to write.
    Overtaken,
}

const UNDER_WAY: [SubmissionState; 2] = [SubmissionState::Sending, SubmissionState::Uncertain];

impl Inner {
    /// Writes an outcome down. Returns whether it counted.
    pub(super) async fn settle(&self, mut submission: Submission, outcome: Outcome) -> Result<bool> {
        let (now, was) = (self.now(), submission.state);
        let mut event = None;
        let mut forget_key = false;
        match outcome {
            Outcome::Overtaken | Outcome::Sent(_) | Outcome::HandedOver => return Ok(false),
            Outcome::Never(fault) => {
                submission.fault = Some((&fault).into());
                event = Some(events::failed(self.event_id(), &submission, &fault, now));
                close(&mut submission, SubmissionState::Failed, now);
            }
            Outcome::CalledOff(fault) => {
                submission.fault = fault.as_ref().map(Into::into).or(submission.fault);
                forget_key = true;
                close(&mut submission, SubmissionState::Cancelled, now);
            }
            Outcome::Later(why, at, fault) => {
                submission.fault = Some((&fault).into());
                hold(&mut submission, SubmissionState::Held, why, at);
            }
            Outcome::Look(at, fault) => {
                submission.fault = fault.as_ref().map(Into::into).or(submission.fault);
                hold(&mut submission, SubmissionState::Uncertain, Wait::Look, at);
            }
            Outcome::Operator(at, fault) => {
                submission.fault = Some((&fault).into());
                event = (submission.why != Some(Wait::Operator))
                    .then(|| events::failed(self.event_id(), &submission, &fault, now));
                hold(&mut submission, SubmissionState::Uncertain, Wait::Operator, at);
            }
        }
        // An unknown outcome is always told: somebody has to decide.
        let announce = self.settings().announce_immediate_sends || submission.state == SubmissionState::Uncertain;
        let from = if UNDER_WAY.contains(&was) { UNDER_WAY.to_vec() } else { vec![was] };
        let settlement = Settlement { submission, from, event, announce, forget_key, now };
        self.write_settlement(settlement).await
    }

    /// Writes that it was sent, with the sent message. A sent copy that cannot be kept is left to sync.
    pub(super) async fn settle_sent(&self, sent: Submission, batch: MirrorBatch) -> Result<bool> {
        let now = self.now();
        let event = Some(events::succeeded(self.event_id(), &sent, now));
        let (id, grant) = (sent.id, sent.grant_id);
        let deletions = batch.deletions.clone();
        let settlement = Settlement {
            submission: sent,
            from: UNDER_WAY.to_vec(),
            event,
            announce: self.settings().announce_immediate_sends,
            forget_key: false,
            now,
        };
        self.lately.note(Happened::Gone, grant, &deletions, now);
        match self.store().settle_sent(settlement.clone(), batch).await {
            Ok(counted) => {
                self.told(&settlement);
                Ok(counted)
            }
            Err(error) => {
                tracing::warn!(submission = %id, %error, "the sent message could not be mirrored; sync brings it");
                self.write_settlement(settlement).await
            }
        }
    }

    fn event_id(&self) -> EventId {
        EventId(self.new_id())
    }

    pub(super) async fn write_settlement(&self, settlement: Settlement) -> Result<bool> {
        let counted = self.store().settle_submission(settlement.clone()).await.at_rest()?;
        self.told(&settlement);
        Ok(counted)
    }

    /// Tells whoever waits, the deliverer and the worker.
    fn told(&self, settlement: &Settlement) {
        let submission = &settlement.submission;
        self.outbox.board.tell(submission.id);
        if matches!(submission.why, Some(Wait::Cap | Wait::Throttle | Wait::Reauth)) {
            self.outbox.board.tell_all(submission.grant_id);
        }
        self.post.wake();
        self.outbox.bell.notify_one();
    }
}

impl Engine {
    /// The sent message, fetched back (the provider may have rewritten it), mirrored in the commit that ends it.
    pub(super) async fn sent(&self, grant: &Grant, mut submission: Submission, receipt: Receipt) -> Result<bool> {
        let now = self.now();
        let receipt = Receipt { draft_id: None, ..receipt };
        if submission.draft_message_id.as_ref() == Some(&receipt.message_id) {
            let sent = std::slice::from_ref(&receipt.message_id);
            self.inner.lately.note(Happened::Sent, grant.id, sent, now);
        }
        let raw = self.inner.store().submission_raw(submission.id).await.at_rest()?.unwrap_or_default();
        let placement = self.sent_placement(grant).await?;
        let written = self.inner.written(grant, &receipt, raw.into(), placement).await;
        let replaced = submission.draft_message_id.clone().filter(|id| *id != receipt.message_id);
        submission.message_id = Some(receipt.message_id);
        submission.answer = Some(answer(&submission, &written));
        close(&mut submission, SubmissionState::Done, now);
        let (upserts, deletions) = (vec![written], replaced.into_iter().collect());
        let batch = MirrorBatch { upserts, deletions, ..MirrorBatch::empty(Announce::Live, now) };
        self.inner.settle_sent(submission, batch).await
    }

    /// It was sent, nobody knows as which message: the answer is made of our own bytes, under the mail's `Message-ID`, and the
    /// mirror waits for sync to bring what the provider made of it.
    pub(super) async fn handed_over(&self, mut submission: Submission) -> Result<bool> {
        let raw = self.inner.store().submission_raw(submission.id).await.at_rest()?.unwrap_or_default();
        let name = mail::parse::parse(&raw).message_id.unwrap_or_else(|| submission.id.to_string());
        let receipt = Receipt { message_id: name.as_str().into(), thread_id: name.as_str().into(), draft_id: None };
        let written = self.inner.stand_in(&receipt, raw.into(), Placement::default());
        submission.answer = Some(answer(&submission, &written));
        close(&mut submission, SubmissionState::Done, self.now());
        self.inner.settle_sent(submission, MirrorBatch::empty(Announce::Live, self.now())).await
    }
}

/// The sent message as the caller is answered, now and when the request is repeated.
fn answer(submission: &Submission, written: &model::sync::Mirrored) -> Value {
    let message = model::message::Message { metadata: submission.metadata.clone(), ..written.message.clone() };
    let message = api::message::Message::take(submission.grant_id, message, Some(written.body.text.clone()));
    let answers = submission.echo["reply_to_message_id"].as_str().map(str::to_owned);
    let tracking_options = serde_json::from_value(submission.echo["tracking_options"].clone()).unwrap_or_default();
    json!(api::message::Message { reply_to_message_id: answers, tracking_options, ..message })
}

/// Its end. A draft that is left behind is tidied up next.
pub(super) fn close(submission: &mut Submission, state: SubmissionState, now: Timestamp) {
    let sent = state == SubmissionState::Done;
    let kept = sent || submission.own_draft || submission.use_draft;
    let left_behind = submission.litter || (submission.draft_id.is_some() && !kept);
    submission.state = state;
    submission.why = None;
    submission.closed_at = Some(now);
    // Counted anew, for tidying up.
    submission.looks = 0;
    submission.next_at = left_behind.then_some(now);
}

fn hold(submission: &mut Submission, state: SubmissionState, why: Wait, at: Timestamp) {
    submission.state = state;
    submission.why = Some(why);
    submission.next_at = Some(at);
}

/// The instant `seconds` from now.
pub(super) fn in_seconds(now: Timestamp, seconds: u64) -> Timestamp {
    later(now, Duration::from_secs(seconds))
}
