//! The outbox as operators and callers see it, and what they can decide.

use model::grant::Grant;
use model::outbox::{Submission, SubmissionState};
use model::{Fault, FaultKind, SubmissionId};
use store::{Settlement, SubmissionFilter};

use super::outcome::close;
use crate::at_rest::AtRest;
use crate::{Engine, Result};

impl Engine {
    /// Submissions, newest first.
    pub async fn submissions(&self, filter: SubmissionFilter) -> Result<Vec<Submission>> {
        self.inner.store().submissions(filter).await.at_rest()
    }

    /// A submission of a mailbox.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn submission(&self, grant: &Grant, id: SubmissionId) -> Result<Submission> {
        let found = self.inner.store().submission(grant.id, id).await.at_rest()?;
        found.ok_or_else(|| Fault::not_found("There is no such submission in this mailbox's outbox."))
    }

    /// Sends a message again whose outcome is unknown. It may go out a second time: whoever decides this has looked.
    ///
    /// # Errors
    /// `not_found`; `conflict_or_precondition` when its outcome is not unknown.
    pub async fn resend_submission(&self, grant: &Grant, id: SubmissionId) -> Result<Submission> {
        let mut submission = self.uncertain(grant, id).await?;
        submission.state = SubmissionState::Held;
        submission.why = None;
        submission.next_at = Some(self.now());
        // Its draft is gone: what is sent again is a new one, from the bytes of the outbox.
        submission.draft_id = None;
        submission.draft_message_id = None;
        submission.own_draft = false;
        self.decide(submission).await
    }

    /// Ends a submission whose outcome is unknown: nothing more is done about it.
    ///
    /// # Errors
    /// As [`Self::resend_submission`].
    pub async fn discard_submission(&self, grant: &Grant, id: SubmissionId) -> Result<Submission> {
        let mut submission = self.uncertain(grant, id).await?;
        close(&mut submission, SubmissionState::Discarded, self.now());
        self.decide(submission).await
    }

    async fn uncertain(&self, grant: &Grant, id: SubmissionId) -> Result<Submission> {
        let submission = self.submission(grant, id).await?;
        match submission.state {
            SubmissionState::Uncertain => Ok(submission),
            state => Err(not_uncertain(state)),
        }
    }

    async fn decide(&self, submission: Submission) -> Result<Submission> {
        let settlement = Settlement {
            submission: submission.clone(),
            from: vec![SubmissionState::Uncertain],
            event: None,
            announce: false,
            forget_key: false,
            now: self.now(),
        };
        match self.inner.write_settlement(settlement).await? {
            true => Ok(submission),
            false => Err(not_uncertain(SubmissionState::Sending)),
        }
    }
}

fn not_uncertain(state: SubmissionState) -> Fault {
    let message = format!(
        "The submission is {}; only one whose outcome is unknown (state uncertain) can be sent again or discarded.",
        state.as_str()
    );
    Fault::new(FaultKind::ConflictOrPrecondition, message)
}
