//! Randomness comes in through this door only: the operating system's, by way of aws-lc.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `N` unpredictable bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0u8; N];
    aws_lc_rs::rand::fill(&mut out).expect("the operating system gives random bytes, or nothing here can be trusted");
    out
}

/// 256 unpredictable bits as 43 URL-safe characters.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// A number in `0..=most`, for jitter only (slightly biased).
pub(crate) fn up_to(most: u64) -> u64 {
    let number = u64::from_le_bytes(bytes());
    if most == u64::MAX { number } else { number % (most + 1) }
}

/// A number from 0 up to, not including, 1.
pub(crate) fn part() -> f64 {
    // The highest 53 bits: what a double holds exactly.
    (u64::from_le_bytes(bytes()) >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_url_safe() {
        let (a, b) = (token(), token());
        assert_ne!(a, b);
        assert_eq!(a.len(), 43);
        assert!(a.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'));
    }

    #[test]
    fn numbers_stay_in_range() {
        assert!((0..100).all(|_| up_to(3) <= 3));
        assert_eq!(up_to(0), 0);
        assert!((0..100).all(|_| (0.0..1.0).contains(&part())));
    }
}
