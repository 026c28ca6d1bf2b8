//! Failures without an answer, and answers that make no sense.

use model::{Fault, FaultKind, Provider, Verdict};

use super::Call;
use crate::wire::short_raw;

/// A request that got no (whole) answer.
pub(crate) fn transport(error: &reqwest::Error, call: Call) -> Fault {
    let kind = if error.is_timeout() { FaultKind::GatewayTimeout } else { FaultKind::Network };
    // Without a connection nothing went out; a request that could not be built did not either.
    let unsent = error.is_connect() || error.is_builder();
    let uncertain = call == Call::Send && !unsent;
    fault(kind, &chain(error), uncertain)
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

/// An error with its causes, the URL left out: its query holds search terms and ids.
fn chain(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "timeout".to_owned() } else { "transport".to_owned() };
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
