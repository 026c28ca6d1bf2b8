//! Postroad's own rate limits (contract facts, section 4): per application for administration, per grant for mail.

mod elapsed;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use model::{ApplicationId, Clock, Fault, FaultKind, GrantId, Timestamp, Verdict};
use uuid::Uuid;

use self::elapsed::Elapsed;
use crate::Settings;

/// Idle keys are dropped after this many checks of a limiter.
const SWEEP_EVERY: u32 = 4096;
/// Provider detection: 20 a minute and application (contract).
const DETECTIONS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// All limits of the HTTP side.
pub struct Limits {
    admin: Limiter,
    grant: Limiter,
    multipart: Limiter,
    detect: Limiter,
    visit: Limiter,
}

impl Limits {
    /// The limits as configured; a rate of 0 switches one off. They go by the time that passes on `clock`.
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Self {
        let elapsed = Elapsed::by(clock);
        let limiter = |quota| Limiter::new(quota, &elapsed);
        let per_second = |rate| limiter(NonZeroU32::new(rate).map(Quota::per_second));
        Self {
            admin: per_second(settings.admin_rate),
            grant: per_second(settings.grant_rate),
            multipart: per_second(settings.multipart_rate),
            visit: per_second(settings.visit_rate),
            detect: limiter((settings.admin_rate > 0).then(|| Quota::per_minute(DETECTIONS_PER_MINUTE))),
        }
    }

    /// One administrative request.
    pub fn admin(&self, application: ApplicationId) -> Result<(), Fault> {
        self.admin.check(application.0, "requests of this application")
    }

    /// One request about mail.
    pub fn grant(&self, grant: GrantId) -> Result<(), Fault> {
        self.grant.check(grant.0, "requests for this grant")
    }

    /// One send as multipart.
    pub fn multipart(&self, grant: GrantId) -> Result<(), Fault> {
        self.multipart.check(grant.0, "multipart sends for this grant")
    }

    /// One visit to a mark of a tracked message. Those whose network address is unknown share one allowance.
    pub fn visit(&self, ip: Option<&str>) -> Result<(), Fault> {
        let key = ip.and_then(|ip| ip.parse().ok()).map_or_else(Uuid::nil, neighbourhood);
        self.visit.check(key, "visits from this network address")
    }

    /// One provider detection.
    pub fn detect(&self, application: ApplicationId) -> Result<(), Fault> {
        self.detect.check(application.0, "provider detections of this application")
    }
}

/// An address as a key: a provider gives a customer one of IPv4, of IPv6 a whole network (RFC 6177: /64 at least).
fn neighbourhood(ip: IpAddr) -> Uuid {
    match ip {
        IpAddr::V4(ip) => Uuid::from_u128(ip.to_ipv6_mapped().to_bits()),
        IpAddr::V6(ip) => Uuid::from_u128(ip.to_bits() & !u128::from(u64::MAX)),
    }
}

type Keyed = RateLimiter<Uuid, DefaultKeyedStateStore<Uuid>, Elapsed, NoOpMiddleware<Duration>>;

struct Limiter {
    keyed: Option<(Keyed, Quota)>,
    checks: AtomicU32,
}

impl Limiter {
    fn new(quota: Option<Quota>, elapsed: &Elapsed) -> Self {
        let keyed = |quota| (RateLimiter::new(quota, DefaultKeyedStateStore::default(), elapsed.clone()), quota);
        Self { keyed: quota.map(keyed), checks: AtomicU32::new(0) }
    }

    fn check(&self, key: Uuid, what: &str) -> Result<(), Fault> {
        let Some((limiter, quota)) = &self.keyed else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(limiter.clock().now());
            // The first moment a request passes is a floor: never told too early.
            let at = limiter.clock().shown_after(wait + Duration::from_millis(1));
            over(what, quota.burst_size().get(), quota.burst_size_replenished_in(), at)
        })
    }
}

fn over(what: &str, most: u32, window: Duration, at: Timestamp) -> Fault {
    let window = if window <= Duration::from_secs(1) { "second" } else { "minute" };
    Fault::new(
        FaultKind::ApiRateLimited,
        format!("Too many requests, please try again shortly: at most {most} {what} are allowed per {window}."),
    )
    .with_verdict(Verdict::At(at))
}

#[cfg(test)]
mod tests {
    use engine::timer::{HandClock, Timer};

    use super::*;

    /// Limits by a clock that stands until it is moved.
    fn standing(settings: &Settings) -> (Limits, Arc<HandClock>) {
        let clock = Timer::by_hand(Timestamp::UNIX_EPOCH).1;
        (Limits::new(settings, clock.clone()), clock)
    }

    fn settings(grant_rate: u32) -> Settings {
        Settings { grant_rate, ..Settings::default() }
    }

    #[test]
    fn over_the_rate_a_fault_says_when_to_come_back() {
        let (limits, clock) = standing(&settings(2));
        let (one, other) = (GrantId(Uuid::from_u128(1)), GrantId(Uuid::from_u128(2)));
        assert!(limits.grant(one).is_ok());
        assert!(limits.grant(one).is_ok());
        let fault = limits.grant(one).unwrap_err();
        assert_eq!(fault.kind, FaultKind::ApiRateLimited);
        let half = Duration::from_millis(500);
        assert_eq!(fault.retry_at(), Some(clock.now() + half + Duration::from_millis(1)));
        assert!(limits.grant(other).is_ok(), "another grant has its own allowance");
        clock.advance(half - Duration::from_millis(1));
        assert!(limits.grant(one).is_err());
        clock.advance(Duration::from_millis(2));
        assert!(limits.grant(one).is_ok());
        assert!(limits.grant(one).is_err());
    }

    #[test]
    fn visitors_of_one_network_share_an_allowance() {
        let (limits, _) = standing(&Settings { visit_rate: 1, ..Settings::default() });
        let passes = |ip| limits.visit(ip).is_ok();
        assert!(passes(Some("203.0.113.9")) && passes(Some("203.0.113.10")) && passes(None));
        assert!(!passes(Some("203.0.113.9")) && !passes(None) && !passes(Some("no address")));
        assert!(passes(Some("2001:db8:0:1::1")) && passes(Some("2001:db8:0:2::1")));
        assert!(!passes(Some("2001:db8:0:1:ffff::2")));
    }

    #[test]
    fn a_rate_of_zero_is_no_limit() {
        let (limits, _) = standing(&settings(0));
        for _ in 0..1000 {
            limits.grant(GrantId(Uuid::from_u128(1))).unwrap();
        }
    }
}
