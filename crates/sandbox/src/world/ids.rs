//! Ids of messages and threads: 64-bit numbers, written in hex (facts: 16 digits today, a thread's id is its first
//! message's).

use std::fmt;
use std::str::FromStr;

/// The id of a message or a thread within one mailbox.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Id(pub u64);

/// The text is not a hex number of at most 16 digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an id: expected up to 16 hex digits")]
pub struct NotAnId;

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let digits = !text.is_empty() && text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| u64::from_str_radix(text, 16).ok()).flatten().map(Self).ok_or(NotAnId)
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Id {
    /// The id that a message arriving at `at_ms` gets: the time in the high bits, `low` (20 bits) below.
    ///
    /// Times before November 2004 are lifted to it, so that every id has its 16 digits.
    pub(crate) fn at(at_ms: i64, low: u64) -> Self {
        const FIRST_MS: u64 = 0x1000_0000_0000_0000 >> 20;
        let at_ms = u64::try_from(at_ms).unwrap_or(0).clamp(FIRST_MS, (1 << 43) - 1);
        Self((at_ms << 20) | (low & 0xf_ffff))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sixteen_hex_digits_and_reads_back() {
        for at_ms in [-5, 0, 1_790_000_000_000] {
            let id = Id::at(at_ms, 0xabcde);
            assert_eq!(id.to_string().len(), 16);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn what_is_not_hex_is_not_an_id() {
        for text in ["", "xyz", "+12", "12345678901234567", "12 4"] {
            assert_eq!(text.parse::<Id>(), Err(NotAnId), "{text}");
        }
    }
}
