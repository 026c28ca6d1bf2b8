//! Applying what a sync step learned: one batch, one transaction, events included.

mod counts;
mod folders;
mod news;
mod place;
mod prepared;
mod remove;
mod rows;
mod upsert;

use std::collections::{BTreeMap, BTreeSet};

use model::grant::Grant;
use model::message::Placement;
use model::sync::{Announce, Applied, Consequence, MirrorBatch, Moment, SyncState, Unmirrored};
use model::{GrantId, MessageId, Timestamp};
use rusqlite::{Connection, params};

use self::counts::Counts;
use self::news::News;
pub(crate) use self::prepared::Prepared;
use self::prepared::Words;
use super::columns::{one, run};
use super::mailbox::Mailbox;
use super::{Codec, grants, sync, threads};
use crate::{Error, Result};

pub(super) use self::remove::remove_words;

/// Whether a message that was asked for at a moment is outdated, told whether it is held.
pub(crate) type Outdated = dyn Fn(&MessageId, Moment, bool) -> bool;

/// A batch made ready for the writer.
pub(crate) struct PreparedBatch {
    pub(crate) grant: GrantId,
    pub(crate) mailbox: Mailbox,
    upserts: Vec<Prepared>,
    placements: Vec<(MessageId, Placement)>,
    deletions: Vec<MessageId>,
    unmirrored: Vec<Unmirrored>,
    consequences: Vec<Consequence>,
    folders: Option<Vec<model::folder::Folder>>,
    state: Option<SyncState>,
    announce: Announce,
    now: Timestamp,
}

impl PreparedBatch {
    /// Does all the work that needs no database.
    pub(crate) fn new(grant: GrantId, mailbox: Mailbox, batch: MirrorBatch, codec: &Codec) -> Result<Self> {
        let MirrorBatch { upserts, placements, deletions, unmirrored, consequences, folders, state, announce, now } =
            batch;
        let upserts = upserts.into_iter().map(|mirrored| Prepared::new(mirrored, mailbox, codec));
        let upserts = upserts.collect::<Result<_>>()?;
        Ok(Self {
            grant,
            mailbox,
            upserts,
            placements,
            deletions,
            unmirrored,
            consequences,
            folders,
            state,
            announce,
            now,
        })
    }
}

/// One batch on its way into the database, and what it has touched so far.
struct Applying<'a> {
    connection: &'a Connection,
    codec: &'a Codec,
    mailbox: Mailbox,
    counts: Counts,
    /// Threads to recompute at the end.
    threads: BTreeSet<String>,
    /// Words to index at the end, by position. FTS5 starts a new segment whenever a row id is lower than the one before
    /// it, so indexing newest first, as they come in a first sync, costs twice as much.
    words: BTreeMap<i64, &'a Words>,
    news: News,
}

/// Applies a batch inside the writer's transaction.
pub(crate) fn apply(
    connection: &Connection,
    codec: &Codec,
    batch: PreparedBatch,
    outdated: &Outdated,
) -> Result<Applied> {
    let grant = owner(connection, &batch)?;
    let mut applying = Applying {
        connection,
        codec,
        mailbox: batch.mailbox,
        counts: Counts::default(),
        threads: BTreeSet::new(),
        words: BTreeMap::new(),
        news: News::default(),
    };
    if let Some(folders) = &batch.folders {
        applying.folders(folders)?;
    }
    for prepared in &batch.upserts {
        applying.upsert(prepared, outdated)?;
    }
    let unknown = applying.placements(&batch.placements, &batch.deletions)?;
    for id in &batch.deletions {
        applying.delete(id)?;
    }
    applying.give_up_on(&batch.unmirrored)?;
    applying.finish(&grant, &batch, unknown)
}

/// The grant, provided that its mirror is still the one the batch was prepared for.
fn owner(connection: &Connection, batch: &PreparedBatch) -> Result<Grant> {
    let mailbox = Mailbox::of(connection, batch.grant)?;
    let grant = grants::get(connection, batch.grant)?;
    grant.filter(|_| mailbox == Some(batch.mailbox)).ok_or(Error::NotFound("grant"))
}

impl<'a> Applying<'a> {
    fn placements(&mut self, placements: &[(MessageId, Placement)], deletions: &[MessageId]) -> Result<Vec<MessageId>> {
        let mut unknown = Vec::new();
        for (id, placement) in placements {
            // What is deleted in the same batch need not be fetched.
            if !self.place(id, placement)? && !deletions.contains(id) && !unknown.contains(id) {
                unknown.push(id.clone());
            }
        }
        Ok(unknown)
    }

    fn give_up_on(&self, unmirrored: &[Unmirrored]) -> Result<()> {
        for Unmirrored { id, reason } in unmirrored {
            run(
                self.connection,
                "INSERT OR REPLACE INTO unmirrored (mailbox, id, reason) VALUES (?1, ?2, ?3)",
                params![self.mailbox.0, id.0, reason],
            )?;
        }
        Ok(())
    }

    /// A message that was given up on arrived after all, or is gone.
    fn forget_unmirrored(&self, id: &MessageId) -> Result<()> {
        let sql = "SELECT number FROM unmirrored WHERE mailbox = ?1 AND id = ?2";
        let found: Option<i64> = one(self.connection, sql, params![self.mailbox.0, id.0], |row| Ok(row.get(0)?))?;
        if let Some(number) = found {
            run(self.connection, "DELETE FROM unmirrored WHERE number = ?1", [number])?;
        }
        Ok(())
    }

    fn finish(self, grant: &Grant, batch: &PreparedBatch, unknown: Vec<MessageId>) -> Result<Applied> {
        self.index_words()?;
        self.counts.write(self.connection, self.mailbox)?;
        if !self.threads.is_empty() {
            threads::aggregate::recompute(self.connection, self.mailbox, &self.threads)?;
        }
        if let Some(state) = &batch.state {
            sync::set(self.connection, batch.grant, state)?;
        }
        let (created, updated, deleted) = self.news.tally();
        let deliveries = match batch.announce {
            Announce::Live => self.news.announce(self.connection, grant, &batch.consequences, batch.now)?,
            Announce::Silent => 0,
        };
        Ok(Applied { created, updated, deleted, unknown, deliveries })
    }
}
