//! From answers that are not what was hoped for to faults: refusals, lost answers, answers without sense.

use model::quota::{Level, Limited, QuotaRefusal};
use model::{Fault, FaultKind, Provider, Scope, Timestamp};

use super::cost::Operation;
use super::fault;
use crate::transport::fault::{Failure, classify};
use crate::wire::WireAnswer;

/// An answer that holds an error, also an inner one of a batch (then `body` is the whole item and no status is given).
pub(super) fn refusal(
    status: Option<u16>,
    headers: &[(&str, &str)],
    body: &[u8],
    operation: Operation,
    now: Timestamp,
) -> Fault {
    let answer = WireAnswer { status, headers, body, operation: Some(operation.name()), now };
    let fault = fault::classify(&answer);
    Fault { quota: quota(&fault), ..fault }
}

/// Which quota a throttle belongs to. Concurrency and rate are counted per app and mailbox (facts 2.1); a throttle of the
/// whole app or tenant closes the registration.
fn quota(fault: &Fault) -> Option<QuotaRefusal> {
    use FaultKind::*;
    let (level, what) = match (fault.kind, fault.scope) {
        (ConcurrencyLimited, _) => (Level::Mailbox, Limited::Concurrency),
        (SendingQuotaExceeded, _) => (Level::Mailbox, Limited::By(model::quota::Dimension::Recipients)),
        (BandwidthLimited, _) => (Level::ProjectMailbox, Limited::By(model::quota::Dimension::BytesUp)),
        (AccountThrottled | RateLimitedUser | RateLimitedProject, Scope::App | Scope::Tenant) => {
            (Level::Project, Limited::General)
        }
        (AccountThrottled | RateLimitedUser, _) => (Level::ProjectMailbox, Limited::General),
        (RateLimitedProject | DailyQuotaExhausted, _) => (Level::Project, Limited::General),
        _ => return None,
    };
    Some(QuotaRefusal::new(level, what))
}

/// A request that got no (whole) answer.
pub(super) fn lost(error: &reqwest::Error, operation: Operation) -> Fault {
    crate::transport::lost::lost(error, Provider::Microsoft, operation.name())
}

/// An answer of success that cannot be understood.
pub(super) fn unreadable(why: &str, operation: Operation) -> Fault {
    classify(Failure::Garbled, Provider::Microsoft, Some(operation.name()), why)
}
