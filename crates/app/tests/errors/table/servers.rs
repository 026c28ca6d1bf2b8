//! Google fails: reads are repeated and succeed or say so; a send is repeated only after its draft proved that it is not out.

use std::time::Duration;

use model::FaultKind::{self, *};

use super::row::*;

/// What fails how: name, promised error, the sandbox's fault, our status, kind.
const FAILURES: [(&str, [&str; 3], &str, u16, FaultKind); 4] = [
    (
        "backend",
        ["backend_error", "backend_error_passes", "backend_error_at_send"],
        "gmail.backend_error",
        503,
        TransientBackend,
    ),
    (
        "gateway",
        ["bad_gateway", "bad_gateway_passes", "bad_gateway_at_send"],
        "gmail.bad_gateway_html",
        503,
        TransientBackend,
    ),
    (
        "unavailable",
        ["unavailable", "unavailable_passes", "unavailable_at_send"],
        "gmail.unavailable",
        503,
        TransientBackend,
    ),
    (
        "timeout",
        ["gateway_timeout", "gateway_timeout_passes", "gateway_timeout_at_send"],
        "gmail.gateway_timeout_html",
        504,
        GatewayTimeout,
    ),
];

/// A draft that may have gone out is looked at after this long, and sent again if it is still there.
const UNTIL_LOOK: Duration = Duration::from_secs(2);

pub fn rows() -> Vec<Row> {
    FAILURES
        .into_iter()
        .flat_map(|(what, names, fault, status, kind)| failing(promised(what), names, fault, status, kind))
        .collect()
}

fn promised(what: &str) -> &'static str {
    match what {
        "backend" => "backend error",
        "gateway" => "bad gateway",
        "unavailable" => "service unavailable",
        _ => "gateway timeout",
    }
}

fn failing(of: &'static str, names: [&'static str; 3], fault: &'static str, status: u16, kind: FaultKind) -> [Row; 3] {
    let [stays, passes, at_send] = names;
    let failed = |verdict| refused(status, "provider_error", kind).retry(verdict);
    [
        row(stays, of, Call::Search, sandbox(fault)).is(failed("backoff")).asked(3..=3),
        row(passes, of, Call::Search, Before::Sandbox { fault, times: Some(2), with: &[] }).asked(3..=3),
        row(at_send, of, Call::Send, sandbox(fault)).is(failed("look_first")).again_after(UNTIL_LOOK),
    ]
}
