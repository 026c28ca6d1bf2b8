//! Scheduled sends: checked, listed, taken back.

use std::time::Duration;

use model::grant::Grant;
use model::outbox::{Submission, SubmissionState};
use model::sync::Announce;
use model::{Fault, FaultKind, SubmissionId, Timestamp};
use providers::Receipt;
use store::{Settlement, SubmissionFilter};

use super::Wish;
use super::outcome::close;
use crate::at_rest::AtRest;
use crate::timer::later;
use crate::{Engine, Result};

/// How far ahead a send may be scheduled, unless its draft is kept at the provider (nylas-v3.md 1.5).
const FARTHEST: Duration = Duration::from_secs(30 * 24 * 3600);
/// Schedules listed at most.
const MOST_LISTED: usize = 10_000;

/// Whether a wish makes sense.
pub(super) fn check(wish: &Wish, now: Timestamp) -> Result<()> {
    let Some(at) = wish.send_at else {
        let message = "`use_draft` belongs to a scheduled send: add `send_at`, or leave it out.";
        return if wish.use_draft { Err(Fault::invalid("use_draft", message)) } else { Ok(()) };
    };
    if at <= now {
        return Err(Fault::invalid("send_at", "`send_at` must be in the future (Unix seconds)."));
    }
    if at > later(now, FARTHEST) && !wish.use_draft {
        let message = "`send_at` must be within 30 days; with `use_draft` it may be later.";
        return Err(Fault::invalid("send_at", message));
    }
    Ok(())
}

impl Engine {
    /// What of a mailbox is scheduled, or was in the last 72 hours; newest first. So is what was held or left unknown.
    pub async fn schedules(&self, grant: &Grant) -> Result<Vec<Submission>> {
        let filter = SubmissionFilter {
            grant: Some(grant.id),
            announced: true,
            limit: MOST_LISTED,
            ..SubmissionFilter::default()
        };
        self.inner.store().submissions(filter).await.at_rest()
    }

    /// One of them.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn schedule(&self, grant: &Grant, id: SubmissionId) -> Result<Submission> {
        let found = self.inner.store().submission(grant.id, id).await.at_rest()?;
        found.filter(|one| one.announced).ok_or_else(no_schedule)
    }

    /// Takes a scheduled or held message back: it is not sent. A draft that the person sees stays theirs.
    ///
    /// # Errors
    /// `not_found`; `conflict_or_precondition` when it is being sent, or ended.
    pub async fn cancel_schedule(&self, grant: &Grant, id: SubmissionId) -> Result<()> {
        let found = self.schedule(grant, id).await?;
        let (now, from) = (self.now(), vec![SubmissionState::Scheduled, SubmissionState::Held]);
        let mut cancelled = found;
        close(&mut cancelled, SubmissionState::Cancelled, now);
        let settlement =
            Settlement { submission: cancelled, from, event: None, announce: false, forget_key: false, now };
        match self.inner.write_settlement(settlement).await? {
            true => Ok(()),
            false => Err(Fault::new(
                FaultKind::ConflictOrPrecondition,
                "The message is being sent, or was sent or cancelled already; it cannot be taken back.",
            )),
        }
    }

    /// Saves the draft of a scheduled send with `use_draft` at once, so that the person sees it. What passes is left to the
    /// time it is due.
    pub(super) async fn save_ahead(&self, mut submission: Submission) -> Result<Submission> {
        let grant = self.grant_of(&submission).await?;
        let saved = match self.save(&grant, &mut submission).await? {
            Ok(()) => submission.draft_message_id.clone(),
            Err(fault) if crate::gate::is_transient(&fault) => {
                submission.litter = true;
                self.inner.store().note_submission(submission.clone()).await.at_rest()?;
                None
            }
            Err(fault) => {
                self.cancel_schedule(&grant, submission.id).await?;
                return Err(fault);
            }
        };
        if let (Some(message_id), Some(draft_id)) = (saved, submission.draft_id.clone()) {
            self.mirror_draft(&grant, &submission, message_id, draft_id).await?;
        }
        Ok(submission)
    }

    async fn mirror_draft(
        &self,
        grant: &Grant,
        submission: &Submission,
        message_id: model::MessageId,
        draft_id: model::DraftId,
    ) -> Result<()> {
        let thread_id = submission.thread_id.clone().unwrap_or_else(|| message_id.as_str().into());
        let receipt = Receipt { message_id, thread_id, draft_id: Some(draft_id) };
        let raw = self.inner.store().submission_raw(submission.id).await.at_rest()?.unwrap_or_default();
        let folders = self.folders_for(grant, model::folder::FolderRole::Drafts).await?;
        let placement = model::message::Placement { folders, draft: true, ..Default::default() };
        let saved = self.inner.written(grant, &receipt, raw.into(), placement).await;
        self.inner.keep(grant, vec![saved], Vec::new(), Announce::Live).await
    }
}

pub(super) fn no_schedule() -> Fault {
    Fault::not_found("There is no such scheduled message in this mailbox.")
}
