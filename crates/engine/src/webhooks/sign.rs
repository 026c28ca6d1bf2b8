//! The body as sent, and its signature: HMAC-SHA256 over exactly those bytes, so after compression (nylas-v3.md 5.3).

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::digest::hmac_hex;

/// Header of the signature.
pub(super) const SIGNATURE: &str = "X-Nylas-Signature";

/// A body ready to be sent.
pub(super) struct Signed {
    pub(super) bytes: Vec<u8>,
    pub(super) gzipped: bool,
    pub(super) signature: String,
}

/// Compresses (when asked to) and signs.
pub(super) fn sign(json: Vec<u8>, secret: &str, compress: bool) -> Signed {
    let (bytes, gzipped) = match compress.then(|| gzip(&json)).flatten() {
        Some(bytes) => (bytes, true),
        None => (json, false),
    };
    let signature = hmac_hex(secret.as_bytes(), &bytes);
    Signed { bytes, gzipped, signature }
}

fn gzip(json: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(json.len() / 3), Compression::default());
    encoder.write_all(json).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_signature_covers_the_bytes_as_sent() {
        let json = b"{\"specversion\":\"1.0\"}".to_vec();
        let plain = sign(json.clone(), "secret", false);
        assert_eq!((plain.bytes.as_slice(), plain.gzipped), (json.as_slice(), false));
        assert_eq!(plain.signature, hmac_hex(b"secret", &json));
        let packed = sign(json.clone(), "secret", true);
        assert!(packed.gzipped && packed.signature == hmac_hex(b"secret", &packed.bytes));
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, json);
    }
}
