//! The instant before which a throttled call must not be repeated. Order of trust (facts 2): `Retry-After`, `RetryInfo`,
//! the instant inside the sentence, the window's start. Instants are floors: repeating earlier re-arms the throttle.

use model::{Fault, FaultKind, Timestamp};
use reqwest::header::HeaderMap;

use super::envelope::Envelope;
use crate::retry_after::{self, Wait};

/// Windows last a minute where the unit says so.
const WINDOW: i64 = 60;
/// Midnight in California, where the provider's day ends, in winter time; an hour late in summer, never early.
const DAY_ENDS_UTC_HOUR: i64 = 8;

/// The instant, if the answer names one ahead of `now` that is believed. A statement that is not leaves it to the next.
pub(super) fn instant(fault: &Fault, headers: &HeaderMap, envelope: &Envelope, now: Timestamp) -> Option<Timestamp> {
    retry_after::from_header_map(headers, now)
        .or_else(|| retry_after::parse(envelope.retry_delay()?)?.until(now))
        .or_else(|| in_words(&envelope.words())?.until(now))
        .or_else(|| window_end(envelope)?.until(now))
        .or_else(|| (fault.kind == FaultKind::DailyQuotaExhausted).then(|| day_end(now))?)
}

/// `... Retry after 2026-06-12T19:16:46.648Z (Mail sending)`.
fn in_words(words: &str) -> Option<Wait> {
    let lower = words.to_ascii_lowercase();
    let at = lower.find("retry after ")? + "retry after ".len();
    let rest = words.get(at..)?.trim_start();
    let (written, instant) = retry_after::instant_in(rest)?;
    rest.starts_with(written).then_some(Wait::Until(instant))
}

/// The end of the minute whose start the refusal names. Only about a third of refusals do (facts 1.3 a).
fn window_end(envelope: &Envelope) -> Option<Wait> {
    envelope.metadata("quota_unit").filter(|unit| unit.starts_with("1/min/"))?;
    let start: i64 = envelope.metadata("window_start_time")?.parse().ok()?;
    Timestamp::from_second(start.checked_add(WINDOW)?).ok().map(Wait::Until)
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
        let now: Timestamp = "2026-06-12T19:00:00Z".parse().unwrap();
        let at = |text| in_words(text)?.until(now).map(|t| t.to_string());
        assert_eq!(
            at("User-rate limit exceeded.  Retry after 2026-06-12T19:16:46.648Z (Mail sending)").as_deref(),
            Some("2026-06-12T19:16:46.648Z")
        );
        assert_eq!(at("retry after 2026-06-12T19:16:46Z.").as_deref(), Some("2026-06-12T19:16:46Z"));
        assert_eq!(at("Retry after lunch"), None);
        assert_eq!(at("Retry after lunch, 2026-06-12T19:16:46Z"), None);
        assert_eq!(at("Retry after 2026-06-14T19:16:46Z"), None);
    }

    #[test]
    fn what_is_not_believed_gives_way() {
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let body =
            br#"{"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"5.5s"}]}}"#;
        let named = |retry_after: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", retry_after.parse().unwrap());
            let fault = Fault::new(FaultKind::RateLimitedUser, "x");
            instant(&fault, &headers, &Envelope::read(body), now).map(|at| at.duration_since(now).as_secs_f64())
        };
        assert_eq!(named("1.5"), Some(1.5));
        assert_eq!(named("Sun, 01 Nov 2026 12:00:30 GMT"), Some(30.0));
        assert_eq!(named("7, 9"), Some(9.0));
        for nonsense in ["0", "-1", "99999999999999999999", "Sun, 01 Nov 1998 12:00:30 GMT", "soon"] {
            assert_eq!(named(nonsense), Some(5.5), "{nonsense}");
        }
    }

    #[test]
    fn the_day_ends_in_california() {
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        assert_eq!(day_end(now).unwrap().to_string(), "2026-11-02T08:00:00Z");
    }
}
