//! Draft ids: providers list them apart from the messages they hold.

use std::collections::{HashMap, HashSet};

use model::sync::Mirrored;
use model::{DraftId, MessageId};

use super::turn::Turn;
use crate::Result;
use crate::at_rest::AtRest;
use crate::gate::Class;

/// The drafts as last listed in this turn.
#[derive(Default)]
pub(super) struct Drafts {
    by_message: HashMap<MessageId, DraftId>,
    /// Marked as drafts, but of no draft in the list: not asked for again in this turn.
    nameless: HashSet<MessageId>,
}

impl Turn {
    /// Gives draft messages their draft ids, listing the drafts when one is not known yet.
    pub(super) async fn name_drafts(&mut self, upserts: &mut [Mirrored]) -> Result<()> {
        let unnamed = |drafts: &Drafts, one: &Mirrored| {
            let id = &one.message.id;
            one.message.placement.draft && !drafts.by_message.contains_key(id) && !drafts.nameless.contains(id)
        };
        if upserts.iter().any(|one| unnamed(&self.drafts, one)) {
            let listed = self.list_drafts().await?;
            self.drafts.by_message = listed.into_iter().map(|(draft, message)| (message, draft)).collect();
            let nameless = upserts.iter().filter(|one| unnamed(&self.drafts, one)).map(|one| one.message.id.clone());
            let nameless: Vec<_> = nameless.collect();
            self.drafts.nameless.extend(nameless);
        }
        for one in upserts.iter_mut().filter(|one| one.message.placement.draft) {
            one.message.draft_id = self.drafts.by_message.get(&one.message.id).cloned();
        }
        Ok(())
    }

    /// Writes all draft ids as the provider lists them now.
    pub(super) async fn settle_drafts(&mut self) -> Result<()> {
        let drafts = self.list_drafts().await?;
        self.inner.store().set_drafts(self.grant.id, drafts).await.at_rest()
    }

    async fn list_drafts(&self) -> Result<Vec<(DraftId, MessageId)>> {
        let class = Class::Live;
        self.inner.gate.call(&self.grant, class, |mailbox| async move { mailbox.drafts().await }).await
    }
}
