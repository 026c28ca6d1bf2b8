//! Signatures and templates.

use model::WordingId;
use model::wording::{Wording, WordingKind, WordingOwner};

use crate::Result;
use crate::backend::Backend;
use crate::read::ReadStore;
use crate::sqlite::wordings;
use crate::write::Store;

impl ReadStore {
    /// The owner's kept text of this kind, if it exists.
    pub async fn wording(&self, owner: WordingOwner, kind: WordingKind, id: WordingId) -> Result<Option<Wording>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| wordings::get(c, owner, kind, id)).await
    }
    /// The owner's kept texts of a kind, oldest first.
    pub async fn wordings(&self, owner: WordingOwner, kind: WordingKind) -> Result<Vec<Wording>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| wordings::list(c, owner, kind)).await
    }
}

impl Store {
    /// Adds a kept text unless its owner has `most` of the kind already; says whether it was added.
    pub async fn add_wording(&self, wording: Wording, most: u32) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.backend;
        db.write(move |c| wordings::add(c, &wording, most)).await
    }
    /// Replaces name, subject and body.
    pub async fn update_wording(&self, wording: Wording) -> Result<()> {
        let Backend::Sqlite(db) = &*self.backend;
        db.write(move |c| wordings::update(c, &wording)).await
    }
    /// Removes a kept text.
    pub async fn remove_wording(&self, owner: WordingOwner, kind: WordingKind, id: WordingId) -> Result<()> {
        let Backend::Sqlite(db) = &*self.backend;
        db.write(move |c| wordings::remove(c, owner, kind, id)).await
    }
}
