//! API keys: 256 random bits, shown once, kept as a hash.

use std::time::Duration;

use model::application::ApiKey;
use model::secret::SecretString;
use model::{ApiKeyId, ApplicationId, Fault, Timestamp};

use super::check_name;
use crate::at_rest::AtRest;
use crate::digest::sha256;
use crate::{Engine, Result, random};

/// What our keys begin with, as the contract's do.
const PREFIX: &str = "nyk_v0_";
/// Characters after the prefix: 32 bytes in unpadded base64url.
const RANDOM_PART: usize = 43;
/// Characters shown in lists.
const HINT: usize = PREFIX.len() + 4;

/// Keys seen lately, known or not. A key revoked by another process is refused once its entry has aged.
pub(crate) struct KnownKeys {
    seen: moka::future::Cache<[u8; 32], Option<ApiKey>>,
}

/// How long another process's revocation may go unnoticed.
const TRUST: Duration = Duration::from_secs(5);
/// Entries at most; guesses push each other out.
const MOST_SEEN: u64 = 10_000;

impl Default for KnownKeys {
    fn default() -> Self {
        Self { seen: moka::future::Cache::builder().max_capacity(MOST_SEEN).time_to_live(TRUST).build() }
    }
}

impl KnownKeys {
    /// Looks every key up anew.
    pub(super) fn forget(&self) {
        self.seen.invalidate_all();
    }
}

impl Engine {
    /// Makes an API key. The key text (`nyk_v0_...`) is shown this once.
    ///
    /// # Errors
    /// `not_found` for the application; `invalid_request` naming the field.
    pub async fn create_api_key(
        &self,
        application: ApplicationId,
        name: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<(ApiKey, SecretString)> {
        check_name(name)?;
        if expires_at.is_some_and(|at| at <= self.now()) {
            return Err(Fault::invalid("expires_at", "`expires_at` must lie in the future."));
        }
        let text = format!("{PREFIX}{}", random::token());
        let key = ApiKey {
            id: ApiKeyId(self.inner.new_id()),
            application_id: application,
            name: name.to_owned(),
            hash: sha256(text.as_bytes()),
            hint: text[..HINT].to_owned(),
            created_at: self.now(),
            expires_at,
        };
        self.inner.store().add_api_key(key.clone()).await.at_rest()?;
        self.inner.known_keys.seen.invalidate(&key.hash).await;
        Ok((key, SecretString::from(text)))
    }

    /// Revokes an API key. At once in this process, within seconds in others.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn revoke_api_key(&self, application: ApplicationId, id: ApiKeyId) -> Result<()> {
        self.inner.store().remove_api_key(application, id).await.at_rest()?;
        self.inner.known_keys.forget();
        Ok(())
    }

    /// Who a presented API key is, if it is one and has not expired.
    pub async fn authenticate_api_key(&self, key: &str) -> Result<Option<ApiKey>> {
        if !looks_right(key) {
            return Ok(None);
        }
        // The hash of 256 random bits can be looked up as it is: timing tells nothing an attacker could build on.
        let hash = sha256(key.as_bytes());
        let known = self.inner.known_keys.seen.get(&hash).await;
        let known = match known {
            Some(known) => known,
            None => {
                let known = self.inner.store().api_key(hash).await.at_rest()?;
                self.inner.known_keys.seen.insert(hash, known.clone()).await;
                known
            }
        };
        Ok(known.filter(|key| key.expires_at.is_none_or(|at| at > self.now())))
    }
}

fn looks_right(key: &str) -> bool {
    key.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == RANDOM_PART && rest.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
    })
}
