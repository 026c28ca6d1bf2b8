//! The `Content-Range` header of a resumable upload (RFC 9110, section 14.4).

/// What a PUT to an upload session says it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentRange {
    /// `bytes a-b/total` or `bytes a-b/*`: the bytes from `first` to `last`, both inclusive.
    Bytes {
        /// Offset of the first byte.
        first: u64,
        /// Offset of the last byte.
        last: u64,
        /// Size of the whole upload, if known.
        total: Option<u64>,
    },
    /// `bytes */total` or `bytes */*`: no bytes, only the question how many have arrived.
    Probe {
        /// Size of the whole upload, if known.
        total: Option<u64>,
    },
}

/// The header cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Failed to parse Content-Range header {0:?}; write bytes first-last/total or bytes */total")]
pub struct BadRange(pub String);

impl ContentRange {
    /// Reads the header's value.
    ///
    /// # Errors
    /// [`BadRange`] when the text is of neither form, runs backwards or past its total.
    pub fn parse(text: &str) -> Result<ContentRange, BadRange> {
        read(text).ok_or_else(|| BadRange(text.chars().take(100).collect()))
    }
}

fn read(text: &str) -> Option<ContentRange> {
    let text = text.trim();
    let unit_end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    if !text[..unit_end].eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (range, total) = text[unit_end..].trim().split_once('/')?;
    let total = match total.trim() {
        "*" => None,
        digits => Some(digits.parse().ok()?),
    };
    if range.trim() == "*" {
        return Some(ContentRange::Probe { total });
    }
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let ordered = first <= last && last < 1 << 62 && total.is_none_or(|total| last < total);
    ordered.then_some(ContentRange::Bytes { first, last, total })
}
