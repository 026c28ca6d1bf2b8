//! Taking something to send into the outbox.

use model::outbox::{Submission, SubmissionState, Wait};
use rusqlite::{Connection, params};

use super::super::columns::{nanos, nanos_opt, run, to_json};
use super::super::tracking;
use super::leave::{self, Leave};
use super::{get, keys};
use crate::error::constrained;
use crate::{Accepted, KeyState, NewSubmission, Result};

/// Key, submission, bytes, marks and the claim of the first attempt: one transaction.
pub(crate) fn accept(connection: &Connection, new: &NewSubmission, frame: Option<&[u8]>) -> Result<Accepted> {
    let mut submission = new.submission.clone();
    let now = submission.created_at;
    if let Some(key) = &new.key {
        match keys::begin_for(connection, submission.grant_id, key, submission.id, now)? {
            keys::Begun::Anew => {}
            keys::Begun::Submission(id) => {
                // Its submission may have been swept; then the key has no more meaning than a running request.
                let again = get(connection, id)?;
                return Ok(again.map_or(Accepted::KeyTaken(KeyState::Running), |s| Accepted::Again(Box::new(s))));
            }
            keys::Begun::Taken(state) => return Ok(Accepted::KeyTaken(state)),
        }
    }
    submission.number = insert(connection, &submission)?;
    if let Some(frame) = frame {
        let sql = "INSERT INTO submission_raws (number, data) VALUES (?1, ?2)";
        run(connection, sql, params![submission.number, frame])?;
    }
    if let Some(tracked) = &new.tracked {
        tracking::add(connection, tracked, Some(submission.id))?;
    }
    place(connection, &mut submission, new)?;
    Ok(Accepted::New(Box::new(submission)))
}

/// Decides where it stands first.
fn place(connection: &Connection, submission: &mut Submission, new: &NewSubmission) -> Result<()> {
    let now = submission.created_at;
    match submission.send_at {
        Some(due) if due > now => {
            submission.state = SubmissionState::Scheduled;
            submission.why = Some(Wait::SendAt);
            submission.next_at = Some(due);
        }
        _ => match leave::ask(connection, submission, &new.limits, now)? {
            Leave::Go => leave::go(submission, now, new.lease_until),
            Leave::Wait(why, next_at) => leave::hold(submission, why, next_at),
        },
    }
    super::settle::write(connection, submission)
}

fn insert(connection: &Connection, submission: &Submission) -> Result<i64> {
    let inserted = run(
        connection,
        "INSERT INTO submissions (application_id, grant_id, id, lane, state, send_at, use_draft, own_draft, thread_id,
                                  attempts, looks, recipients, announced, litter, echo, metadata, created_at)
         VALUES (?1, ?2, ?3, ?4, 'held', ?5, ?6, ?7, ?8, 0, 0, ?9, ?10, 0, ?11, ?12, ?13)",
        params![
            submission.application_id.0,
            submission.grant_id.0,
            submission.id.0,
            submission.lane,
            nanos_opt(submission.send_at),
            submission.use_draft,
            submission.own_draft,
            submission.thread_id.as_ref().map(|id| &id.0),
            submission.recipients,
            submission.announced,
            to_json(&submission.echo)?,
            submission.metadata.as_ref().map(to_json).transpose()?,
            nanos(submission.created_at)
        ],
    );
    constrained(inserted, "submission", "grant")?;
    Ok(connection.last_insert_rowid())
}
