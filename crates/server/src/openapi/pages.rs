//! Health and documentation.

use http::Method;

use super::op::Op;
use super::params::*;

/// All of them.
pub fn operations() -> Vec<Op> {
    let op = |path, id, summary| Op::new("Installation", Method::GET, path, id, summary).open();
    vec![
        op("/healthz", "health", "The process answers").other("application/json", "It does."),
        op("/readyz", "ready", "The store answers too").other("application/json", "It does.").fails(&[503]),
        op("/openapi.json", "openapi", "This document").other("application/json", "OpenAPI 3.1."),
        op("/", "begin", "Where things are; browsers are led to the reference").other("application/json", "Addresses."),
        op("/docs", "reference", "The reference as a page")
            .takes(&[query("q", Kind::Text, "Only operations that hold these words.")])
            .other("text/html", "A page."),
        op("/docs/faults", "faults", "Every kind of fault").other("text/html", "A page."),
        op("/docs/faults/{kind}", "fault", "One kind of fault")
            .takes(&[path("kind", "As in `error.fault.kind`.")])
            .other("text/html", "A page."),
        op("/assets/{name}", "asset", "What the pages need")
            .takes(&[path("name", "A file name.")])
            .other("text/css", "A file."),
    ]
}
