//! Drafts: saved at the provider, mirrored, sent.

use model::DraftId;
use model::grant::Grant;
use store::FullMessage;

use crate::messages::Composition;
use crate::{Engine, Result};

#[allow(unused_variables)]
impl Engine {
    /// Saves a new draft.
    pub async fn create_draft(&self, grant: &Grant, composition: Composition) -> Result<FullMessage> {
        todo!()
    }
    /// Replaces a draft's content. The caller has merged what it leaves out from the draft as it was.
    pub async fn update_draft(&self, grant: &Grant, id: &DraftId, composition: Composition) -> Result<FullMessage> {
        todo!()
    }
    /// Removes a draft.
    pub async fn delete_draft(&self, grant: &Grant, id: &DraftId) -> Result<()> {
        todo!()
    }
    /// Sends a draft; answers with the sent message.
    pub async fn send_draft(&self, grant: &Grant, id: &DraftId) -> Result<FullMessage> {
        todo!()
    }
}
