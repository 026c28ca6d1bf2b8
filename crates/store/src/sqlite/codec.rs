//! Compression of raw messages and bodies: one zstd frame each (RFC 8878).
//!
//! Contexts are costly to make and cheap to reuse, so a few are kept. They are pooled rather than bound to threads: the
//! runtime's blocking threads come and go, and a context that has seen a large message holds megabytes.

use std::sync::{Mutex, PoisonError};

use zstd::bulk::{Compressor, Decompressor};

use crate::{Error, Result};

/// Contexts kept of either kind.
const KEPT: usize = 4;
/// A context that compressed more than this is not kept, for the tables it grew.
const LARGE: usize = 1 << 20;
/// No stored value is larger than this when opened; a frame that claims more is broken.
const LIMIT: usize = 1 << 30;

/// Compresses at one level, decompresses anything.
pub(crate) struct Codec {
    level: i32,
    compressors: Mutex<Vec<Compressor<'static>>>,
    decompressors: Mutex<Vec<Decompressor<'static>>>,
}

impl Codec {
    pub(crate) fn new(level: i32) -> Self {
        Self { level, compressors: Mutex::default(), decompressors: Mutex::default() }
    }

    /// The bytes as one frame.
    pub(crate) fn compress(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut compressor = match take(&self.compressors) {
            Some(compressor) => compressor,
            None => Compressor::new(self.level).map_err(failed)?,
        };
        let frame = compressor.compress(bytes).map_err(failed)?;
        if bytes.len() <= LARGE {
            keep(&self.compressors, compressor);
        }
        Ok(frame)
    }

    /// The bytes of one frame.
    pub(crate) fn decompress(&self, frame: &[u8]) -> Result<Vec<u8>> {
        let size = Decompressor::upper_bound(frame).filter(|size| *size <= LIMIT);
        let size = size.ok_or_else(|| Error::corrupt("a compressed value has no plausible size"))?;
        let mut decompressor = match take(&self.decompressors) {
            Some(decompressor) => decompressor,
            None => Decompressor::new().map_err(failed)?,
        };
        let bytes = decompressor.decompress(frame, size).map_err(failed)?;
        keep(&self.decompressors, decompressor);
        Ok(bytes)
    }

    /// The text of one frame.
    pub(crate) fn decompress_text(&self, frame: &[u8]) -> Result<String> {
        String::from_utf8(self.decompress(frame)?).map_err(|_| Error::corrupt("a body is not UTF-8"))
    }
}

fn take<T>(pool: &Mutex<Vec<T>>) -> Option<T> {
    pool.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

fn keep<T>(pool: &Mutex<Vec<T>>, context: T) {
    let mut pool = pool.lock().unwrap_or_else(PoisonError::into_inner);
    if pool.len() < KEPT {
        pool.push(context);
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::Database(format!("zstd: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let codec = Codec::new(3);
        for bytes in [Vec::new(), b"x".to_vec(), vec![7; 3 << 20], (0..=255).collect()] {
            assert_eq!(codec.decompress(&codec.compress(&bytes).unwrap()).unwrap(), bytes);
        }
    }

    #[test]
    fn a_broken_frame_is_an_error() {
        let codec = Codec::new(3);
        let mut frame = codec.compress(&[1; 1000]).unwrap();
        assert!(codec.decompress(b"not a frame").is_err());
        frame.truncate(frame.len() - 1);
        assert!(codec.decompress(&frame).is_err());
    }
}
