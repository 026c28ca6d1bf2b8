//! Why a call does not go: the provider's own words where it closed the door, ours where we keep it shut.

use model::quota::Dimension;

use super::*;

impl State {
    /// The fault for a call that gets no leave.
    pub(super) fn explain(&mut self, passage: &Passage, class: Class, estimate: Estimate, now: Moment) -> Fault {
        let at = estimate.until.filter(|until| *until > now).map(instant);
        let reason = passage.key(estimate.level).and_then(|key| self.reasons.get(&key));
        let fault = match (estimate.because, reason) {
            (Because::Throttled, Some(fault)) => fault.clone(),
            (Because::Throttled, None) => throttled(estimate.level),
            (Because::Window(dimension) | Because::Pace(dimension), _) => exhausted(estimate.level, dimension),
            (Because::Concurrency | Because::Turn, _) => busy(class),
        };
        let fault = Fault { provider: Some(passage.provider), ..fault };
        match at {
            Some(at) if !matches!(estimate.because, Because::Concurrency | Because::Turn) => {
                fault.with_verdict(Verdict::At(at))
            }
            _ => fault,
        }
    }
}

/// A closed key whose reason is not known any more.
pub(super) fn closed(level: Level, what: Limited) -> Fault {
    match what {
        Limited::By(dimension) if dimension.is_sending() => {
            Fault::new(FaultKind::SendingQuotaExceeded, "The provider said that enough was sent for a while.")
        }
        _ => throttled(level),
    }
}

fn throttled(level: Level) -> Fault {
    let (kind, whom) = match level {
        Level::Project | Level::Tenant => (FaultKind::RateLimitedProject, "project"),
        Level::ProjectMailbox | Level::Mailbox => (FaultKind::RateLimitedUser, "mailbox"),
    };
    Fault::new(kind, format!("The provider asked to leave this {whom} alone for a while, so it was not asked again."))
}

fn exhausted(level: Level, dimension: Dimension) -> Fault {
    let kind = match (dimension.is_sending(), level) {
        (true, _) => FaultKind::SendingQuotaExceeded,
        (false, Level::Project | Level::Tenant) => FaultKind::RateLimitedProject,
        (false, _) if matches!(dimension, Dimension::BytesUp | Dimension::BytesDown) => FaultKind::BandwidthLimited,
        (false, _) => FaultKind::RateLimitedUser,
    };
    let of = match level {
        Level::Project | Level::Tenant => "the project with the provider",
        Level::ProjectMailbox | Level::Mailbox => "the mailbox",
    };
    let what = match dimension {
        Dimension::Units => "quota units",
        Dimension::Requests => "requests",
        Dimension::BytesUp => "upload volume",
        Dimension::BytesDown => "download volume",
        Dimension::Messages => "messages to send",
        Dimension::Recipients => "recipients to send to",
    };
    Fault::new(
        kind,
        format!("Held back before it reached the provider: the {what} that {of} has for this while are used up."),
    )
}

fn busy(class: Class) -> Fault {
    let what = if class == Class::Send { "send" } else { "provider call" };
    Fault::new(
        FaultKind::GatewayTimeout,
        format!("The {what} did not begin in time because too many calls for this mailbox were under way."),
    )
}
