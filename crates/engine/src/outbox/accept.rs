//! Into the outbox: checked, marked, written; then waited for.

use api::outgoing::TrackingOptions;
use bytes::Bytes;
use model::grant::Grant;
use model::message::Message;
use model::outbox::{MARKER, Submission, SubmissionState};
use model::tracking::Tracking;
use model::{Address, DraftId, Fault, SubmissionId};
use serde_json::{Value, json};
use store::{Accepted, NewSubmission};

use super::{Sent, Wish, idempotency, limits, schedule, worker};
use crate::at_rest::AtRest;
use crate::messages::Composed;
use crate::timer::later;
use crate::{Engine, Result};

/// Something to send, before it is a submission.
pub(crate) struct Outgoing {
    pub(crate) composed: Composed,
    pub(crate) metadata: Option<serde_json::Map<String, Value>>,
    /// What is tracked about it, where the marks were kept before.
    pub(crate) tracking: Option<Tracking>,
    /// The message answered, as the caller named it.
    pub(crate) answers: Option<String>,
    /// The draft it is, when the person had it before.
    pub(crate) draft: Option<(DraftId, Message)>,
}

impl Engine {
    /// Sends something: writes it down, attempts it, and waits for its outcome as long as the wish says.
    pub(crate) async fn submit(&self, grant: &Grant, outgoing: Outgoing, wish: Wish) -> Result<Sent> {
        schedule::check(&wish, self.now())?;
        let id = SubmissionId(self.inner.new_id());
        let new = self.new_submission(grant, id, outgoing, &wish).await?;
        worker::recovered(&self.inner).await?;
        // On the board before it is accepted, so that no news is lost.
        let mut waiter = self.inner.outbox.board.wait_for(id, grant.id);
        // Whoever does not want to wait is refused what has to; what goes takes the time it takes.
        let refuse = wish.patience.is_some_and(|patience| patience.is_zero());
        let patience = wish.patience.filter(|_| !refuse).unwrap_or(self.settings().send_patience);
        let deadline = later(self.now(), patience);
        let key = new.key.clone();
        let submission = match self.inner.store().accept_submission(new).await.at_rest()? {
            Accepted::New(submission) => *submission,
            Accepted::Again(submission) => return self.repeated(*submission).await,
            Accepted::KeyTaken(state) => return Err(idempotency::refusal(&state, self.now())),
        };
        tracing::debug!(submission = %id, grant = %grant.id, keyed = key.is_some(), "accepted for sending");
        if submission.state == SubmissionState::Sending {
            worker::start(&self.inner, submission);
        } else if submission.state == SubmissionState::Scheduled {
            self.inner.outbox.bell.notify_one();
            return self.scheduled(submission).await;
        } else {
            self.inner.outbox.bell.notify_one();
        }
        self.outcome(id, &mut waiter, deadline, refuse).await
    }

    async fn new_submission(
        &self,
        grant: &Grant,
        id: SubmissionId,
        outgoing: Outgoing,
        wish: &Wish,
    ) -> Result<NewSubmission> {
        let now = self.now();
        let Outgoing { composed, metadata, tracking, answers, draft } = outgoing;
        let raw = marked(&composed.raw, id);
        let (mut echo, recipients) = echo(&raw, answers, wish).await?;
        if let Some(tracking) = composed.tracked.as_ref().map(|tracked| &tracked.tracking).or(tracking.as_ref()) {
            echo["tracking_options"] = json!(TrackingOptions::from(tracking));
        }
        let lane = match (&composed.thread, &draft) {
            (Some(thread), _) => thread.to_string(),
            (None, Some((_, message))) => message.thread_id.to_string(),
            (None, None) => id.to_string(),
        };
        let submission = Submission {
            id,
            application_id: grant.application_id,
            grant_id: grant.id,
            number: 0,
            lane,
            state: SubmissionState::Held,
            why: None,
            next_at: None,
            send_at: wish.send_at,
            use_draft: wish.use_draft || (draft.is_some() && wish.send_at.is_some()),
            own_draft: draft.is_some(),
            draft_id: draft.as_ref().map(|(id, _)| id.clone()),
            draft_message_id: draft.as_ref().map(|(_, message)| message.id.clone()),
            thread_id: composed.thread.or(draft.map(|(_, message)| message.thread_id)),
            attempts: 0,
            looks: 0,
            attempted_at: None,
            recipients,
            announced: wish.send_at.is_some(),
            litter: false,
            message_id: None,
            fault: None,
            echo,
            answer: None,
            metadata,
            created_at: now,
            closed_at: None,
        };
        let key = idempotency::key_of(wish, now, worker::LEASE)?;
        let lease_until = later(now, worker::LEASE);
        let limits = limits(self.settings());
        Ok(NewSubmission { submission, raw: Some(raw), tracked: composed.tracked, key, lease_until, limits })
    }
}

/// The bytes with the submission's mark in front. Trace fields come first in a header anyway (RFC 5322 section 3.6).
fn marked(raw: &Bytes, id: SubmissionId) -> Vec<u8> {
    [format!("{MARKER}: {id}\r\n").as_bytes(), raw].concat()
}

/// The request as answers and events repeat it, and how many it goes to.
async fn echo(raw: &[u8], answers: Option<String>, wish: &Wish) -> Result<(Value, u32)> {
    let parsed = mail::parse::parse(mail::parse::head(raw));
    let recipients = parsed.to.len() + parsed.cc.len() + parsed.bcc.len();
    let list =
        |list: &[Address]| list.iter().map(|one| json!({ "name": one.name, "email": one.email })).collect::<Vec<_>>();
    let echo = json!({
        "from": list(&parsed.from),
        "to": list(&parsed.to),
        "cc": list(&parsed.cc),
        "bcc": list(&parsed.bcc),
        "reply_to": list(&parsed.reply_to),
        "subject": parsed.subject,
        "reply_to_message_id": answers,
        "send_at": wish.send_at.map(|at| at.as_second()),
        "use_draft": wish.use_draft,
    });
    let recipients = u32::try_from(recipients).map_err(|_| Fault::invalid("to", "There are too many recipients."))?;
    Ok((echo, recipients))
}
