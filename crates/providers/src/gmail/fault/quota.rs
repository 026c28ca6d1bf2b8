//! Which quota a throttle belongs to (facts 1.3): from the metadata of the refusal where there is any, else from the wording.

use model::FaultKind;
use model::quota::{Dimension, Level, Limited, QuotaRefusal, Regime};

use super::envelope::Envelope;

/// What a fault of this kind says about quotas; nothing when no quota refused.
pub(super) fn refusal(kind: FaultKind, envelope: &Envelope) -> Option<QuotaRefusal> {
    let units = Limited::By(Dimension::Units);
    let (level, what) = match kind {
        FaultKind::ConcurrencyLimited => (Level::Mailbox, Limited::Concurrency),
        // Counted in messages or in recipients; the refusal does not say, and either way sending rests.
        FaultKind::SendingQuotaExceeded => (Level::Mailbox, Limited::By(Dimension::Messages)),
        FaultKind::RateLimitedProject => (Level::Project, units),
        FaultKind::DailyQuotaExhausted => (daily_level(envelope), units),
        FaultKind::RateLimitedUser if is_backend(envelope) => (Level::Mailbox, Limited::General),
        FaultKind::RateLimitedUser => (Level::ProjectMailbox, units),
        _ => return None,
    };
    let told = what == units;
    Some(QuotaRefusal {
        level,
        what,
        regime: told.then(|| regime(envelope)).flatten(),
        limit: if told { envelope.metadata("quota_limit_value").and_then(|n| n.parse().ok()) } else { None },
    })
}

fn daily_level(envelope: &Envelope) -> Level {
    let per_user = envelope.metadata("quota_unit").is_some_and(|unit| unit.contains("{user}"));
    if per_user { Level::ProjectMailbox } else { Level::Project }
}

/// Gmail's backend throttles a mailbox whoever calls, and says less than the quota in front of it: `User-rate limit
/// exceeded.  Retry after ...` (bandwidth, heavy use) and `Resource has been exhausted` (heavy batches).
fn is_backend(envelope: &Envelope) -> bool {
    if envelope.metadata("quota_metric").is_some() || envelope.metadata("quota_limit").is_some() {
        return false;
    }
    let words = envelope.words().to_ascii_lowercase();
    ["user-rate limit exceeded", "resource has been exhausted"].iter().any(|text| words.contains(text))
}

/// The price list, which the metric's name gives away (facts 1.1).
fn regime(envelope: &Envelope) -> Option<Regime> {
    if let Some(metric) = envelope.metadata("quota_metric") {
        return match metric.rsplit('/').next() {
            Some("total_query_cost") => Some(Regime::Current),
            Some("default") => Some(Regime::Previous),
            _ => None,
        };
    }
    let words = envelope.words();
    let says = |text: &str| words.contains(text);
    if says("metric 'Queries'") || says("'Previous quota:") {
        Some(Regime::Previous)
    } else if says("metric 'Total Query Cost'") {
        Some(Regime::Current)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
