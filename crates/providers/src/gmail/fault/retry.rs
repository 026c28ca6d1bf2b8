//! The instant before which a throttled call must not be repeated. Order of trust (facts 2): `Retry-After`, `RetryInfo`,
//! the instant inside the sentence, the window's start. Instants are floors: repeating earlier re-arms the throttle.

use jiff::{SignedDuration, ToSpan};
use model::{Fault, FaultKind, Timestamp};
use reqwest::header::HeaderMap;

use super::envelope::Envelope;

/// Instants further away are taken for clock skew or nonsense.
const FARTHEST: SignedDuration = SignedDuration::from_hours(24);
/// Windows last a minute where the unit says so.
const WINDOW: i64 = 60;
/// Midnight in California, where the provider's day ends, in winter time; an hour late in summer, never early.
const DAY_ENDS_UTC_HOUR: i64 = 8;

/// The instant, if the answer names one ahead of `now`.
pub(super) fn instant(fault: &Fault, headers: &HeaderMap, envelope: &Envelope, now: Timestamp) -> Option<Timestamp> {
    let named = retry_after(headers, now)
        .or_else(|| envelope.retry_delay().and_then(|text| delay(text, now)))
        .or_else(|| in_words(&envelope.words()))
        .or_else(|| window_end(envelope));
    let ahead = |at: &Timestamp| *at > now && at.duration_since(now) <= FARTHEST;
    match named.filter(ahead) {
        None if fault.kind == FaultKind::DailyQuotaExhausted => day_end(now),
        named => named,
    }
}

/// `Retry-After`: seconds or an HTTP date (RFC 9110 section 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    match text.parse::<f64>() {
        Ok(seconds) => after(now, seconds),
        Err(_) => jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp()),
    }
}

/// `google.protobuf.Duration` as JSON: seconds with an `s`.
fn delay(text: &str, now: Timestamp) -> Option<Timestamp> {
    after(now, text.strip_suffix('s')?.parse().ok()?)
}

fn after(now: Timestamp, seconds: f64) -> Option<Timestamp> {
    let milliseconds = (seconds * 1000.0).ceil();
    if !(0.0..=1e12).contains(&milliseconds) {
        return None;
    }
    now.checked_add((milliseconds as i64).milliseconds()).ok()
}

/// `... Retry after 2026-06-12T19:16:46.648Z (Mail sending)`.
fn in_words(words: &str) -> Option<Timestamp> {
    let lower = words.to_ascii_lowercase();
    let at = lower.find("retry after ")? + "retry after ".len();
    let rest = words.get(at..)?.trim_start();
    let end = rest.find(|c: char| !(c.is_ascii_digit() || "-:.TZ".contains(c))).unwrap_or(rest.len());
    rest.get(..end)?.trim_end_matches('.').parse().ok()
}

/// The end of the minute whose start the refusal names. Only about a third of refusals do (facts 1.3 a).
fn window_end(envelope: &Envelope) -> Option<Timestamp> {
    envelope.metadata("quota_unit").filter(|unit| unit.starts_with("1/min/"))?;
    let start: i64 = envelope.metadata("window_start_time")?.parse().ok()?;
    Timestamp::from_second(start.checked_add(WINDOW)?).ok()
}

fn day_end(now: Timestamp) -> Option<Timestamp> {
    let day = 24 * 3600;
    let shift = DAY_ENDS_UTC_HOUR * 3600;
    let next = (now.as_second() - shift).div_euclid(day) + 1;
    Timestamp::from_second(next * day + shift).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_inside_sentences_are_found() {
        let at = |text| in_words(text).map(|t| t.to_string());
        assert_eq!(
            at("User-rate limit exceeded.  Retry after 2026-06-12T19:16:46.648Z (Mail sending)").as_deref(),
            Some("2026-06-12T19:16:46.648Z")
        );
        assert_eq!(at("retry after 2026-06-12T19:16:46Z.").as_deref(), Some("2026-06-12T19:16:46Z"));
        assert_eq!(at("Retry after lunch"), None);
    }

    #[test]
    fn delays_are_seconds_dates_or_durations() {
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", "1.5".parse().unwrap());
        assert_eq!(retry_after(&headers, now).unwrap().to_string(), "2026-11-01T12:00:01.5Z");
        headers.insert("retry-after", "Sun, 01 Nov 2026 12:00:30 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers, now).unwrap().to_string(), "2026-11-01T12:00:30Z");
        assert_eq!(delay("5.5s", now).unwrap().to_string(), "2026-11-01T12:00:05.5Z");
        assert_eq!(delay("-1s", now), None);
        assert_eq!(day_end(now).unwrap().to_string(), "2026-11-02T08:00:00Z");
    }
}
