//! Submissions: rows, lists, and what is swept.

mod accept;
mod claim;
mod keys;
mod leave;
mod settle;

use model::outbox::{Submission, SubmissionState, Wait};
use model::{ApplicationId, DraftId, GrantId, MessageId, SubmissionId, ThreadId, Timestamp};
use rusqlite::{Connection, Row, params};

use super::Codec;
use super::columns::{Columns, all, counted, instant, nanos, one, run};
use crate::{Result, SubmissionFilter};

pub(crate) use accept::accept;
pub(crate) use claim::{claim, recover};
pub(crate) use keys::{begin_key, end_key, of_key};
pub(crate) use settle::{announce, note, settle};

/// The columns [`read`] reads, in its order.
const COLUMNS: &str = "number, application_id, grant_id, id, lane, state, why, next_at, send_at, use_draft, own_draft, \
    draft_id, draft_message_id, thread_id, attempts, looks, attempted_at, recipients, announced, litter, message_id, \
    fault, echo, answer, metadata, created_at, closed_at";

/// How long ended submissions are kept (nylas-v3.md, ScheduledMessage: 72 h).
const KEPT_SECONDS: i64 = 72 * 3600;

pub(crate) fn get(connection: &Connection, id: SubmissionId) -> Result<Option<Submission>> {
    one(connection, &format!("SELECT {COLUMNS} FROM submissions WHERE id = ?1"), [id.0], read)
}

pub(crate) fn list(connection: &Connection, filter: &SubmissionFilter) -> Result<Vec<Submission>> {
    let words: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM submissions
         WHERE {} AND (?2 IS NULL OR application_id = ?2) AND (?3 = '' OR instr(?3, ',' || state || ',') > 0)
             AND (?4 = 0 OR announced = 1) AND number < ?5
         ORDER BY number DESC LIMIT ?6",
        if filter.grant.is_some() { "grant_id = ?1" } else { "?1 IS NULL" }
    );
    let states = if words.is_empty() { String::new() } else { format!(",{},", words.join(",")) };
    let bound = params![
        filter.grant.map(|id| id.0),
        filter.application.map(|id| id.0),
        states,
        filter.announced,
        filter.before.unwrap_or(i64::MAX),
        counted(filter.limit as u64)
    ];
    all(connection, &sql, bound, read)
}

pub(crate) fn raw(connection: &Connection, codec: &Codec, id: SubmissionId) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT r.data FROM submissions s JOIN submission_raws r ON r.number = s.number WHERE s.id = ?1";
    let frame = one(connection, sql, [id.0], |row| Ok(row.get::<_, Vec<u8>>(0)?))?;
    frame.map(|frame| codec.decompress(&frame)).transpose()
}

/// The earliest before `number` that is held for a reason that stops the whole mailbox.
pub(crate) fn holding(connection: &Connection, grant: GrantId, number: i64) -> Result<Option<Submission>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM submissions INDEXED BY submissions_in_turn WHERE grant_id = ?1 AND number < ?2
             AND state = 'held' AND why IN ('cap', 'throttle', 'reauth') ORDER BY number LIMIT 1"
    );
    one(connection, &sql, params![grant.0, number], read)
}

pub(crate) fn next_at(connection: &Connection) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(next_at) FROM submissions INDEXED BY submissions_due WHERE next_at IS NOT NULL";
    Ok(one(connection, sql, [], |row| row.time_opt(0))?.flatten())
}

/// Removes what ended long ago. What still has something due stays.
pub(super) fn sweep(connection: &Connection, now: Timestamp) -> Result<()> {
    let before = nanos(now).saturating_sub(KEPT_SECONDS * 1_000_000_000);
    run(
        connection,
        "DELETE FROM submissions WHERE closed_at IS NOT NULL AND closed_at < ?1 AND next_at IS NULL",
        [before],
    )?;
    run(connection, "DELETE FROM idempotency_keys WHERE expires_at < ?1", [nanos(now)])?;
    Ok(())
}

fn read(row: &Row) -> Result<Submission> {
    Ok(Submission {
        number: row.get(0)?,
        application_id: ApplicationId(row.get(1)?),
        grant_id: GrantId(row.get(2)?),
        id: SubmissionId(row.get(3)?),
        lane: row.get(4)?,
        state: row.word(5, SubmissionState::parse)?,
        why: row.get::<_, Option<String>>(6)?.as_deref().and_then(Wait::parse),
        next_at: row.time_opt(7)?,
        send_at: row.time_opt(8)?,
        use_draft: row.get(9)?,
        own_draft: row.get(10)?,
        draft_id: row.get::<_, Option<String>>(11)?.map(DraftId),
        draft_message_id: row.get::<_, Option<String>>(12)?.map(MessageId),
        thread_id: row.get::<_, Option<String>>(13)?.map(ThreadId),
        attempts: row.get(14)?,
        looks: row.get(15)?,
        attempted_at: row.get::<_, Option<i64>>(16)?.map(instant),
        recipients: row.get(17)?,
        announced: row.get(18)?,
        litter: row.get(19)?,
        message_id: row.get::<_, Option<String>>(20)?.map(MessageId),
        fault: row.json_or_default(21)?,
        echo: row.json(22)?,
        answer: row.json_or_default(23)?,
        metadata: row.json_or_default(24)?,
        created_at: row.time(25)?,
        closed_at: row.time_opt(26)?,
    })
}
