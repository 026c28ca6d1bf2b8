//! Sealing secrets at rest: AES-256-GCM under a key from the configuration, with key ids so that keys rotate.

use model::secret::{Sealed, SecretString};

/// Seals under the first key, opens under any.
#[derive(Clone)]
pub struct Sealer {
    // keys
}

#[allow(unused_variables)]
impl Sealer {
    /// Keys as (id, 32 bytes); the first one seals. Ids are 1 to 32 characters of `a-z0-9-`.
    pub fn new(keys: Vec<(String, [u8; 32])>) -> crate::Result<Self> {
        todo!()
    }
    /// The id of the key that seals.
    pub fn current_key(&self) -> &str {
        todo!()
    }
    /// Seals a secret. `place` (table, column, row) is bound in as associated data, so that sealed values cannot be swapped.
    pub fn seal(&self, place: &str, secret: &str) -> Sealed {
        todo!()
    }
    /// Opens a sealed secret; the fault names the missing key.
    pub fn open(&self, place: &str, sealed: &Sealed) -> crate::Result<SecretString> {
        todo!()
    }
}
