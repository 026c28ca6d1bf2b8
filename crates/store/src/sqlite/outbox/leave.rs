//! Whether a submission may leave now: its lane, what is held before it, what is under way, the mailbox's own caps.

use model::outbox::{SendCaps, Submission, SubmissionState, Wait};
use model::{GrantId, Provider, Timestamp};
use rusqlite::{Connection, params};

use super::super::columns::{Columns, all, counted, instant, nanos, one, run};
use crate::{Result, SendLimits};

const MINUTE: i64 = 60 * 1_000_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The answer.
pub(super) enum Leave {
    /// It may.
    Go,
    /// It waits, for this, until then; without an instant, until others make way.
    Wait(Wait, Option<Timestamp>),
}

pub(super) fn ask(
    connection: &Connection,
    submission: &Submission,
    limits: &SendLimits,
    now: Timestamp,
) -> Result<Leave> {
    let (grant, number) = (submission.grant_id, submission.number);
    let in_lane = "SELECT 1 FROM submissions INDEXED BY submissions_in_lane
         WHERE grant_id = ?1 AND lane = ?2 AND number < ?3 AND state IN ('held', 'sending', 'uncertain') LIMIT 1";
    if one(connection, in_lane, params![grant.0, submission.lane, number], |_| Ok(()))?.is_some() {
        return Ok(Leave::Wait(Wait::Turn, None));
    }
    // What stops the whole mailbox stops everybody behind it: no overtaking.
    let before = "SELECT 1 FROM submissions INDEXED BY submissions_in_turn WHERE grant_id = ?1 AND number < ?2
         AND state = 'held' AND why IN ('cap', 'throttle', 'reauth') LIMIT 1";
    if one(connection, before, params![grant.0, number], |_| Ok(()))?.is_some() {
        return Ok(Leave::Wait(Wait::Turn, None));
    }
    let flying =
        "SELECT count(*) FROM submissions INDEXED BY submissions_in_flight WHERE grant_id = ?1 AND state = 'sending'";
    let flying: i64 = one(connection, flying, [grant.0], |row| Ok(row.get(0)?))?.unwrap_or_default();
    if flying >= counted(limits.in_flight.max(1) as u64) {
        return Ok(Leave::Wait(Wait::Turn, None));
    }
    let provider = one(connection, "SELECT provider FROM grants WHERE id = ?1", [grant.0], |row| row.provider(0))?;
    let caps = limits.caps.get(&provider.unwrap_or(Provider::Google)).copied().unwrap_or_default();
    match fits_at(connection, submission, caps, now)? {
        Some(at) if at > now => Ok(Leave::Wait(Wait::Cap, Some(at))),
        _ => Ok(Leave::Go),
    }
}

/// Begins an attempt: counted, leased, written before anything is done.
pub(super) fn go(submission: &mut Submission, now: Timestamp, lease_until: Timestamp) {
    submission.state = SubmissionState::Sending;
    submission.why = None;
    submission.next_at = Some(lease_until);
    submission.attempts += 1;
    submission.looks = 0;
    submission.attempted_at = Some(now);
}

pub(super) fn hold(submission: &mut Submission, why: Wait, next_at: Option<Timestamp>) {
    submission.state = SubmissionState::Held;
    submission.why = Some(why);
    submission.next_at = next_at;
}

/// When the caps leave room for it, if they do not now.
fn fits_at(
    connection: &Connection,
    submission: &Submission,
    caps: SendCaps,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let messages = [(caps.messages_per_minute, MINUTE), (caps.messages_per_day, DAY)];
    let mut latest = None;
    for (cap, window) in messages {
        let Some(cap) = cap else { continue };
        latest = latest.max(room_for_message(connection, submission.grant_id, cap, window, now)?);
    }
    if let Some(cap) = caps.recipients_per_day {
        latest = latest.max(room_for_recipients(connection, submission, cap, now)?);
    }
    Ok(latest)
}

/// The cap-th newest one in the window has to leave it first.
fn room_for_message(
    connection: &Connection,
    grant: GrantId,
    cap: u32,
    window: i64,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let since = nanos(now).saturating_sub(window);
    let sql = "SELECT attempted_at FROM submissions INDEXED BY submissions_sent
         WHERE grant_id = ?1 AND state IN ('sending', 'uncertain', 'done') AND attempted_at > ?2
         ORDER BY attempted_at DESC LIMIT 1 OFFSET ?3";
    let offset = i64::from(cap.max(1)) - 1;
    one(connection, sql, params![grant.0, since, offset], |row| {
        Ok(instant(row.get::<_, i64>(0)?.saturating_add(window)))
    })
}

/// The oldest ones have to leave the window until its recipients fit. More than the cap alone goes when the window is empty.
fn room_for_recipients(
    connection: &Connection,
    submission: &Submission,
    cap: u32,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let since = nanos(now).saturating_sub(DAY);
    let sql = "SELECT attempted_at, recipients FROM submissions INDEXED BY submissions_sent
         WHERE grant_id = ?1 AND state IN ('sending', 'uncertain', 'done') AND attempted_at > ?2 ORDER BY attempted_at";
    let sent: Vec<(i64, i64)> =
        all(connection, sql, params![submission.grant_id.0, since], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let room = i64::from(cap.max(submission.recipients)) - i64::from(submission.recipients);
    let mut over = sent.iter().map(|(_, recipients)| recipients).sum::<i64>() - room;
    for (at, recipients) in sent {
        if over <= 0 {
            break;
        }
        over -= recipients;
        if over <= 0 {
            return Ok(Some(instant(at.saturating_add(DAY))));
        }
    }
    Ok(None)
}

/// Who waits for a turn that nobody in a lane takes before is due now: a few, in order.
pub(super) fn release(connection: &Connection, grant: GrantId, now: Timestamp) -> Result<()> {
    run(
        connection,
        "UPDATE submissions SET next_at = ?2 WHERE number IN (
             SELECT number FROM submissions s INDEXED BY submissions_in_turn
             WHERE s.grant_id = ?1 AND s.state = 'held' AND s.why = 'turn' AND NOT EXISTS (
                 SELECT 1 FROM submissions e INDEXED BY submissions_in_lane
                 WHERE e.grant_id = s.grant_id AND e.lane = s.lane AND e.number < s.number
                     AND e.state IN ('held', 'sending', 'uncertain'))
             ORDER BY s.number LIMIT 4)",
        params![grant.0, nanos(now)],
    )?;
    Ok(())
}
