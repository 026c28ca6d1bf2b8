//! How an attempt ended, and when the next one is due (nylas-v3.md 5.3).

use std::time::Duration;

use model::Timestamp;
use model::webhook::DeliveryState;

use crate::random;
use crate::timer::later;

/// Attempts in all.
const ATTEMPTS: u32 = 3;
/// Longest wait a receiver may ask for.
const LONGEST_WISH: Duration = Duration::from_secs(3600);

/// What came of posting a delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// An HTTP status, and the wait asked for in `Retry-After`.
    Status(u16, Option<Duration>),
    /// No answer: a connection error or a timeout.
    None(String),
}

impl Answer {
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Answer::Status(status, _) => Some(*status),
            Answer::None(_) => None,
        }
    }

    pub(super) fn error(&self) -> Option<String> {
        match self {
            Answer::Status(200, _) => None,
            Answer::Status(status, _) => Some(format!("status is not ok, got {status}")),
            Answer::None(why) => Some(why.clone()),
        }
    }

    /// Whether the contract retries this. No answer at all is retried too, which the contract leaves open.
    fn is_passing(&self) -> bool {
        match self {
            Answer::Status(status, _) => matches!(status, 408 | 429 | 502 | 503 | 504 | 507),
            Answer::None(_) => true,
        }
    }

    fn wish(&self) -> Duration {
        match self {
            Answer::Status(429, Some(wish)) => (*wish).min(LONGEST_WISH),
            _ => Duration::ZERO,
        }
    }
}

/// Where a delivery stands after its `attempts`-th attempt, and when it is due again.
pub(super) fn after(answer: &Answer, attempts: u32, now: Timestamp) -> (DeliveryState, Timestamp) {
    match answer {
        Answer::Status(200, _) => (DeliveryState::Delivered, now),
        answer if answer.is_passing() && attempts < ATTEMPTS => {
            (DeliveryState::Pending, later(now, pause(attempts).max(answer.wish())))
        }
        _ => (DeliveryState::Failed, now),
    }
}

/// 1 to 2 minutes after the first attempt, then 9.5 to 16: the last one comes 10.5 to 18 minutes after the first.
fn pause(attempts: u32) -> Duration {
    match attempts {
        0 | 1 => Duration::from_secs(60 + random::up_to(60)),
        _ => Duration::from_secs(570 + random::up_to(390)),
    }
}

/// Reads `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value.trim()).ok()?;
    Duration::try_from(date.duration_since(now)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn state(answer: Answer, attempts: u32) -> DeliveryState {
        after(&answer, attempts, NOW).0
    }

    #[test]
    fn only_passing_failures_are_retried() {
        assert_eq!(state(Answer::Status(200, None), 1), DeliveryState::Delivered);
        for status in [408, 429, 502, 503, 504, 507] {
            assert_eq!(state(Answer::Status(status, None), 1), DeliveryState::Pending, "{status}");
        }
        for status in [201, 204, 301, 400, 401, 404, 410, 500, 501] {
            assert_eq!(state(Answer::Status(status, None), 1), DeliveryState::Failed, "{status}");
        }
        assert_eq!(state(Answer::None("timeout".into()), 2), DeliveryState::Pending);
        assert_eq!(state(Answer::None("timeout".into()), 3), DeliveryState::Failed);
    }

    #[test]
    fn the_last_attempt_comes_ten_to_twenty_minutes_after_the_first() {
        for _ in 0..100 {
            let (_, second) = after(&Answer::Status(503, None), 1, NOW);
            let (_, third) = after(&Answer::Status(503, None), 2, second);
            let minutes = third.duration_since(NOW).as_secs_f64() / 60.0;
            assert!((10.0..=20.0).contains(&minutes), "{minutes}");
        }
    }

    #[test]
    fn a_receivers_wish_is_a_floor() {
        let (_, due) = after(&Answer::Status(429, Some(Duration::from_secs(1200))), 1, NOW);
        assert_eq!(due, later(NOW, Duration::from_secs(1200)));
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        assert_eq!(retry_after("120", NOW), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Thu, 01 Jan 1970 00:02:00 GMT", NOW), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("soon", NOW), None);
    }
}
