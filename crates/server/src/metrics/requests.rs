//! Answers of ours, by family of routes: how many of each status, and how long they took.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;

use super::expose::{Kind, Page};
use crate::call::Family;

/// Upper bounds of the buckets in seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// What was answered so far.
#[derive(Default)]
pub struct Requests(Mutex<BTreeMap<Family, Served>>);

#[derive(Default)]
struct Served {
    by_status: BTreeMap<u16, u64>,
    buckets: [u64; BOUNDS.len() + 1],
    took: Duration,
}

impl Requests {
    /// Counts an answer.
    pub fn count(&self, family: Family, status: StatusCode, took: Duration) {
        let mut all = self.lock();
        let served = all.entry(family).or_default();
        *served.by_status.entry(status.as_u16()).or_default() += 1;
        let seconds = took.as_secs_f64();
        served.buckets[BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len())] += 1;
        served.took += took;
    }

    /// Writes the families.
    pub fn tell(&self, page: &mut Page) {
        let all = self.lock();
        let help = "Requests answered, by family of routes and status.";
        let mut family = page.family("postroad_http_requests_total", Kind::Counter, help);
        for (routes, served) in all.iter() {
            for (status, count) in &served.by_status {
                family.put(&[("routes", routes.as_str()), ("status", &status.to_string())], *count as f64);
            }
        }
        let help = "Seconds from a request's head to its answer's head, by family of routes.";
        let mut family = page.family("postroad_http_request_duration_seconds", Kind::Histogram, help);
        for (routes, served) in all.iter() {
            family.histogram(&[("routes", routes.as_str())], &BOUNDS, &served.buckets, served.took.as_secs_f64());
        }
    }

    // A panic while holding the lock can only leave a count out.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Family, Served>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
