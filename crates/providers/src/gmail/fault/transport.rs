//! Failures without an answer, and answers that make no sense.

use model::{Fault, FaultKind, Provider, Verdict};

use super::Call;
use crate::transport::lost::causes;
use crate::wire::short_raw;

/// A request that got no (whole) answer.
pub(crate) fn transport(error: &reqwest::Error, call: Call) -> Fault {
    let kind = if error.is_timeout() { FaultKind::GatewayTimeout } else { FaultKind::Network };
    // Without a connection nothing went out; a request that could not be built did not either.
    let unsent = error.is_connect() || error.is_builder();
    let uncertain = call == Call::Send && !unsent;
    let what = if error.is_timeout() { "timeout" } else { "transport" };
    fault(kind, &format!("{what}: {}", causes(error)), uncertain)
}

/// An answer of success that cannot be understood.
pub(crate) fn unreadable(why: &str, call: Call) -> Fault {
    // A send that was answered with success was carried out, whatever the body says.
    fault(FaultKind::TransientBackend, why, call == Call::Send)
}

fn fault(kind: FaultKind, raw: &str, uncertain: bool) -> Fault {
    let fault = Fault::new(kind, format!("Google: {}", kind.cause()));
    Fault {
        verdict: if uncertain { Verdict::LookFirst } else { fault.verdict.clone() },
        provider: Some(Provider::Google),
        raw: Some(short_raw(raw.as_bytes())),
        ..fault
    }
}
