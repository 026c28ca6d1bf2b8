//! Idempotency keys.

use model::outbox::Submission;
use model::{GrantId, SubmissionId, Timestamp};
use rusqlite::{Connection, params};
use serde_json::Value;
use uuid::Uuid;

use super::super::columns::{Columns, nanos, one, run, to_json};
use crate::error::constrained;
use crate::{KeyEnd, KeyState, KeyUse, Result};

/// How a send met its key.
pub(super) enum Begun {
    /// It is the first.
    Anew,
    /// The same send was accepted already.
    Submission(SubmissionId),
    /// Another request has it.
    Taken(KeyState),
}

/// A key as written down.
struct Known {
    request_hash: [u8; 32],
    submission: Option<Uuid>,
    answer: Option<Value>,
    lease_until: Timestamp,
}

pub(super) fn begin_for(
    connection: &Connection,
    grant: GrantId,
    key: &KeyUse,
    submission: SubmissionId,
    now: Timestamp,
) -> Result<Begun> {
    if let Some(known) = known(connection, grant, key, now)? {
        return Ok(match (known.submission, judged(&known, key, now)) {
            (Some(id), KeyState::Running) => Begun::Submission(SubmissionId(id)),
            (_, state) => Begun::Taken(state),
        });
    }
    write(connection, grant, key, Some(submission))?;
    Ok(Begun::Anew)
}

pub(crate) fn of_key(
    connection: &Connection,
    grant: GrantId,
    key: &KeyUse,
    now: Timestamp,
) -> Result<Option<Submission>> {
    let known = known(connection, grant, key, now)?.filter(|known| known.request_hash == key.request_hash);
    match known.and_then(|known| known.submission) {
        Some(id) => super::get(connection, SubmissionId(id)),
        None => Ok(None),
    }
}

pub(crate) fn begin_key(connection: &Connection, grant: GrantId, key: &KeyUse, now: Timestamp) -> Result<KeyState> {
    if let Some(known) = known(connection, grant, key, now)? {
        return Ok(judged(&known, key, now));
    }
    write(connection, grant, key, None)?;
    Ok(KeyState::Begun)
}

/// Ends what `key` began. A key that expired meanwhile and was begun anew is somebody else's, and stays as it is.
pub(crate) fn end_key(
    connection: &Connection,
    grant: GrantId,
    key: &KeyUse,
    end: &KeyEnd,
    now: Timestamp,
) -> Result<bool> {
    let (lease, hash) = (nanos(key.lease_until), key.request_hash);
    let ended = match end {
        KeyEnd::Answered(answer) => run(
            connection,
            "UPDATE idempotency_keys SET answer = ?5
             WHERE grant_id = ?1 AND key = ?2 AND request_hash = ?3 AND lease_until = ?4 AND answer IS NULL",
            params![grant.0, key.key, hash, lease, to_json(answer)?],
        )?,
        KeyEnd::Unknown => run(
            connection,
            "UPDATE idempotency_keys SET lease_until = ?5
             WHERE grant_id = ?1 AND key = ?2 AND request_hash = ?3 AND lease_until = ?4 AND answer IS NULL",
            params![grant.0, key.key, hash, lease, nanos(now)],
        )?,
        KeyEnd::Free => run(
            connection,
            "DELETE FROM idempotency_keys
             WHERE grant_id = ?1 AND key = ?2 AND request_hash = ?3 AND lease_until = ?4 AND answer IS NULL",
            params![grant.0, key.key, hash, lease],
        )?,
    };
    Ok(ended > 0)
}

/// The key, unless it has expired.
fn known(connection: &Connection, grant: GrantId, key: &KeyUse, now: Timestamp) -> Result<Option<Known>> {
    one(
        connection,
        "SELECT request_hash, submission_id, answer, lease_until FROM idempotency_keys
         WHERE grant_id = ?1 AND key = ?2 AND expires_at > ?3",
        params![grant.0, key.key, nanos(now)],
        |row| {
            Ok(Known {
                request_hash: row.get(0)?,
                submission: row.get(1)?,
                answer: row.json_or_default(2)?,
                lease_until: row.time(3)?,
            })
        },
    )
}

fn judged(known: &Known, key: &KeyUse, now: Timestamp) -> KeyState {
    if known.request_hash != key.request_hash {
        return KeyState::OtherRequest;
    }
    match &known.answer {
        Some(answer) => KeyState::Answered(answer.clone()),
        // The submission knows what became of it.
        None if known.submission.is_some() || known.lease_until > now => KeyState::Running,
        None => KeyState::Unknown,
    }
}

fn write(connection: &Connection, grant: GrantId, key: &KeyUse, submission: Option<SubmissionId>) -> Result<()> {
    let written = run(
        connection,
        "INSERT OR REPLACE INTO idempotency_keys (grant_id, key, request_hash, submission_id, lease_until, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            grant.0,
            key.key,
            key.request_hash,
            submission.map(|id| id.0),
            nanos(key.lease_until),
            nanos(key.expires_at)
        ],
    );
    constrained(written, "key", "grant")?;
    Ok(())
}
