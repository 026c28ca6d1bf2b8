//! The sandbox's two sources of randomness: one that repeats with the seed, one that never does.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Draws that repeat when the seed does: message ids, gaps between history ids, boundaries.
#[derive(Debug)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// A stream of draws for one purpose; `stream` keeps two purposes apart under one seed.
    pub(crate) fn seeded(seed: u64, stream: &str) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed ^ stable_hash(stream.as_bytes())))
    }

    /// A number of `bits` bits.
    pub(crate) fn bits(&mut self, bits: u32) -> u64 {
        self.0.random::<u64>() >> (64 - bits.clamp(1, 64))
    }

    /// A number in `1..=most`.
    pub(crate) fn step(&mut self, most: u64) -> u64 {
        self.0.random_range(1..=most.max(1))
    }
}

/// Characters for a token that must not repeat between two runs with one seed.
pub(crate) fn secret(length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = vec![0_u8; length];
    // The operating system's generator fails only before it is seeded at boot; a token of zeros then is still a token.
    if SystemRandom::new().fill(&mut bytes).is_err() {
        tracing::error!("the system's random source failed");
    }
    bytes.iter().map(|byte| ALPHABET[usize::from(byte & 63)] as char).collect()
}

/// A hash that is the same on every machine and in every release (FNV-1a, 64 bits).
pub(crate) fn stable_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
