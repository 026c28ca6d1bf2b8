//! Secret material: open in memory only inside a type that never prints, sealed everywhere else.

pub use secrecy::{ExposeSecret, SecretString};

/// Secret bytes encrypted under one of the installation's keys. Opened only by `engine::seal`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which configured key sealed it, so that keys rotate.
    pub key_id: String,
    /// Nonce, ciphertext and tag of AES-256-GCM.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed(key {}, {} bytes)", self.key_id, self.bytes.len())
    }
}
