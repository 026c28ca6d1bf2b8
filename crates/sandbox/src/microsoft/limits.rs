//! Exchange Online's limits, enforced with arithmetic of the sandbox's own (facts 2.1, 2.3): per app and mailbox requests
//! in ten minutes, bytes up in five and calls at once; per mailbox mail per minute and recipients per day.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock::Clock;

/// The limits; 0 is none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GraphQuotas {
    /// Calls at once for one mailbox by one app; in a batch they count one by one.
    pub concurrency: u32,
    /// Requests of one app to one mailbox in ten minutes.
    pub requests: u32,
    /// Bytes that one app sends to one mailbox in five minutes.
    pub upload_bytes: u64,
    /// Messages of one mailbox in a minute; what is over leaves later.
    pub sends_per_minute: u32,
    /// Recipients of one mailbox in 24 hours; what is over comes back.
    pub recipients_per_day: u32,
    /// How long every call takes, in milliseconds by the sandbox's clock.
    pub latency_ms: u32,
    /// Whether a refusal for too many calls at once says when to come back. It is reported both ways.
    pub concurrency_retry_after: bool,
}

impl Default for GraphQuotas {
    fn default() -> Self {
        Self {
            concurrency: 4,
            requests: 10_000,
            upload_bytes: 150_000_000,
            sends_per_minute: 30,
            recipients_per_day: 10_000,
            latency_ms: 0,
            concurrency_retry_after: false,
        }
    }
}

impl GraphQuotas {
    /// These limits with some of them changed, by their names.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn changed(&self, settings: Map<String, Value>) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|error| error.to_string())?;
        for (name, value) in settings {
            // Each alone first, so that the sentence can name it.
            let one = Value::Object(Map::from_iter([(name.clone(), value.clone())]));
            serde_json::from_value::<Self>(one).map_err(|error| format!("{name}: {error}"))?;
            all[name] = value;
        }
        serde_json::from_value(all).map_err(|error| format!("the limits are refused: {error}"))
    }
}

const REQUEST_WINDOW_MS: i64 = 600_000;
const UPLOAD_WINDOW_MS: i64 = 300_000;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// Why a call is not let through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Throttled {
    /// Too many at once; the wait that is told, if any is.
    Crowded { wait_ms: Option<i64> },
    /// A window is used up; it has room again after so long.
    Window { wait_ms: i64 },
}

/// When a message may leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Departure {
    Now,
    /// In the queue until this instant, in milliseconds since the epoch.
    At(i64),
    /// Not at all: too many recipients in a day.
    Never,
}

/// Counts calls to Graph and refuses those beyond the limits.
#[derive(Debug)]
pub struct GraphMeter {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    quotas: Option<GraphQuotas>,
    /// By app and mailbox.
    uses: BTreeMap<(String, String), Use>,
    /// By mailbox.
    mail: BTreeMap<String, Mail>,
}

/// What one app does with one mailbox.
#[derive(Debug, Default)]
struct Use {
    now: u32,
    peak: u32,
    requests: VecDeque<i64>,
    uploads: VecDeque<(i64, u64)>,
    asked: u64,
    crowded: u64,
    over_requests: u64,
    over_uploads: u64,
}

/// What a mailbox sends.
#[derive(Debug, Default)]
struct Mail {
    /// When messages left, or will.
    departures: VecDeque<i64>,
    recipients: VecDeque<(i64, u64)>,
    accepted: u64,
    queued: u64,
    returned: u64,
}

/// A call's place among those under way; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    meter: Arc<GraphMeter>,
    key: (String, String),
}

impl GraphMeter {
    pub(crate) fn new(quotas: Option<GraphQuotas>, clock: Clock) -> Self {
        Self { clock, state: Mutex::new(State { quotas, ..State::default() }) }
    }

    /// Puts limits in force, or none; nothing is used of them yet.
    pub fn set(&self, quotas: Option<GraphQuotas>) {
        let mut state = self.state();
        state.quotas = quotas;
        state.forget();
    }

    /// The limits in force.
    pub fn quotas(&self) -> Option<GraphQuotas> {
        self.state().quotas.clone()
    }

    /// Begins counting anew.
    pub fn forget(&self) {
        self.state().forget();
    }

    /// All that is counted.
    pub fn report(&self) -> Value {
        let now_ms = self.clock.now_ms();
        let mut state = self.state();
        let mailboxes: Vec<Value> =
            state.uses.iter_mut().map(|((app, mailbox), used)| used.report(app, mailbox, now_ms)).collect();
        let mail: Vec<Value> = state.mail.iter().map(|(mailbox, mail)| mail.report(mailbox)).collect();
        let limits = state.quotas.clone().unwrap_or_default();
        json!({"on": state.quotas.is_some(), "limits": limits, "mailboxes": mailboxes, "mail": mail})
    }

    /// Asks for one call of so many bytes. Let through or not, it takes so long.
    pub(crate) fn admit(
        self: &Arc<Self>,
        app: &str,
        mailbox: &str,
        bytes: u64,
    ) -> (Result<Place, Throttled>, Duration) {
        let now_ms = self.clock.now_ms();
        let mut state = self.state();
        let quotas = state.quotas.clone().unwrap_or(GraphQuotas {
            concurrency: 0,
            requests: 0,
            upload_bytes: 0,
            ..GraphQuotas::default()
        });
        let latency = Duration::from_millis(u64::from(state.quotas.as_ref().map_or(0, |quotas| quotas.latency_ms)));
        let key = (app.to_owned(), mailbox.to_owned());
        let used = state.uses.entry(key.clone()).or_default();
        let place = used.admit(&quotas, bytes, now_ms).map(|()| Place { meter: self.clone(), key });
        (place, latency)
    }

    /// Enters a message that was accepted for sending, and says when it leaves.
    pub(crate) fn send(&self, mailbox: &str, recipients: usize) -> Departure {
        let now_ms = self.clock.now_ms();
        let mut state = self.state();
        let Some(quotas) = state.quotas.clone() else { return Departure::Now };
        state.mail.entry(mailbox.to_owned()).or_default().send(&quotas, recipients as u64, now_ms)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget(&mut self) {
        self.mail.clear();
        // Calls under way give their places back later.
        self.uses.retain(|_, used| used.now > 0);
        self.uses.values_mut().for_each(|used| *used = Use { now: used.now, peak: used.now, ..Use::default() });
    }
}

impl Use {
    /// A request counts whether it is let through or not (facts 2.1).
    fn admit(&mut self, quotas: &GraphQuotas, bytes: u64, now_ms: i64) -> Result<(), Throttled> {
        self.asked += 1;
        self.age(now_ms);
        let wait = |oldest: Option<i64>, window: i64| (oldest.unwrap_or(now_ms) + window - now_ms).max(1);
        let over = quotas.requests > 0 && self.requests.len() >= quotas.requests as usize;
        // So many are enough to know when there is room; a flood must not fill the memory.
        if self.requests.len() < 2 * quotas.requests as usize {
            self.requests.push_back(now_ms);
        }
        if over {
            self.over_requests += 1;
            let room = self.requests.len().saturating_sub(quotas.requests as usize);
            return Err(Throttled::Window { wait_ms: wait(self.requests.get(room).copied(), REQUEST_WINDOW_MS) });
        }
        let uploaded: u64 = self.uploads.iter().map(|(_, bytes)| bytes).sum();
        if quotas.upload_bytes > 0 && bytes > 0 && uploaded + bytes > quotas.upload_bytes {
            self.over_uploads += 1;
            let mut left = uploaded + bytes - quotas.upload_bytes;
            let room = self.uploads.iter().find(|(_, size)| {
                left = left.saturating_sub(*size);
                left == 0
            });
            return Err(Throttled::Window { wait_ms: wait(room.map(|(at, _)| *at), UPLOAD_WINDOW_MS) });
        }
        if quotas.concurrency > 0 && self.now >= quotas.concurrency {
            self.crowded += 1;
            return Err(Throttled::Crowded { wait_ms: quotas.concurrency_retry_after.then_some(1_000) });
        }
        if bytes > 0 {
            self.uploads.push_back((now_ms, bytes));
        }
        self.now += 1;
        self.peak = self.peak.max(self.now);
        Ok(())
    }

    fn age(&mut self, now_ms: i64) {
        while self.requests.front().is_some_and(|at| at + REQUEST_WINDOW_MS <= now_ms) {
            self.requests.pop_front();
        }
        while self.uploads.front().is_some_and(|(at, _)| at + UPLOAD_WINDOW_MS <= now_ms) {
            self.uploads.pop_front();
        }
    }

    fn report(&mut self, app: &str, mailbox: &str, now_ms: i64) -> Value {
        self.age(now_ms);
        let refused = json!({"concurrency": self.crowded, "requests": self.over_requests, "upload": self.over_uploads});
        json!({
            "app": app, "mailbox": mailbox, "asked": self.asked, "refused": refused, "under_way": self.now,
            "peak_concurrency": self.peak, "requests_in_window": self.requests.len(),
            "upload_bytes_in_window": self.uploads.iter().map(|(_, bytes)| bytes).sum::<u64>(),
        })
    }
}

impl Mail {
    fn send(&mut self, quotas: &GraphQuotas, recipients: u64, now_ms: i64) -> Departure {
        while self.recipients.front().is_some_and(|(at, _)| at + DAY_MS <= now_ms) {
            self.recipients.pop_front();
        }
        let so_far: u64 = self.recipients.iter().map(|(_, count)| count).sum();
        if quotas.recipients_per_day > 0 && so_far + recipients > u64::from(quotas.recipients_per_day) {
            self.returned += 1;
            return Departure::Never;
        }
        self.recipients.push_back((now_ms, recipients));
        while self.departures.front().is_some_and(|at| at + MINUTE_MS <= now_ms) {
            self.departures.pop_front();
        }
        let most = quotas.sends_per_minute as usize;
        let due = match self.departures.len().checked_sub(most) {
            Some(before) if most > 0 => self.departures.get(before).map(|at| at + MINUTE_MS),
            _ => None,
        };
        let due = due.unwrap_or(now_ms).max(now_ms);
        self.departures.push_back(due);
        self.accepted += 1;
        self.queued += u64::from(due > now_ms);
        if due > now_ms { Departure::At(due) } else { Departure::Now }
    }

    /// Messages that left or will; of them those that had to queue; and those that came back for want of recipients.
    fn report(&self, mailbox: &str) -> Value {
        json!({"mailbox": mailbox, "accepted": self.accepted, "queued": self.queued, "returned": self.returned})
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(used) = self.meter.state().uses.get_mut(&self.key) {
            used.now = used.now.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(quotas: GraphQuotas) -> (Arc<GraphMeter>, Clock) {
        let clock = Clock::frozen(jiff::Timestamp::UNIX_EPOCH);
        (Arc::new(GraphMeter::new(Some(quotas), clock.clone())), clock)
    }

    #[test]
    fn four_at_once_and_a_place_is_given_back() {
        let (meter, _) = meter(GraphQuotas::default());
        let mut places: Vec<_> = (0..4).map(|_| meter.admit("app", "a", 0).0.unwrap()).collect();
        assert_eq!(meter.admit("app", "a", 0).0.unwrap_err(), Throttled::Crowded { wait_ms: None });
        assert!(meter.admit("app", "b", 0).0.is_ok() && meter.admit("other", "a", 0).0.is_ok(), "each for itself");
        places.pop();
        assert!(meter.admit("app", "a", 0).0.is_ok());
    }

    #[test]
    fn requests_count_even_when_refused_and_the_wait_is_exact() {
        let (meter, clock) = meter(GraphQuotas { requests: 2, ..GraphQuotas::default() });
        assert!(meter.admit("app", "a", 0).0.is_ok());
        clock.advance(Duration::from_millis(250));
        assert!(meter.admit("app", "a", 0).0.is_ok());
        assert_eq!(meter.admit("app", "a", 0).0.unwrap_err(), Throttled::Window { wait_ms: 600_000 });
        clock.advance(Duration::from_millis(599_999));
        assert!(meter.admit("app", "a", 0).0.is_err(), "the refused request and the second are still in the window");
        clock.advance(Duration::from_millis(600_000));
        assert!(meter.admit("app", "a", 0).0.is_ok());
    }

    #[test]
    fn bytes_up_are_limited_by_themselves() {
        let (meter, clock) = meter(GraphQuotas { upload_bytes: 100, ..GraphQuotas::default() });
        assert!(meter.admit("app", "a", 60).0.is_ok());
        assert_eq!(meter.admit("app", "a", 60).0.unwrap_err(), Throttled::Window { wait_ms: 300_000 });
        assert!(meter.admit("app", "a", 0).0.is_ok(), "reads pass");
        clock.advance(Duration::from_secs(300));
        assert!(meter.admit("app", "a", 60).0.is_ok());
    }

    #[test]
    fn mail_over_the_minute_waits_and_over_the_day_comes_back() {
        let (meter, clock) =
            meter(GraphQuotas { sends_per_minute: 2, recipients_per_day: 5, ..GraphQuotas::default() });
        let sent: Vec<_> = (0..5).map(|_| meter.send("a", 1)).collect();
        use Departure::{At, Never, Now};
        assert_eq!(sent, [Now, Now, At(60_000), At(60_000), At(120_000)]);
        assert_eq!(meter.send("a", 1), Never);
        assert_eq!(meter.report()["mail"], json!([{"mailbox": "a", "accepted": 5, "queued": 3, "returned": 1}]));
        clock.advance(Duration::from_secs(86_400));
        assert_eq!(meter.send("a", 1), Now);
    }
}
