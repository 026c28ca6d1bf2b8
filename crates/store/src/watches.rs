//! Subscriptions to changes at providers.

use model::sync::Watch;
use model::{GrantId, Timestamp};

use crate::Result;
use crate::backend::Backend;
use crate::read::ReadStore;
use crate::sqlite::watches;
use crate::write::Store;

impl ReadStore {
    /// The grant's subscription, ended or not.
    pub async fn watch(&self, grant: GrantId) -> Result<Option<Watch>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| watches::of_grant(c, grant)).await
    }
    /// Subscriptions that a provider calls so.
    pub async fn watches_by_handle(&self, handle: &str) -> Result<Vec<Watch>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| watches::by_handle(c, handle)).await
    }
}

impl Store {
    /// Keeps a grant's subscription in the place of the one before.
    pub async fn set_watch(&self, watch: Watch) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| watches::set(c, &watch)).await
    }
    /// Brings the renewal of a subscription forward to `now`. Does nothing when the grant has another one by now.
    pub async fn hurry_watch(&self, grant: GrantId, handle: String, now: Timestamp) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| watches::hurry(c, grant, &handle, now)).await
    }
    /// Forgets a subscription that is gone. Does nothing when the grant has another one by now.
    pub async fn remove_watch(&self, grant: GrantId, handle: Option<String>) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| watches::remove(c, grant, handle.as_deref())).await
    }
}
