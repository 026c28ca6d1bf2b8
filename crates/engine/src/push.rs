//! Push notifications from providers: a hint to sync now, never a fact.

use crate::{Engine, Result};

#[allow(unused_variables)]
impl Engine {
    /// Takes a Google Pub/Sub push (body of `POST /v3/push/google`); `token` is compared in constant time.
    pub async fn google_push(&self, token: &str, body: &[u8]) -> Result<()> {
        todo!()
    }
}
