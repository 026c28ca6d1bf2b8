//! Sealing secrets at rest: AES-256-GCM under a key from the configuration, with key ids so that keys rotate.
//!
//! A sealed value is `nonce (12) || ciphertext || tag (16)`. The nonce is random; the place of the value is associated
//! data, so that a value copied to another row does not open there.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use model::secret::{Sealed, SecretString};
use model::{Fault, FaultKind};

/// Seals under the first key, opens under any.
#[derive(Clone)]
pub struct Sealer {
    keys: Arc<Vec<Key>>,
}

struct Key {
    id: String,
    aead: RandomizedNonceKey,
    derived: hkdf::Prk,
}

impl Sealer {
    /// Keys as (id, 32 bytes); the first one seals. Ids are 1 to 32 characters of `a-z0-9-`.
    pub fn new(keys: Vec<(String, [u8; 32])>) -> crate::Result<Self> {
        if keys.is_empty() {
            return Err(Fault::invalid("keys", "At least one sealing key is needed."));
        }
        let mut held: Vec<Key> = Vec::with_capacity(keys.len());
        for (id, secret) in keys {
            check_id(&id)?;
            if held.iter().any(|key| key.id == id) {
                return Err(Fault::invalid("keys", format!("The sealing key id `{id}` is given twice.")));
            }
            held.push(Key::new(id, &secret)?);
        }
        Ok(Self { keys: Arc::new(held) })
    }

    /// The id of the key that seals.
    pub fn current_key(&self) -> &str {
        &self.first().id
    }

    /// Seals a secret. `place` (table, column, row) is bound in as associated data, so that sealed values cannot be swapped.
    pub fn seal(&self, place: &str, secret: &str) -> Sealed {
        let key = self.first();
        let mut text = secret.as_bytes().to_vec();
        let nonce = key
            .aead
            .seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut text)
            .expect("sealing fails only for texts of many gigabytes");
        let bytes = [nonce.as_ref().as_slice(), &text].concat();
        Sealed { key_id: key.id.clone(), bytes }
    }

    /// Opens a sealed secret; the fault names the missing key.
    pub fn open(&self, place: &str, sealed: &Sealed) -> crate::Result<SecretString> {
        let key = self.keys.iter().find(|key| key.id == sealed.key_id).ok_or_else(|| missing_key(&sealed.key_id))?;
        let broken = || Fault::internal(format!("the sealed value at {place} does not open under key {}", key.id));
        let (nonce, text) = sealed.bytes.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut text = text.to_vec();
        let open = key.aead.open_in_place(nonce, Aad::from(place.as_bytes()), &mut text).map_err(|_| broken())?;
        let open = std::str::from_utf8(open).map_err(|_| broken())?;
        Ok(SecretString::from(open.to_owned()))
    }

    /// An HMAC-SHA256 key for `purpose`, derived from each sealing key (RFC 5869), with the ids; the first one signs.
    pub(crate) fn derive(&self, purpose: &'static str) -> Vec<(String, hmac::Key)> {
        self.keys.iter().map(|key| (key.id.clone(), key.derive(purpose))).collect()
    }

    fn first(&self) -> &Key {
        self.keys.first().expect("a sealer is never built without a key")
    }
}

impl Key {
    fn new(id: String, secret: &[u8; 32]) -> crate::Result<Self> {
        let aead = RandomizedNonceKey::new(&AES_256_GCM, secret)
            .map_err(|_| Fault::internal("AES-256-GCM refuses a key of 32 bytes"))?;
        let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, b"postroad derived keys v1").extract(secret);
        Ok(Self { id, aead, derived })
    }

    fn derive(&self, purpose: &'static str) -> hmac::Key {
        self.derived
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256.hmac_algorithm())
            .map(hmac::Key::from)
            .expect("HKDF fails only for outputs longer than 255 hashes")
    }
}

/// The place a sealed value lives in, as associated data: named as the store names it when keys rotate
/// (`store::Store::sealed_under_other_keys`).
pub(crate) fn place(name: &str, row: uuid::Uuid) -> String {
    format!("{name}/{row}")
}

fn check_id(id: &str) -> crate::Result<()> {
    let fits =
        (1..=32).contains(&id.len()) && id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
    if fits {
        return Ok(());
    }
    Err(Fault::invalid("keys", format!("The sealing key id `{id}` must be 1 to 32 characters of a-z, 0-9 and `-`.")))
}

fn missing_key(id: &str) -> Fault {
    let message = format!("A stored secret is sealed under the key `{id}`, which the configuration does not hold.");
    Fault { raw: Some(format!("missing sealing key {id}")), ..Fault::new(FaultKind::Internal, message) }
}

#[cfg(test)]
mod tests {
    use model::secret::ExposeSecret;

    use super::*;

    fn sealer(ids: &[&str]) -> Sealer {
        Sealer::new(ids.iter().map(|id| (id.to_string(), [id.len() as u8; 32])).collect()).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_at_its_place_only() {
        let sealer = sealer(&["k1"]);
        let sealed = sealer.seal("credentials/refresh/1", "secret");
        assert_eq!(sealer.open("credentials/refresh/1", &sealed).unwrap().expose_secret(), "secret");
        assert!(sealer.open("credentials/refresh/2", &sealed).is_err());
    }

    #[test]
    fn equal_secrets_seal_differently() {
        let sealer = sealer(&["k1"]);
        assert_ne!(sealer.seal("p", "secret").bytes, sealer.seal("p", "secret").bytes);
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let sealer = sealer(&["k1"]);
        for at in 0..sealer.seal("p", "secret").bytes.len() {
            let mut sealed = sealer.seal("p", "secret");
            sealed.bytes[at] ^= 1;
            assert!(sealer.open("p", &sealed).is_err(), "byte {at}");
        }
        assert!(sealer.open("p", &Sealed { key_id: "k1".into(), bytes: vec![1, 2] }).is_err());
    }

    #[test]
    fn older_keys_still_open_and_a_missing_one_is_named() {
        let old = sealer(&["k1"]);
        let rotated = sealer(&["key-2", "k1"]);
        let sealed = old.seal("p", "secret");
        assert_eq!(rotated.open("p", &sealed).unwrap().expose_secret(), "secret");
        assert_eq!(rotated.seal("p", "x").key_id, "key-2");
        assert!(old.open("p", &rotated.seal("p", "x")).unwrap_err().message.contains("`key-2`"));
    }

    #[test]
    fn key_ids_are_checked() {
        for bad in ["", "K1", "a b", "ä", &"a".repeat(33)] {
            assert!(Sealer::new(vec![(bad.to_owned(), [0; 32])]).is_err(), "{bad:?}");
        }
        assert!(Sealer::new(vec![]).is_err());
        assert!(Sealer::new(vec![("a".into(), [0; 32]), ("a".into(), [1; 32])]).is_err());
    }
}
