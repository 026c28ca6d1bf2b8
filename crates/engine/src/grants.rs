//! Grants: edits and removal. (How they are made: [`crate::auth`].)

use model::grant::Grant;
use model::{Address, GrantId};

use crate::{Engine, Result};

#[allow(unused_variables)]
impl Engine {
    /// Replaces what a caller may edit; `settings.refresh_token` renews the credential.
    pub async fn update_grant(
        &self,
        id: GrantId,
        settings: Option<serde_json::Map<String, serde_json::Value>>,
        scopes: Option<Vec<String>>,
    ) -> Result<Grant> {
        todo!()
    }
    /// Removes a grant and its mirror, and revokes the permission at the provider as far as possible.
    pub async fn remove_grant(&self, id: GrantId) -> Result<()> {
        todo!()
    }
    /// Addresses the grant may send from (asks the provider).
    pub async fn aliases(&self, grant: &Grant) -> Result<Vec<Address>> {
        todo!()
    }
    /// Starts following the grant's changes now instead of at its next poll.
    pub async fn sync_now(&self, id: GrantId) -> Result<()> {
        todo!()
    }
}
