//! Health and documentation.

use http::Method;

use super::op::Op;
use super::params::*;

/// All of them.
pub fn operations() -> Vec<Op> {
    let mark = |path, id, summary| Op::new("Tracking", Method::GET, path, id, summary).open();
    let token = path("token", "Names the message; unguessable.");
    let op = |path, id, summary| Op::new("Installation", Method::GET, path, id, summary).open();
    vec![
        mark("/t/{token}", "trackedPicture", "The picture in a tracked message")
            .says("Asked for by the recipients' mail programs. Whatever the token, the answer is the same; the visit counts if it names a sent message whose openings are tracked, once a minute. Sets no cookie.")
            .takes(&[token])
            .other("image/gif", "One transparent pixel."),
        mark("/t/{token}/{link}", "trackedLink", "A link in a tracked message")
            .says("Leads on to where the link led when the message was composed, and nowhere else; counts the visit. HEAD and prefetches do not count. Sets no cookie.")
            .takes(&[token, path("link", "The number of the link.")])
            .other("", "To where the link leads.")
            .redirects()
            .fails(&[404, 429]),
        op("/healthz", "health", "The process answers").other("application/json", "It does."),
        op("/readyz", "ready", "The store answers too").other("application/json", "It does.").fails(&[503]),
        op("/metrics", "metrics", "Figures for Prometheus")
            .says("For this machine alone, or whoever presents `metrics.token`; 404 where `metrics.enabled` is off.")
            .other("text/plain", "The text exposition format, version 0.0.4.")
            .fails(&[401]),
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
