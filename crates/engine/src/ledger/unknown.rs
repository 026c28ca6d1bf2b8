//! An unrecognised error as it is counted: what tells it from others, and one masked sample.

use model::fault::UnknownFault;
use model::{Fault, Provider};

use super::{Met, mask};
use crate::digest::sha256;

/// Characters of a sample at most.
const LONGEST_SAMPLE: usize = 300;
/// Hexadecimal digits of a fingerprint.
const FINGERPRINT: usize = 16;

/// The first of its kind, as met now. Its fingerprint holds no message text, so that wording that changes from answer to
/// answer neither makes new entries nor ends up in one.
pub(super) fn entry(met: &Met<'_>, provider: Provider, fault: &Fault) -> UnknownFault {
    let origin = fault.origin.as_deref().cloned().unwrap_or_default();
    let code = fault.provider_code.as_deref().map(|code| mask::mask(code, &[]));
    let person: Vec<&str> = met.grant.map_or_else(Vec::new, |grant| {
        [Some(grant.email.as_str()), grant.name.as_deref()].into_iter().flatten().collect()
    });
    let sample = mask::mask(fault.raw.as_deref().unwrap_or_default(), &person);
    let status = origin.status.map(|status| status.to_string()).unwrap_or_default();
    let told_by = [provider.as_str(), origin.protocol, &origin.operation, &status, code.as_deref().unwrap_or_default()];
    let fingerprint = hex::encode(sha256(told_by.join("\0").as_bytes()))[..FINGERPRINT].to_owned();
    UnknownFault {
        application_id: met.application,
        fingerprint,
        provider,
        protocol: origin.protocol.to_owned(),
        operation: origin.operation,
        status: origin.status,
        code,
        first_seen_at: met.now,
        last_seen_at: met.now,
        count: 1,
        sample: sample.chars().take(LONGEST_SAMPLE).collect(),
    }
}
