//! Pictures: 8-bit grey or RGB PNG (W3C PNG, third edition) with stored, uncompressed data.

use crate::generate::mime::crc32;
use crate::generate::rng::Rng;

/// A small picture: soft stripes, 32 to 80 pixels wide.
pub(super) fn picture(rng: &mut Rng) -> Vec<u8> {
    let (width, height) = (32 + rng.below(48), 16 + rng.below(32));
    let (across, down, base) = (rng.below(7), rng.below(5), rng.below(200));
    grey(width, height, |x, y| (base + x * across + y * down) % 256)
}

/// A noisy picture of about so many bytes.
pub(super) fn photo(size: usize, rng: &mut Rng) -> Vec<u8> {
    let width = 160;
    let height = (size / (width + 1)).max(1);
    let noise = rng.bytes(width);
    grey(width, height, |x, y| usize::from(noise[(x * 3 + y) % width]) / 2 + (x + y) % 128)
}

fn grey(width: usize, height: usize, shade: impl Fn(usize, usize) -> usize) -> Vec<u8> {
    let mut rows = Vec::with_capacity((width + 1) * height);
    for y in 0..height {
        rows.push(0); // no filter
        rows.extend((0..width).map(|x| low_byte(shade(x, y))));
    }
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend_from_slice(&small(width).to_be_bytes());
    header.extend_from_slice(&small(height).to_be_bytes());
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &stored(&rows));
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend_from_slice(&small(data.len()).to_be_bytes());
    let start = png.len();
    png.extend_from_slice(&kind);
    png.extend_from_slice(data);
    let crc = crc32(&png[start..]);
    png.extend_from_slice(&crc.to_be_bytes());
}

/// A zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = data.chunks(65_535);
    let last = blocks.len().saturating_sub(1);
    for (at, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(at == last));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&adler32(data).to_be_bytes());
    out
}

fn adler32(data: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    // 5552 bytes is the most that cannot overflow 32 bits (RFC 1950's own sample code).
    for block in data.chunks(5_552) {
        for byte in block {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65_521;
        b %= 65_521;
    }
    (b << 16) | a
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn low_byte(number: usize) -> u8 {
    number.to_le_bytes()[0]
}
