//! 202, and yet not delivered: a report arrives in the sender's inbox (Microsoft facts 1.1, 2.3).

use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::methods::GRAPH_SENDS;
use crate::fault_plan::catalogue::{Evidence, NamedFault};

const D: (Evidence, &str) = (Documented, "Microsoft facts 2.3");

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("graph.ndr_recipient", GRAPH_SENDS, D, Act::Returned("recipient"), "202, then a report: 550 5.1.10, nobody has the address"),
    row("graph.ndr_quota", GRAPH_SENDS, D, Act::Returned("quota"),
        "202, then a report: 554 5.2.0 SubmissionQuotaExceeded, the mailbox's recipients of 24 hours are used up"),
    row("graph.ndr_tenant_limit", GRAPH_SENDS, D, Act::Returned("tenant_limit"),
        "202, then a report: 550 5.7.233, the organisation's recipients outside are used up"),
    row("graph.ndr_tenant_blocked", GRAPH_SENDS, D, Act::Returned("tenant_blocked"),
        "202, then a report: 550 5.7.705, the organisation is over its threshold"),
    row("graph.ndr_bad_sender", GRAPH_SENDS, D, Act::Returned("bad_sender"),
        "202, then a report: 550 5.1.8, the account is restricted from sending"),
];
