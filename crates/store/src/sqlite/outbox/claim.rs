//! Claiming what is due.

use model::outbox::{Submission, SubmissionState, Wait};
use model::{GrantId, Timestamp};
use rusqlite::{Connection, params};

use super::super::columns::{all, counted, nanos, run};
use super::leave::{self, Leave};
use super::settle::write;
use super::{COLUMNS, read};
use crate::{Claim, Claimed, Result};

pub(crate) fn claim(connection: &Connection, claim: &Claim) -> Result<Claimed> {
    let sql = format!(
        "SELECT {COLUMNS} FROM submissions INDEXED BY submissions_due
         WHERE next_at IS NOT NULL AND next_at <= ?1 ORDER BY next_at, number LIMIT ?2"
    );
    let due = all(connection, &sql, params![nanos(claim.now), counted(claim.limit as u64)], read)?;
    let mut claimed = Claimed::default();
    for mut submission in due {
        let goes = take(connection, &mut submission, claim)?;
        write(connection, &submission)?;
        if goes { &mut claimed.due } else { &mut claimed.held }.push(submission);
    }
    Ok(claimed)
}

/// Whether there is something to do about it now.
fn take(connection: &Connection, submission: &mut Submission, claim: &Claim) -> Result<bool> {
    use SubmissionState::*;
    match submission.state {
        Scheduled | Held => match leave::ask(connection, submission, &claim.limits, claim.now)? {
            Leave::Go => leave::go(submission, claim.now, claim.lease_until),
            Leave::Wait(why, next_at) => {
                leave::hold(submission, why, next_at);
                return Ok(false);
            }
        },
        // An attempt whose lease ran out was broken off: nobody knows how far it came.
        Sending | Uncertain => {
            submission.state = Uncertain;
            submission.why = Some(Wait::Look);
            submission.looks += 1;
            submission.next_at = Some(claim.lease_until);
        }
        Done | Failed | Cancelled | Discarded => submission.next_at = Some(claim.lease_until),
    }
    Ok(true)
}

pub(crate) fn recover(connection: &Connection, now: Timestamp) -> Result<usize> {
    let broken_off = run(
        connection,
        "UPDATE submissions SET state = 'uncertain', why = 'look', next_at = ?1 WHERE state = 'sending'",
        [nanos(now)],
    )?;
    // Looks, and tidying, that were under way.
    run(connection, "UPDATE submissions SET next_at = ?1 WHERE state = 'uncertain' AND why = 'look'", [nanos(now)])?;
    run(
        connection,
        "UPDATE submissions SET next_at = ?1 WHERE closed_at IS NOT NULL AND next_at IS NOT NULL",
        [nanos(now)],
    )?;
    let waiting = "SELECT DISTINCT grant_id FROM submissions WHERE state = 'held' AND why = 'turn'";
    for grant in all(connection, waiting, [], |row| Ok(GrantId(row.get(0)?)))? {
        leave::release(connection, grant, now)?;
    }
    Ok(broken_off)
}
