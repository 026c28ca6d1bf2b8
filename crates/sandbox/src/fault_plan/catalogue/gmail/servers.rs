//! Google fails (facts 1.4, 5xx). On a send nobody knows then whether the message went out.

use crate::fault_plan::catalogue::NamedFault;
use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::envelope::{global, old};
use crate::fault_plan::catalogue::methods::{API, FRONT_END};
use crate::fault_plan::catalogue::page::front_end;

const BAD_GATEWAY: &str = "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 502 (Server Error)!!1</title>\n  \
    <p><b>502.</b> <ins>That's an error.</ins>\n  <p>The server encountered a temporary error and could not complete your request.\
    <p>Please try again in 30 seconds.  <ins>That's all we know.</ins>\n";

const TIMEOUT: &str = "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 504 (Gateway Timeout)!!1</title>\n  \
    <p><b>504.</b> <ins>That's an error.</ins>\n  <p>The server encountered a temporary error and could not complete your request.\
    <p>Please try again in 30 seconds.  <ins>That's all we know.</ins>\n";

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("gmail.backend_error", API, (Documented, "facts 1.4"),
        Act::Envelope(global(500, "INTERNAL", "backendError", "Backend Error")),
        "500 `backendError`: a failure of the backend that passes"),
    row("gmail.backend_error_old", API, (Documented, "guide to errors"),
        Act::Envelope(old(500, "global", "backendError", "Backend Error")),
        "500 `backendError` in the one-layer body that Google's guide shows"),
    row("gmail.internal_error", API, (Reported, "facts 1.4"),
        Act::Envelope(global(500, "INTERNAL", "internalError", "Internal error encountered.")),
        "500 `internalError`: a failure of the backend that passes, in other words"),
    row("gmail.unavailable", API, (Reported, "facts 1.4"),
        Act::Envelope(global(503, "UNAVAILABLE", "backendError", "The service is currently unavailable.")),
        "503: the service is unavailable"),
    row("gmail.bad_gateway_html", FRONT_END, (Reported, "facts 1.4"), front_end(502, BAD_GATEWAY),
        "502 as a page of the front end, no JSON"),
    row("gmail.gateway_timeout_html", FRONT_END, (Reported, "facts 1.4"), front_end(504, TIMEOUT),
        "504 as a page of the front end, no JSON"),
];
