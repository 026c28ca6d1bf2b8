//! Sealing keys: written `id:base64` or `{ id, key }`, made from the system's randomness.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::secret::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// A key that seals secrets at rest.
#[derive(Clone, Debug)]
pub struct SealingKey {
    /// 1 to 32 characters of `a-z0-9-`; stored beside everything the key seals.
    pub id: String,
    /// 32 bytes in base64.
    key: SecretString,
}

impl SealingKey {
    /// A fresh key under an id, from the system's randomness.
    pub fn generate(id: &str) -> Result<Self, String> {
        let mut bytes = [0u8; 32];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| "the system gave no randomness".to_owned())?;
        Self::new(id, &STANDARD.encode(bytes))
    }

    /// A key from its parts, checked.
    pub fn new(id: &str, base64: &str) -> Result<Self, String> {
        let (id, base64) = (id.trim(), base64.trim());
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > 32 || !id.chars().all(allowed) {
            return Err(format!("has the key id `{id}`; ids are 1 to 32 characters of a-z, 0-9 and -"));
        }
        let length = STANDARD.decode(base64).map(|bytes| bytes.len());
        match length {
            Ok(32) => Ok(Self { id: id.to_owned(), key: SecretString::from(base64) }),
            Ok(length) => Err(format!("has a key `{id}` of {length} bytes; 32 are needed. {REMEDY}")),
            Err(_) => Err(format!("has a key `{id}` that is not base64. {REMEDY}")),
        }
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> [u8; 32] {
        let decoded = STANDARD.decode(self.key.expose_secret()).unwrap_or_default();
        decoded.try_into().expect("the length was checked when the key was made")
    }

    /// `id:base64`, as the keys file and the environment hold it. Only for showing a fresh key once.
    pub fn reveal(&self) -> String {
        format!("{}:{}", self.id, self.key.expose_secret())
    }
}

const REMEDY: &str = "`postroad admin key generate` prints a good one.";

/// Reads `id:base64` entries separated by commas or lines; `#` starts a comment line.
pub fn parse_list(text: &str) -> Result<Vec<SealingKey>, String> {
    let entries = text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(|line| line.split(','));
    let keys =
        entries.map(str::trim).filter(|entry| !entry.is_empty()).map(parse_entry).collect::<Result<Vec<_>, _>>()?;
    distinct(keys)
}

fn parse_entry(entry: &str) -> Result<SealingKey, String> {
    let (id, key) = entry.split_once(':').ok_or_else(|| "has an entry without `:`; write `id:base64`".to_owned())?;
    SealingKey::new(id, key)
}

fn distinct(keys: Vec<SealingKey>) -> Result<Vec<SealingKey>, String> {
    for (place, key) in keys.iter().enumerate() {
        if keys[..place].iter().any(|earlier| earlier.id == key.id) {
            return Err(format!("has the key id `{}` twice; every key needs its own id", key.id));
        }
    }
    Ok(keys)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    List(Vec<Entry>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Text(String),
    Table { id: String, key: String },
}

/// For serde: a text of `id:base64` entries, or a list of such texts or of `{ id, key }` tables.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<SealingKey>, D::Error> {
    let shape = "is not a list of keys; write [{ id = \"...\", key = \"<32 bytes in base64>\" }]";
    let written = Written::deserialize(from).map_err(|_| serde::de::Error::custom(shape))?;
    let keys = match written {
        Written::Text(text) => parse_list(&text),
        Written::List(entries) => entries.iter().map(read_entry).collect::<Result<Vec<_>, _>>().and_then(distinct),
    };
    keys.map_err(serde::de::Error::custom)
}

fn read_entry(entry: &Entry) -> Result<SealingKey, String> {
    match entry {
        Entry::Text(text) => parse_entry(text),
        Entry::Table { id, key } => SealingKey::new(id, key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_key_reads_back_from_what_was_shown() {
        let key = SealingKey::generate("2026a").unwrap();
        let read = parse_list(&format!("# the first seals\n{}\n", key.reveal())).unwrap();
        assert_eq!((read[0].id.as_str(), read[0].bytes()), ("2026a", key.bytes()));
        assert_ne!(key.bytes(), SealingKey::generate("2026a").unwrap().bytes());
    }

    #[test]
    fn bad_keys_are_refused_with_the_remedy() {
        assert!(parse_list("a:AAAA").unwrap_err().contains("32 are needed"));
        assert!(parse_list("a:%%").unwrap_err().contains("not base64"));
        assert!(parse_list("Big:AAAA").unwrap_err().contains("a-z"));
        assert!(parse_list("nothing").unwrap_err().contains("id:base64"));
        let key = SealingKey::generate("k").unwrap().reveal();
        assert!(parse_list(&format!("{key},{key}")).unwrap_err().contains("twice"));
    }

    #[test]
    fn a_key_never_prints() {
        let key = SealingKey::generate("k").unwrap();
        let secret = key.reveal();
        let secret = secret.split_once(':').unwrap().1;
        assert!(!format!("{key:?}").contains(secret));
    }
}
