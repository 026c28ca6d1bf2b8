//! When a grant's next turn is due.

use std::time::Duration;

use model::sync::SyncState;
use model::{Fault, Timestamp, Verdict};

use crate::gate::is_throttle;
use crate::random;
use crate::settings::Settings;
use crate::timer::later;

/// How long a claimed turn may go without writing its state before others may take it over.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// Longest pause after failures in a row.
const LONGEST_BACKOFF: Duration = Duration::from_secs(15 * 60);

/// What each call of a poll costs in time until the next. Where changes are told folder by folder, a mailbox of hundreds
/// would otherwise spend all its requests on being asked whether there is anything new: this is a quarter of Graph's.
const POLL_PER_CALL: Duration = Duration::from_millis(240);

/// The next poll after a turn that went well with so many calls, spread by a tenth so that grants made together drift apart.
/// Slow only where the provider tells of changes until then, or where a poll costs many calls.
pub(super) fn next_poll(settings: &Settings, told_until: Option<Timestamp>, calls: u64, now: Timestamp) -> Timestamp {
    let slow = later(now, spread(settings.poll_interval_with_push));
    match told_until {
        Some(ends) if ends >= slow => slow,
        _ => {
            let worth = POLL_PER_CALL.saturating_mul(u32::try_from(calls).unwrap_or(u32::MAX));
            let most = settings.poll_interval_with_push.max(settings.poll_interval);
            later(now, spread(worth.clamp(settings.poll_interval, most)))
        }
    }
}

fn spread(interval: Duration) -> Duration {
    let tenth = interval / 10;
    let jitter = Duration::from_millis(random::up_to(2 * tenth.as_millis() as u64));
    interval - tenth + jitter
}

/// Writes into the state when to try again after a failure. A throttle is not charged as one.
pub(super) fn after_failure(state: &mut SyncState, fault: &Fault, now: Timestamp) {
    if let Verdict::At(instant) = fault.verdict {
        state.next_at = instant.max(now);
        return;
    }
    if !is_throttle(fault) {
        state.failures = state.failures.saturating_add(1);
    }
    state.next_at = later(now, backoff(state.failures));
}

/// 1 s, 2 s, 4 s ... 15 min, each plus up to half as much again.
pub(crate) fn backoff(failures: u32) -> Duration {
    let base = Duration::from_secs(1 << failures.saturating_sub(1).min(10)).min(LONGEST_BACKOFF);
    (base + Duration::from_millis(random::up_to(base.as_millis() as u64 / 2))).min(LONGEST_BACKOFF)
}

#[cfg(test)]
mod tests {
    use model::FaultKind;
    use model::sync::SyncPhase;

    use super::*;

    fn state() -> SyncState {
        SyncState {
            phase: SyncPhase::Live,
            cursor: None,
            backfill_token: None,
            fresh_at: None,
            next_at: Timestamp::UNIX_EPOCH,
            failures: 0,
            mirrored: 0,
            expected: None,
        }
    }

    fn seconds(from: Timestamp, to: Timestamp) -> f64 {
        to.duration_since(from).as_secs_f64()
    }

    #[test]
    fn pauses_grow_from_a_second_to_a_quarter_of_an_hour() {
        let (mut state, now) = (state(), Timestamp::UNIX_EPOCH);
        let fault = Fault::new(FaultKind::TransientBackend, "");
        let mut waits = Vec::new();
        for _ in 0..20 {
            after_failure(&mut state, &fault, now);
            waits.push(seconds(now, state.next_at));
        }
        assert!((1.0..=1.5).contains(&waits[0]), "{waits:?}");
        assert!((4.0..=6.0).contains(&waits[2]), "{waits:?}");
        assert_eq!(waits[19], 900.0);
    }

    #[test]
    fn a_named_instant_is_kept_and_not_charged() {
        let (mut state, now) = (state(), Timestamp::UNIX_EPOCH);
        let at = later(now, Duration::from_secs(3600));
        after_failure(&mut state, &Fault::new(FaultKind::RateLimitedUser, "").with_verdict(Verdict::At(at)), now);
        assert_eq!((state.next_at, state.failures), (at, 0));
    }

    #[test]
    fn polls_are_spread_around_their_interval() {
        let (settings, now) = (Settings::default(), Timestamp::UNIX_EPOCH);
        let told_for = |seconds| Some(later(now, Duration::from_secs(seconds)));
        for _ in 0..100 {
            for quick in [None, told_for(1), told_for(500)] {
                assert!((27.0..=33.0).contains(&seconds(now, next_poll(&settings, quick, 1, now))));
            }
            assert!((540.0..=660.0).contains(&seconds(now, next_poll(&settings, told_for(3600), 1, now))));
        }
    }

    #[test]
    fn a_mailbox_that_takes_many_calls_is_polled_the_less_often_for_it() {
        let (settings, now) = (Settings::default(), Timestamp::UNIX_EPOCH);
        let after = |calls| seconds(now, next_poll(&settings, None, calls, now));
        for _ in 0..100 {
            assert!((27.0..=33.0).contains(&after(101)));
            assert!((108.0..=133.0).contains(&after(501)));
            assert!((540.0..=660.0).contains(&after(20_000)));
        }
    }
}
