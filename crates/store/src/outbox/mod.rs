//! The outbox at rest: accepting, claiming and settling submissions, each one transaction.

mod rows;

use std::sync::Arc;

use model::outbox::Submission;
use model::sync::MirrorBatch;
use model::{GrantId, SubmissionId, Timestamp};

pub use self::rows::*;
use crate::backend::Backend;
use crate::sqlite::mailbox::Mailbox;
use crate::sqlite::outbox as sql;
use crate::sqlite::{self, apply, metadata};
use crate::{ReadStore, Result, Store};

impl ReadStore {
    /// A submission of a grant.
    pub async fn submission(&self, grant: GrantId, id: SubmissionId) -> Result<Option<Submission>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| sql::get(c, id)).await.map(|found| found.filter(|found| found.grant_id == grant))
    }
    /// A submission, whosever it is.
    pub async fn submission_by_id(&self, id: SubmissionId) -> Result<Option<Submission>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| sql::get(c, id)).await
    }
    /// The submission that an idempotency key and its request stand for.
    pub async fn submission_of_key(&self, grant: GrantId, key: KeyUse, now: Timestamp) -> Result<Option<Submission>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| sql::of_key(c, grant, &key, now)).await
    }
    /// Submissions, newest first.
    pub async fn submissions(&self, filter: SubmissionFilter) -> Result<Vec<Submission>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(move |c| sql::list(c, &filter)).await
    }
    /// What an open submission sends.
    pub async fn submission_raw(&self, id: SubmissionId) -> Result<Option<Vec<u8>>> {
        let Backend::Sqlite(db) = &*self.backend;
        let codec = db.codec();
        db.long(move |c| sql::raw(c, &codec, id)).await
    }
    /// The earliest one of the mailbox before `number` that holds everybody behind it back.
    pub async fn holding_submission(&self, grant: GrantId, number: i64) -> Result<Option<Submission>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| sql::holding(c, grant, number)).await
    }
    /// When the earliest submission is due.
    pub async fn next_submission_at(&self) -> Result<Option<Timestamp>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(sql::next_at).await
    }
}

impl Store {
    /// Takes something to send into the outbox, with its idempotency key. What is to go at once and may is claimed for its
    /// first attempt in the same commit: state `sending`, leased. Otherwise it is held, and tells why.
    pub async fn accept_submission(&self, new: NewSubmission) -> Result<Accepted> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        let codec = db.codec();
        let (new, frame) = sqlite::blocking(move || {
            let frame = new.raw.as_deref().map(|raw| codec.compress(raw)).transpose()?;
            Ok((new, frame))
        })
        .await?;
        db.write(move |c| sql::accept(c, &new, frame.as_deref())).await
    }
    /// Claims what is due, in order of acceptance within a lane: attempts (`sending`), looks (`uncertain`), tidying
    /// (closed). The attempt is counted and its lease written before they are returned. What is due and may not go yet is
    /// held instead, and returned as such.
    pub async fn claim_submissions(&self, claim: Claim) -> Result<Claimed> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sql::claim(c, &claim)).await
    }
    /// Writes where a submission stands, if it still stands where the settlement says and no attempt has begun of which
    /// the settlement does not know. Returns whether it did. Whoever waited for its turn behind it becomes due.
    pub async fn settle_submission(&self, settled: Settlement) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sql::settle(c, &settled)).await
    }
    /// As [`Self::settle_submission`] for one that was sent, and mirrors the sent message in the same commit.
    pub async fn settle_sent(&self, settled: Settlement, batch: MirrorBatch) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        let (codec, grant) = (db.codec(), settled.submission.grant_id);
        let mailbox = db.brief(|c| Mailbox::expect(c, grant)).await?;
        let prepared = {
            let codec = codec.clone();
            sqlite::blocking(move || apply::PreparedBatch::new(grant, mailbox, batch, &codec)).await?
        };
        let codec: Arc<_> = codec;
        db.write(move |c| {
            apply::apply(c, &codec, prepared, &|_, _, _| false)?;
            let submission = &settled.submission;
            if let (Some(id), Some(pairs)) = (&submission.message_id, &submission.metadata) {
                metadata::set(c, mailbox, id, Some(pairs))?;
            }
            sql::settle(c, &settled)
        })
        .await
    }
    /// Its end is to be announced.
    ///
    /// # Errors
    /// `NotFound` when it has ended, or never was.
    pub async fn announce_submission(&self, id: SubmissionId) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sql::announce(c, id)).await
    }
    /// Keeps what happened at the provider before the attempt ends (the draft's id): no change of state.
    ///
    /// # Errors
    /// `NotFound` when it has ended, or when a later attempt has begun.
    pub async fn note_submission(&self, submission: Submission) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sql::note(c, &submission)).await
    }
    /// After a start: attempts that were under way are uncertain and due, and whoever waits for a turn is due. Returns
    /// how many attempts.
    pub async fn recover_submissions(&self, now: Timestamp) -> Result<usize> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sql::recover(c, now)).await
    }

    /// Begins a request under an idempotency key that is not a send.
    pub async fn begin_key(&self, grant: GrantId, key: KeyUse, now: Timestamp) -> Result<KeyState> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sql::begin_key(c, grant, &key, now)).await
    }
    /// Writes how a request begun under a key ended, if the key is still its own: the one that began with this lease, and
    /// not answered. Returns whether it was.
    pub async fn end_key(&self, grant: GrantId, key: KeyUse, end: KeyEnd, now: Timestamp) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sql::end_key(c, grant, &key, &end, now)).await
    }
}
