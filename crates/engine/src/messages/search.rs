//! Searches in the provider's own syntax, answered from the mirror.

use std::collections::HashSet;

use model::grant::Grant;
use model::sync::NativeQuery;
use model::{MessageId, ThreadId};

use super::NativePage;
use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox};
use crate::{Engine, Result};

/// Messages looked through for threads that are not mirrored.
const THREAD_MESSAGES: u32 = 200;

impl Engine {
    /// Searches at the provider in its own syntax and reads through what is not mirrored.
    pub async fn search_native(
        &self,
        grant: &Grant,
        query: NativeQuery,
        page: Option<String>,
        limit: u32,
    ) -> Result<NativePage<MessageId>> {
        let (query, page) = (&query, &page);
        let list = |mailbox: Mailbox| async move { mailbox.list(query.clone(), page.clone(), limit).await };
        let found = self.inner.gate.call(grant, Class::Interactive, list).await?;
        self.inner.mirror_missing(grant, found.ids.clone(), &found.glimpses).await?;
        let absent: HashSet<MessageId> =
            self.inner.store().missing(grant.id, found.ids.clone()).await.at_rest()?.into_iter().collect();
        let ids = found.ids.into_iter().filter(|id| !absent.contains(id)).collect();
        Ok(NativePage { ids, next: found.next })
    }

    /// As [`Self::search_native`], for threads.
    pub async fn search_native_threads(
        &self,
        grant: &Grant,
        query: NativeQuery,
        page: Option<String>,
        limit: u32,
    ) -> Result<NativePage<ThreadId>> {
        let (asked, page) = (&query, &page);
        let list = |mailbox: Mailbox| async move { mailbox.list_threads(asked.clone(), page.clone(), limit).await };
        let (found, next) = self.inner.gate.call(grant, Class::Interactive, list).await?;
        let mut ids = self.mirrored_threads(grant, &found).await?;
        if ids.len() < found.len() {
            // The first sync has not come so far. The same query over messages brings the newest of these threads.
            self.search_native(grant, query, None, THREAD_MESSAGES).await?;
            ids = self.mirrored_threads(grant, &found).await?;
        }
        Ok(NativePage { ids, next })
    }

    async fn mirrored_threads(&self, grant: &Grant, found: &[ThreadId]) -> Result<Vec<ThreadId>> {
        let mut mirrored = Vec::with_capacity(found.len());
        for id in found {
            if self.inner.store().thread(grant.id, id).await.at_rest()?.is_some() {
                mirrored.push(id.clone());
            }
        }
        Ok(mirrored)
    }
}
