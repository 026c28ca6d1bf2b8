//! How long a provider asks to be left alone: Retry-After (RFC 9110, 10.2.3) and its vendor relatives.
//!
//! Providers do not keep to the RFC: Graph sends fractions (`2.128`), proxies join fields into lists (`10, 20`), Azure
//! front ends speak milliseconds in `x-ms-retry-after-ms`. What is stated is a floor: of several, the longest counts.
//! A wait of nothing, or of more than a day, is no statement at all and leaves the matter to our own backoff.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::Timestamp;
use reqwest::header::HeaderMap;

/// The longest wait that is believed.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// Longest field value that is read.
const VALUE_LIMIT: usize = 256;

/// A wait as the provider stated it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// From now on.
    For(SignedDuration),
    /// Until an instant.
    Until(Timestamp),
}

impl Wait {
    /// The instant until which to wait, if the wait is longer than nothing and at most a day.
    pub fn until(self, now: Timestamp) -> Option<Timestamp> {
        let instant = match self {
            Wait::For(duration) => now.checked_add(duration).ok()?,
            Wait::Until(instant) => instant,
        };
        let length = instant.duration_since(now);
        (length > SignedDuration::ZERO && length <= LONGEST).then_some(instant)
    }
}

/// Reads the value of a Retry-After field: seconds (also with a fraction), an HTTP date, an RFC 3339 instant, or a list
/// of numbers, of which the largest counts.
pub fn parse(value: &str) -> Option<Wait> {
    let value = value.get(..value.len().min(VALUE_LIMIT))?.trim();
    seconds(value).or_else(|| instant(value).map(Wait::Until)).or_else(|| largest(value))
}

/// The latest instant that any of the known header fields names, within bounds.
pub fn from_headers(headers: &[(&str, &str)], now: Timestamp) -> Option<Timestamp> {
    latest(headers.iter().copied(), now)
}

/// The same of a client's header map; values that are no text are passed over.
pub fn from_header_map(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    latest(headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))), now)
}

fn latest<'h>(fields: impl Iterator<Item = (&'h str, &'h str)>, now: Timestamp) -> Option<Timestamp> {
    fields.filter_map(|(name, value)| field(name, value)?.until(now)).max()
}

fn field(name: &str, value: &str) -> Option<Wait> {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("retry-after") || is("x-ms-retry-after") || is("x-ms-backoff-duration") {
        return parse(value);
    }
    // Azure front ends and gateways; milliseconds.
    (is("x-ms-retry-after-ms") || is("retry-after-ms")).then(|| milliseconds(value))?
}

fn seconds(value: &str) -> Option<Wait> {
    scaled(value.strip_suffix('s').unwrap_or(value), 1000.0)
}

/// Reads a number of milliseconds.
pub fn milliseconds(value: &str) -> Option<Wait> {
    scaled(value.trim(), 1.0)
}

/// Only digits and one point: `f64` would also read `inf`, `nan` and exponents. Rounded up, for it is a floor.
fn scaled(value: &str, factor: f64) -> Option<Wait> {
    let plain = !value.is_empty() && value.len() <= 20 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let millis = (plain.then(|| value.parse::<f64>())?.ok()? * factor).ceil();
    // Saturates; more than a day is refused by `until` anyway.
    Some(Wait::For(SignedDuration::from_millis(millis.min(1e15) as i64)))
}

fn largest(value: &str) -> Option<Wait> {
    let waits = value.split(',').filter_map(|part| seconds(part.trim()));
    waits.max_by_key(|wait| match wait {
        Wait::For(duration) => *duration,
        Wait::Until(_) => SignedDuration::ZERO,
    })
}

/// Reads an HTTP date in any of its three forms (RFC 9110, 5.6.7) or an RFC 3339 instant.
pub fn instant(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    if let Ok(instant) = value.parse::<Timestamp>() {
        return Some(instant);
    }
    if let Ok(date) = jiff::fmt::rfc2822::parse(value) {
        return Some(date.timestamp());
    }
    let obsolete = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let date = obsolete.iter().find_map(|form| DateTime::strptime(form, value).ok())?;
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The first RFC 3339 instant that stands in a text, and how it is written there.
pub fn instant_in(text: &str) -> Option<(&str, Timestamp)> {
    let starts = memchr::memmem::find_iter(text.as_bytes(), "T").take(64);
    starts.filter_map(|at| written_at(text, at)).next()
}

/// The instant whose `T` is at `at`: ten characters of date before, a time and its offset after.
fn written_at(text: &str, at: usize) -> Option<(&str, Timestamp)> {
    let start = at.checked_sub(10)?;
    let after = text.get(at + 1..)?;
    let in_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z');
    let end = at + 1 + after.find(|c| !in_time(c)).unwrap_or(after.len());
    let written = text.get(start..end)?.trim_end_matches('.');
    written.parse().ok().map(|instant| (written, instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T00:00:00Z".parse().unwrap()
    }

    fn wait(value: &str) -> Option<f64> {
        Some(parse(value)?.until(now())?.duration_since(now()).as_secs_f64())
    }

    #[test]
    fn every_form_in_the_field_is_read() {
        assert_eq!(wait("10"), Some(10.0));
        assert_eq!(wait(" 2.128 "), Some(2.128));
        assert_eq!(wait("120s"), Some(120.0));
        assert_eq!(wait("10, 20"), Some(20.0));
        assert_eq!(wait("Sun, 22 Nov 2026 00:01:00 GMT"), Some(60.0));
        assert_eq!(wait("Sunday, 22-Nov-26 00:01:00 GMT"), Some(60.0));
        assert_eq!(wait("Sun Nov 22 00:01:00 2026"), Some(60.0));
        assert_eq!(wait("2026-11-22T00:00:30Z"), Some(30.0));
    }

    #[test]
    fn nonsense_is_no_statement() {
        for value in ["", "0", "-5", "inf", "nan", "1e3", "86401", "soon", "1.2.3", "Sat, 21 Nov 2026 00:00:00 GMT"] {
            assert_eq!(wait(value), None, "{value}");
        }
        assert_eq!(wait(&"9".repeat(5000)), None);
        assert_eq!(parse("ä".repeat(300).as_str()), None);
    }

    #[test]
    fn a_day_is_believed() {
        assert_eq!(wait("86400"), Some(86400.0));
    }

    #[test]
    fn of_several_fields_the_longest_counts() {
        let headers = [("Retry-After", "1"), ("X-MS-Retry-After-MS", "1500"), ("Date", "9")];
        let until = from_headers(&headers, now()).unwrap();
        assert_eq!(until.duration_since(now()).as_millis(), 1500);
        assert_eq!(from_headers(&[], now()), None);
        let map = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(from_header_map(&map, now()), Some(until));
    }

    #[test]
    fn instants_are_found_in_sentences() {
        let (written, _) = instant_in("The limit. Retry after 2026-11-22T05:56:52.100Z (Mail sending)").unwrap();
        assert_eq!(written, "2026-11-22T05:56:52.100Z");
        assert_eq!(instant_in("Too many. TTTT"), None);
        assert_eq!(instant_in("äöüäöüäöüTäöü"), None);
    }
}
