//! What Prometheus reads at `/metrics`. No label names a grant: the page stays small whatever the number of mailboxes.

pub mod expose;
mod process;
mod requests;

use std::sync::Arc;

use engine::quotas::GateTotals;
use model::Timestamp;
use store::Gauges;

use crate::app::App;
use crate::brief::Brief;
use crate::error::Refusal;
use expose::{Kind, Page};
pub use requests::Requests;

/// Figures of the store and of all keys are read again after so many milliseconds.
const KEEP: i64 = 5_000;

/// What is counted for metrics.
pub struct Metrics {
    /// Answers of ours.
    pub requests: Requests,
    started: Timestamp,
    /// The part of the page that takes some looking up.
    slow: Brief<(), Arc<str>>,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new(started: Timestamp) -> Self {
        Self { requests: Requests::default(), started, slow: Brief::new(KEEP) }
    }

    /// The whole page.
    pub async fn page(&self, app: &App) -> Result<String, Refusal> {
        let mut page = Page::default();
        page.family("postroad_build_info", Kind::Gauge, "The version that runs.")
            .put(&[("version", env!("CARGO_PKG_VERSION"))], 1.0);
        process::tell(&mut page, self.started);
        self.requests.tell(&mut page);
        let text = page.finish() + &self.slow(app).await?;
        Ok(text)
    }

    async fn slow(&self, app: &App) -> Result<Arc<str>, Refusal> {
        let now = app.engine().now();
        if let Some(text) = self.slow.get(&(), now) {
            return Ok(text);
        }
        let mut page = Page::default();
        gate(&mut page, &app.engine().gate_totals());
        at_rest(&mut page, &app.reads().gauges(now).await?);
        let text: Arc<str> = page.finish().into();
        self.slow.put((), text.clone(), now);
        Ok(text)
    }
}

fn gate(page: &mut Page, totals: &GateTotals) {
    type Of = fn(&model::standing::Asked) -> f64;
    let families: [(&'static str, &str, Of); 4] = [
        ("postroad_provider_calls_total", "Calls to providers, inner calls of batches included.", |a| a.calls as f64),
        ("postroad_provider_units_total", "Units of the providers' quotas that they took.", |a| a.units as f64),
        ("postroad_provider_waits_total", "Requests that had to wait for leave to call.", |a| a.waits as f64),
        ("postroad_provider_waited_seconds_total", "How long these waited.", |a| a.waited_ms as f64 / 1000.0),
    ];
    for (name, help, of) in families {
        let mut family = page.family(name, Kind::Counter, help);
        for ((application, provider, class), asked) in &totals.asked {
            let (application, provider) = (application.to_string(), provider.to_string());
            let labels = [("application", &*application), ("provider", &*provider), ("class", class.as_str())];
            family.put(&labels, of(asked));
        }
    }
    let help = "Calls that providers refused because of a quota, by kind of fault.";
    let mut family = page.family("postroad_provider_refusals_total", Kind::Counter, help);
    for ((application, provider, kind), calls) in &totals.refused {
        let (application, provider) = (application.to_string(), provider.to_string());
        let labels = [("application", &*application), ("provider", &*provider), ("kind", kind.as_str())];
        family.put(&labels, *calls as f64);
    }
    let help = "Keys with a quota, by level and state: all known, closed by a throttle, paced after a refusal.";
    let mut family = page.family("postroad_quota_keys", Kind::Gauge, help);
    for one in &totals.keys {
        for (state, count) in [("known", one.keys), ("throttled", one.throttled), ("tight", one.tight)] {
            family.put(&[("level", one.level.as_str()), ("state", state)], count as f64);
        }
    }
    let mut family = page.family("postroad_provider_waiting", Kind::Gauge, "Calls in line for leave, by class.");
    for (class, count) in &totals.waiting {
        family.put(&[("class", class.as_str())], *count as f64);
    }
}

fn at_rest(page: &mut Page, gauges: &Gauges) {
    let help = "Mailboxes by provider, state of their grant, and how far their mirror has come.";
    let mut family = page.family("postroad_mailboxes", Kind::Gauge, help);
    for one in &gauges.mailboxes {
        let grant = if one.valid { "valid" } else { "invalid" };
        let provider = one.provider.to_string();
        family.put(&[("provider", &provider), ("grant", grant), ("phase", &one.phase)], one.count as f64);
    }
    let help = "Mailboxes of valid grants whose mirror equalled them within so many seconds.";
    let mut family = page.family("postroad_mailboxes_fresh", Kind::Gauge, help);
    for (seconds, count) in &gauges.fresh {
        family.put(&[("within_seconds", &seconds.to_string())], *count as f64);
    }
    let help = "Webhook deliveries to be made, and given up but still kept; counted up to 100000.";
    let mut family = page.family("postroad_webhook_deliveries", Kind::Gauge, help);
    family.put(&[("state", "pending")], gauges.pending_deliveries as f64);
    family.put(&[("state", "failed")], gauges.failed_deliveries as f64);
    let help = "Errors of providers that were not recognised, until `postroad admin faults forget`.";
    let mut family = page.family("postroad_unknown_faults", Kind::Gauge, help);
    for (provider, count) in &gauges.unknown_faults {
        family.put(&[("provider", &provider.to_string())], *count as f64);
    }
}
