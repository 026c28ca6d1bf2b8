//! When a message arrived, and how its writer's program prints dates.

use super::lang::Language;
use super::rng::Rng;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Mean distance of two messages in milliseconds: forty a day.
pub(super) const STEP_MS: i64 = 2_160_000;

/// The furthest back that dates go; messages beyond it share a day.
const FURTHEST_MS: i64 = 50 * 366 * 86_400_000;

/// When the message at `index` arrived, in milliseconds: strictly older with every index.
pub(super) fn arrival_ms(seed: u64, now: Timestamp, index: u64) -> i64 {
    let jitter = i64::try_from(Rng::new(seed, "date", index).below(2_000_000)).unwrap_or(0);
    let back = i64::try_from(index).unwrap_or(i64::MAX).saturating_mul(STEP_MS).min(FURTHEST_MS);
    now.as_millisecond().saturating_sub(back).saturating_sub(jitter)
}

/// The `Date` header (RFC 5322, section 3.3) in the writer's own time; some programs add a comment, or write `GMT`.
pub(super) fn header(at_ms: i64, language: &Language, rng: &mut Rng) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    match rng.below(20) {
        0 => at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        1 => at.strftime("%d %b %Y %H:%M:%S +0000").to_string(),
        2 => format!("{} (local time)", local(at, language).strftime("%a, %-d %b %Y %H:%M:%S %z")),
        _ => local(at, language).strftime("%a, %d %b %Y %H:%M:%S %z").to_string(),
    }
}

/// The date in an attribution line.
pub(super) fn spoken(at_ms: i64, language: &Language) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let format = match language.code {
        "en" => "%a, %b %-d, %Y at %H:%M",
        "zh" | "ja" | "ko" => "%Y/%m/%d %H:%M",
        _ => "%d.%m.%Y %H:%M",
    };
    local(at, language).strftime(format).to_string()
}

fn local(at: Timestamp, language: &Language) -> jiff::Zoned {
    at.to_zoned(TimeZone::fixed(Offset::from_hours(language.offset_hours).unwrap_or(Offset::UTC)))
}
