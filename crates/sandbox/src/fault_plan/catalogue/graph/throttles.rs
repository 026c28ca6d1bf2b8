//! Too many, too much, too fast (Microsoft facts 2.1).

use super::{Refusal, refusal, says};
use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::methods::GRAPH;
use crate::fault_plan::catalogue::{NamedFault, Setting};

const SOURCE: &str = "Microsoft facts 2.1";
const GENERIC: Refusal =
    Refusal { inner: "429", wait: "{seconds}", ..refusal(429, "TooManyRequests", "Please retry again later.") };
/// A fraction, as the documentation shows it; whole seconds, or an instant, as seen elsewhere.
const SECONDS: &[(&str, Setting)] = &[("seconds", Setting::Text("2.128"))];

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("graph.mailbox_concurrency", GRAPH, (Reported, SOURCE),
        says(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit."),
        "429: more than four calls at once of this app for this mailbox; mostly without Retry-After"),
    row("graph.too_many_requests", GRAPH, (Documented, SOURCE), Act::Graph(GENERIC),
        "429: a window is used up; `Retry-After` is a fraction of seconds")
        .with(SECONDS),
    row("graph.activity_limit", GRAPH, (Reported, "Microsoft facts 3"),
        says(429, "activityLimitReached", "The app or user has been throttled."),
        "429 under another name"),
    row("graph.throttled_unknown", GRAPH, (Documented, SOURCE), says(429, "UnknownError", ""),
        "429 with a code and a message that say nothing"),
    row("graph.throttled_503", GRAPH, (Reported, SOURCE),
        Act::Graph(Refusal { wait: "{seconds}", ..refusal(503, "ErrorServerBusy", "The server cannot service this request right now. Try again later.") }),
        "503 that is a throttle: with Retry-After")
        .with(&[("seconds", Setting::Text("10"))]),
];
