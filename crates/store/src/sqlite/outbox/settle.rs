//! Writing where a submission stands.

use model::SubmissionId;
use model::outbox::{Submission, SubmissionState};
use rusqlite::{Connection, params};

use super::super::columns::{nanos_opt, run, run_on, to_json};
use super::super::{events, tracking};
use super::{get, leave};
use crate::{Result, Settlement};

/// State, event, bytes, key and whoever waits behind: one transaction.
pub(crate) fn settle(connection: &Connection, settled: &Settlement) -> Result<bool> {
    let submission = &settled.submission;
    // Who knows of fewer attempts than were made speaks of the past.
    let stands = |held: &Submission| settled.from.contains(&held.state) && held.attempts <= submission.attempts;
    let Some(held) = get(connection, submission.id)?.filter(stands) else { return Ok(false) };
    write(connection, submission)?;
    if !submission.state.is_open() {
        run(connection, "DELETE FROM submission_raws WHERE number = ?1", [submission.number])?;
    }
    if submission.state == SubmissionState::Done {
        tracking::sent(connection, submission)?;
    }
    if settled.forget_key {
        run(connection, "DELETE FROM idempotency_keys WHERE submission_id = ?1", [submission.id.0])?;
    }
    // Announced as it stands: the caller may have gone meanwhile.
    let announced = settled.announce || held.announced || submission.announced;
    if let Some(event) = settled.event.as_ref().filter(|_| announced) {
        events::add(connection, event)?;
    }
    leave::release(connection, submission.grant_id, settled.now)?;
    Ok(true)
}

/// Keeps the draft's id and what else was learned; the state stays.
pub(crate) fn note(connection: &Connection, submission: &Submission) -> Result<()> {
    run_on(
        connection,
        "submission",
        "UPDATE submissions SET draft_id = ?2, draft_message_id = ?3, litter = ?4
         WHERE number = ?1 AND closed_at IS NULL AND attempts = ?5",
        params![
            submission.number,
            submission.draft_id.as_ref().map(|id| &id.0),
            submission.draft_message_id.as_ref().map(|id| &id.0),
            submission.litter,
            submission.attempts
        ],
    )
}

/// From now on its end is announced.
pub(crate) fn announce(connection: &Connection, id: SubmissionId) -> Result<()> {
    let sql = "UPDATE submissions SET announced = 1 WHERE id = ?1 AND closed_at IS NULL";
    run_on(connection, "submission", sql, [id.0])
}

/// Everything of it that changes. That its end is to be announced is never taken back.
pub(super) fn write(connection: &Connection, submission: &Submission) -> Result<()> {
    run_on(
        connection,
        "submission",
        "UPDATE submissions SET state = ?2, why = ?3, next_at = ?4, draft_id = ?5, draft_message_id = ?6, attempts = ?7,
             looks = ?8, attempted_at = ?9, announced = max(announced, ?10), litter = ?11, message_id = ?12, fault = ?13,
             answer = ?14, closed_at = ?15, own_draft = ?16
         WHERE number = ?1",
        params![
            submission.number,
            submission.state.as_str(),
            submission.why.map(|why| why.as_str()),
            nanos_opt(submission.next_at),
            submission.draft_id.as_ref().map(|id| &id.0),
            submission.draft_message_id.as_ref().map(|id| &id.0),
            submission.attempts,
            submission.looks,
            nanos_opt(submission.attempted_at),
            submission.announced,
            submission.litter,
            submission.message_id.as_ref().map(|id| &id.0),
            submission.fault.as_ref().map(to_json).transpose()?,
            submission.answer.as_ref().map(to_json).transpose()?,
            nanos_opt(submission.closed_at),
            submission.own_draft
        ],
    )
}
