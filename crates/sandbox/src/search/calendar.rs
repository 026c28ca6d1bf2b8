//! Dates in a search.
//!
//! Gmail reads `after:2026/03/08` as midnight in California. The rule (second Sunday of March to first Sunday of
//! November, in force since 2007) is written out, so that no time zone database is needed.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The time zone of Gmail's servers, with daylight saving by the rule in force since 2007.
#[must_use]
pub fn pacific() -> TimeZone {
    TimeZone::posix("PST8PDT,M3.2.0,M11.1.0").unwrap_or(TimeZone::UTC)
}

/// The instant a date operator names, in milliseconds: `YYYY/MM/DD` (also with `-` or `.`, also `MM/DD/YYYY`, also a
/// year or a month alone), or epoch seconds.
pub(super) fn instant(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse::<i64>().ok()?.checked_mul(1000);
    }
    let zoned = day(text)?.to_zoned(pacific()).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

fn day(text: &str) -> Option<Date> {
    let numbers: Vec<i16> = text.split(['/', '-', '.']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let (year, month, day) = match numbers.as_slice() {
        [year] => (*year, 1, 1),
        [year, month] if *year > 31 => (*year, *month, 1),
        [year, month, day] if *year > 31 => (*year, *month, *day),
        [month, day, year] if *year > 31 => (*year, *month, *day),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|date| date.year() >= 1970)
}

/// The instant `2d`, `3m`, `1y` or `12h` before `now`, in milliseconds. Days, months and years are Pacific ones.
pub(super) fn ago(text: &str, now: Timestamp) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let unit = text.chars().next_back()?;
    let count: i64 = text.strip_suffix(unit)?.parse().ok()?;
    if !(0..=100_000).contains(&count) {
        return None;
    }
    let span = match unit {
        'h' => Span::new().try_hours(count),
        'd' => Span::new().try_days(count),
        'w' => Span::new().try_weeks(count),
        'm' => Span::new().try_months(count),
        'y' => Span::new().try_years(count),
        _ => return None,
    };
    let then = now.to_zoned(pacific()).checked_sub(span.ok()?).ok()?;
    Some(then.timestamp().as_millisecond())
}

/// A size: digits, with `K`, `M` or `G` for powers of 1024.
pub(super) fn size(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_suffix('b').unwrap_or(&text);
    let (digits, factor) = match text.chars().next_back()? {
        'k' => (&text[..text.len() - 1], 1 << 10),
        'm' => (&text[..text.len() - 1], 1 << 20),
        'g' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn a_date_is_midnight_pacific_in_winter_and_in_summer() {
        assert_eq!(instant("2026/01/15"), Some(utc("2026-01-15T08:00:00Z")));
        assert_eq!(instant("2026/07/15"), Some(utc("2026-07-15T07:00:00Z")));
        assert_eq!(instant("2026/03/08"), Some(utc("2026-03-08T08:00:00Z")), "the day the clocks go forward");
        assert_eq!(instant("2026/03/09"), Some(utc("2026-03-09T07:00:00Z")));
    }

    #[test]
    fn other_spellings_of_a_date() {
        for text in ["2026-01-15", "2026/1/15", "01/15/2026", "2026.01.15"] {
            assert_eq!(instant(text), instant("2026/01/15"), "{text}");
        }
        assert_eq!(instant("2026"), instant("2026/01/01"));
        assert_eq!(instant("1768464000"), Some(1_768_464_000_000));
        for text in ["", "yesterday", "2026/13/01", "2026/02/30", "1/2", "1/2/3/4", "99999999999999999999"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn spans_count_back_from_now() {
        let now = "2026-03-31T12:00:00Z".parse().unwrap();
        assert_eq!(ago("2d", now), Some(utc("2026-03-29T12:00:00Z")));
        assert_eq!(ago("1m", now), Some(utc("2026-02-28T13:00:00Z")), "same wall time, before the change of clocks");
        assert_eq!(ago("1y", now), Some(utc("2025-03-31T12:00:00Z")));
        for text in ["", "d", "2", "-1d", "2q", "999999999y", "é"] {
            assert_eq!(ago(text, now), None, "{text}");
        }
    }

    #[test]
    fn sizes_take_binary_suffixes() {
        for (text, bytes) in [("10", 10), ("10K", 10_240), ("2m", 2_097_152), ("1G", 1 << 30), ("5MB", 5 << 20)] {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
        for text in ["", "M", "ten", "-1", "99999999999999G", "é"] {
            assert_eq!(size(text), None, "{text}");
        }
    }
}
