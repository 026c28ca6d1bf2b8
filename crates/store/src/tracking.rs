//! Messages that tell when they are opened, when their links are followed, when they are answered.

use model::tracking::{NewTracked, Tracked, TrackingToken, Visit};
use model::{DraftId, GrantId, MessageId};

use crate::Result;
use crate::backend::Backend;
use crate::read::ReadStore;
use crate::sqlite::tracking;
use crate::write::Store;

impl ReadStore {
    /// What is tracked about a sent message.
    pub async fn tracked_message(&self, grant: GrantId, id: &MessageId) -> Result<Option<Tracked>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| tracking::of_message(c, grant, id)).await
    }
    /// What will be tracked about a draft.
    pub async fn tracked_draft(&self, grant: GrantId, id: &DraftId) -> Result<Option<Tracked>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| tracking::of_draft(c, grant, id)).await
    }
    /// The message this token names, while it is not sent.
    pub async fn tracked_unsent(&self, grant: GrantId, token: TrackingToken) -> Result<Option<Tracked>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| tracking::unsent(c, grant, token)).await
    }
    /// Where a link of a tracked message leads, sent or not.
    pub async fn tracked_link(&self, token: TrackingToken, link: usize) -> Result<Option<String>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| tracking::link(c, token, link)).await
    }
}

impl Store {
    /// Keeps what a draft's marks stand for, before the draft is saved anywhere. What is never saved is swept.
    pub async fn add_tracked(&self, new: NewTracked) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| tracking::add(c, &new, None)).await
    }
    /// The draft was saved with the marks of `token`, or with none: what was kept for its earlier content is forgotten.
    pub async fn keep_tracked_draft(&self, grant: GrantId, draft: DraftId, token: Option<TrackingToken>) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| tracking::keep_draft(c, grant, &draft, token)).await
    }
    /// Somebody saw the picture of a message. If that counts, writes `message.opened`: not before the message is known to
    /// be sent, not without its openings being tracked, not within a minute of one that counted. Returns whether it did.
    pub async fn count_opening(&self, token: TrackingToken, visit: Visit) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| tracking::visits::opened(c, token, &visit)).await
    }
    /// Somebody followed a link. If that counts, writes `message.link_clicked`: not before the message is known to be sent,
    /// and at most [`model::tracking::RECENT`] times a minute for one message. Returns whether it did.
    pub async fn count_following(&self, token: TrackingToken, link: usize, visit: Visit) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| tracking::visits::followed(c, token, link, &visit)).await
    }
}
