//! Tracked messages: kept before they leave, found by their tokens.

pub(crate) mod answers;
pub(crate) mod visits;

use model::outbox::Submission;
use model::tracking::{NewTracked, Tracked, Tracking, TrackingToken};
use model::{DraftId, GrantId, MessageId, SubmissionId, Timestamp};
use rusqlite::{Connection, Params, Row, params};

use super::columns::{all, nanos, one, run};
use crate::Result;
use crate::error::constrained;

/// What was composed and is neither sent nor a draft is forgotten after this long: a draft that could not be saved, a send
/// that failed. Long, because a send whose outcome nobody learned may lie in somebody's mailbox.
const NOWHERE_SECONDS: i64 = 180 * 24 * 3600;

/// Keeps a message's marks.
pub(crate) fn add(connection: &Connection, new: &NewTracked, submission: Option<SubmissionId>) -> Result<()> {
    let NewTracked { token, grant_id, tracking, links, created_at } = new;
    let added = run(
        connection,
        "INSERT INTO tracked (grant_id, token, submission_id, opens, links, replies, label, opened, followed, answered,
                              created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, ?8)",
        params![
            grant_id.0,
            token.0,
            submission.map(|id| id.0),
            tracking.opens,
            tracking.links,
            tracking.replies,
            tracking.label,
            nanos(*created_at)
        ],
    );
    constrained(added, "tracked message", "grant")?;
    let number = connection.last_insert_rowid();
    for (link, url) in (0_i64..).zip(links) {
        let sql = "INSERT INTO tracked_links (tracked, link, url, followed) VALUES (?1, ?2, ?3, 0)";
        run(connection, sql, params![number, link, url])?;
    }
    Ok(())
}

/// The draft has these marks now, and no others.
pub(crate) fn keep_draft(
    connection: &Connection,
    grant: GrantId,
    draft: &DraftId,
    token: Option<TrackingToken>,
) -> Result<()> {
    let token = token.map(|token| token.0);
    let sql = "DELETE FROM tracked WHERE grant_id = ?1 AND draft_id = ?2 AND token IS NOT ?3";
    run(connection, sql, params![grant.0, draft.0, token])?;
    let sql = "UPDATE tracked SET draft_id = ?2 WHERE grant_id = ?1 AND token = ?3 AND message_id IS NULL";
    run(connection, sql, params![grant.0, draft.0, token])?;
    Ok(())
}

/// A submission is sent: from now on visits to what it sent count.
pub(super) fn sent(connection: &Connection, submission: &Submission) -> Result<()> {
    let Some(message) = &submission.message_id else { return Ok(()) };
    if let Some(draft) = &submission.draft_id {
        let saved = "UPDATE tracked SET message_id = ?3, draft_id = NULL WHERE grant_id = ?1 AND draft_id = ?2";
        if run(connection, saved, params![submission.grant_id.0, draft.0, message.0])? > 0 {
            // The draft a schedule had saved was written anew since: its first marks are nowhere.
            run(connection, "DELETE FROM tracked WHERE submission_id = ?1", [submission.id.0])?;
        }
    }
    let written = "UPDATE tracked SET message_id = ?2, submission_id = NULL WHERE submission_id = ?1";
    run(connection, written, params![submission.id.0, message.0])?;
    Ok(())
}

/// Forgets what never went anywhere, and who visited longer ago than events are kept.
pub(super) fn sweep(connection: &Connection, now: Timestamp, visits_before: Timestamp) -> Result<()> {
    let composed_before = nanos(now).saturating_sub(NOWHERE_SECONDS * 1_000_000_000);
    run(
        connection,
        "DELETE FROM tracked WHERE message_id IS NULL AND draft_id IS NULL AND created_at < ?1
             AND NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = tracked.submission_id)",
        [composed_before],
    )?;
    run(connection, "DELETE FROM visits WHERE visited_at < ?1", [nanos(visits_before)])?;
    Ok(())
}

pub(crate) fn of_message(connection: &Connection, grant: GrantId, id: &MessageId) -> Result<Option<Tracked>> {
    read(connection, "t.grant_id = ?1 AND t.message_id = ?2", params![grant.0, id.0])
}

pub(crate) fn of_draft(connection: &Connection, grant: GrantId, id: &DraftId) -> Result<Option<Tracked>> {
    read(connection, "t.grant_id = ?1 AND t.draft_id = ?2", params![grant.0, id.0])
}

pub(crate) fn unsent(connection: &Connection, grant: GrantId, token: TrackingToken) -> Result<Option<Tracked>> {
    read(connection, "t.grant_id = ?1 AND t.token = ?2 AND t.message_id IS NULL", params![grant.0, token.0])
}

pub(crate) fn link(connection: &Connection, token: TrackingToken, link: usize) -> Result<Option<String>> {
    let Ok(link) = i64::try_from(link) else { return Ok(None) };
    let sql = "SELECT l.url FROM tracked t JOIN tracked_links l ON l.tracked = t.number AND l.link = ?2
               WHERE t.token = ?1";
    one(connection, sql, params![token.0, link], |row| Ok(row.get(0)?))
}

/// The newest tracked message that a condition finds.
fn read(connection: &Connection, condition: &str, params: impl Params) -> Result<Option<Tracked>> {
    let sql = format!(
        "SELECT t.number, t.token, t.opens, t.links, t.replies, t.label FROM tracked t WHERE {condition}
         ORDER BY t.number DESC LIMIT 1"
    );
    let found = one(connection, &sql, params, |row| Ok((row.get::<_, i64>(0)?, token(row)?, tracking(row)?)))?;
    let Some((number, token, tracking)) = found else { return Ok(None) };
    let sql = "SELECT url FROM tracked_links WHERE tracked = ?1 ORDER BY link";
    let links = all(connection, sql, [number], |row| Ok(row.get(0)?))?;
    Ok(Some(Tracked { token, tracking, links }))
}

fn token(row: &Row) -> Result<TrackingToken> {
    Ok(TrackingToken(row.get(1)?))
}

fn tracking(row: &Row) -> Result<Tracking> {
    Ok(Tracking { opens: row.get(2)?, links: row.get(3)?, replies: row.get(4)?, label: row.get(5)? })
}
