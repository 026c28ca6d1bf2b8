//! Drafts of submissions: hidden while they are on their way, removed when they are left over.

use model::grant::Grant;
use model::outbox::{MARKER, Submission};
use model::sync::Mirrored;
use model::{DraftId, FaultKind, SubmissionId};
use providers::Receipt;

use super::outcome::in_seconds;
use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox};
use crate::{Engine, Inner, Result};

/// Strays removed in one go: more saves than this never go astray.
const MOST: usize = 5;
/// Tries at tidying up.
const TRIES: u32 = 8;

impl Engine {
    /// Removes what an ended submission left among the drafts.
    pub(super) async fn tidy_up(&self, grant: &Grant, mut submission: Submission) -> Result<()> {
        let tidied = self.remove_drafts(grant, &submission).await;
        submission.looks += 1;
        submission.next_at = match tidied {
            Ok(()) => None,
            Err(fault) if submission.looks >= TRIES => {
                tracing::warn!(submission = %submission.id, "a draft that was not sent is left behind: {fault}");
                None
            }
            Err(fault) => {
                let again = in_seconds(self.now(), 30 << submission.looks.min(8));
                Some(fault.retry_at().map_or(again, |at| at.max(again)))
            }
        };
        let settlement = store::Settlement {
            from: vec![submission.state],
            submission,
            event: None,
            announce: false,
            forget_key: false,
            now: self.now(),
        };
        self.inner.write_settlement(settlement).await.map(drop)
    }

    async fn remove_drafts(&self, grant: &Grant, submission: &Submission) -> Result<()> {
        let kept = submission.own_draft || submission.use_draft;
        if let Some(draft) = submission.draft_id.as_ref().filter(|_| !kept && submission.message_id.is_none()) {
            self.inner.remove_stray(grant, draft).await?;
        }
        if !submission.litter {
            return Ok(());
        }
        let (marker, since) = (&submission.id.to_string(), submission.created_at);
        for _ in 0..MOST {
            let find = |mailbox: Mailbox| async move { mailbox.find_draft(marker, since).await };
            let found = self.inner.gate.call(grant, Class::Live, find).await?;
            let Some(found) = found else { break };
            let stays = is_mail(submission, &found) || (kept && submission.draft_id == found.draft_id);
            match &found.draft_id {
                Some(draft) if !stays => self.inner.remove_stray(grant, draft).await?,
                _ => break,
            }
        }
        Ok(())
    }
}

impl Inner {
    /// Takes the drafts of submissions out of what sync met: those on their way, and those left over, which are removed
    /// at the provider. What the person is to see stays.
    pub(crate) async fn without_strays(&self, grant: &Grant, upserts: Vec<Mirrored>) -> Result<Vec<Mirrored>> {
        let mut kept = Vec::with_capacity(upserts.len());
        for one in upserts {
            let Some(id) = mark(&one) else {
                kept.push(one);
                continue;
            };
            match self.store().submission(grant.id, id).await.at_rest()? {
                Some(submission) if !submission.use_draft => self.leave_out(grant, &submission, &one).await,
                Some(submission) if is_stray(&submission, &one) => self.leave_out(grant, &submission, &one).await,
                _ => kept.push(one),
            }
        }
        Ok(kept)
    }

    async fn leave_out(&self, grant: &Grant, submission: &Submission, one: &Mirrored) {
        let sent = submission.message_id.as_ref() == Some(&one.message.id);
        let over = !submission.state.is_open() && !sent;
        let Some(draft) = one.message.draft_id.as_ref().filter(|_| over) else { return };
        if let Err(fault) = self.remove_stray(grant, draft).await {
            tracing::warn!(grant = %grant.id, submission = %submission.id, "a stray draft could not be removed: {fault}");
        }
    }

    async fn remove_stray(&self, grant: &Grant, draft: &DraftId) -> Result<()> {
        let delete = |mailbox: Mailbox| async move { mailbox.delete_draft(draft).await };
        match self.gate.call(grant, Class::Live, delete).await {
            Err(fault) if fault.kind != FaultKind::NotFound => Err(fault),
            _ => Ok(()),
        }
    }
}

/// It is the mail itself: where a draft and its message are one, it lies among the drafts until it has left.
fn is_mail(submission: &Submission, found: &Receipt) -> bool {
    submission.message_id.as_ref() == Some(&found.message_id)
}

/// It ended, and this is not the draft the person was left with.
fn is_stray(submission: &Submission, one: &Mirrored) -> bool {
    !submission.state.is_open() && submission.draft_id != one.message.draft_id
}

/// The submission a draft belongs to, by its mark.
fn mark(one: &Mirrored) -> Option<SubmissionId> {
    if !one.message.placement.draft {
        return None;
    }
    let head = String::from_utf8_lossy(mail::parse::head(&one.raw));
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(MARKER).then(|| value.trim().parse().ok())?
    })
}
