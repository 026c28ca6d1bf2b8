//! Troubles of the service itself (Microsoft facts 3): 5xx, two of which are one message's for ever.

use super::says;
use crate::fault_plan::catalogue::act::{Evidence::*, row};
use crate::fault_plan::catalogue::methods::{GRAPH, GRAPH_LISTS, GRAPH_READS};
use crate::fault_plan::catalogue::{Evidence, NamedFault};

const R: (Evidence, &str) = (Reported, "Microsoft facts 2.1, 3");
const D: (Evidence, &str) = (Documented, "Microsoft facts 2.1, 3");

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("graph.internal_error", GRAPH, D, says(500, "ErrorInternalServerError", "An internal server error occurred. The operation failed."), "500 that may pass"),
    row("graph.transient_error", GRAPH, D, says(500, "ErrorInternalServerTransientError", "An internal server error occurred. Try again later."), "500 that passes"),
    row("graph.corrupt_data", GRAPH_READS, R, says(500, "ErrorCorruptData", "Data is corrupt."),
        "500, and for ever: this one message cannot be read"),
    row("graph.cannot_open_attachment", GRAPH_READS, R, says(500, "ErrorCannotOpenFileAttachment", "OLE conversion failed for an attachment."),
        "500, and for ever: an attachment of this one message cannot be read"),
    row("graph.bad_gateway", GRAPH, D, says(502, "BadGateway", "Bad gateway."), "502 that passes"),
    row("graph.store_unavailable", GRAPH, R, says(503, "ErrorMailboxStoreUnavailable", "The mailbox database is temporarily unavailable."),
        "503: the mailbox's store is away; minutes"),
    row("graph.mailbox_move", GRAPH, R, says(503, "ErrorMailboxMoveInProgress", "The mailbox is being moved."), "503: the mailbox is being moved; minutes to hours"),
    row("graph.mailbox_info_stale", GRAPH, R, says(503, "MailboxInfoStale", "Mailbox info is stale."), "503: the mailbox has just been moved"),
    row("graph.service_unavailable", GRAPH, D, says(503, "ServiceUnavailable", "The service is temporarily unavailable."), "503 that passes"),
    row("graph.server_busy", GRAPH, R, says(503, "ErrorServerBusy", "The server cannot service this request right now. Try again later."), "503: Exchange is busy"),
    row("graph.unavailable_empty", GRAPH, R, says(503, "", ""), "503 without a body"),
    row("graph.gateway_timeout", GRAPH_LISTS, D, says(504, "GatewayTimeout", "The server did not respond in time."), "504: the page is too large; ask for less"),
    row("graph.gateway_timeout_unknown", GRAPH_LISTS, R, says(504, "UnknownError", ""), "504 that says nothing"),
    row("graph.bandwidth_limit", GRAPH, D, says(509, "BandwidthLimitExceeded", "Bandwidth Limit Exceeded"), "509: too many bytes"),
];
