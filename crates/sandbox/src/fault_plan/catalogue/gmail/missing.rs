//! What is not there, and what is there already (facts 1.4, 404 and 409).

use crate::fault_plan::catalogue::NamedFault;
use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::envelope::{global, old};
use crate::fault_plan::catalogue::methods::{BY_ID, HISTORY, INSERTS, NAMES_LABEL};
use crate::fault_plan::catalogue::page::front_end;

const NOT_FOUND: Act = Act::Envelope(global(404, "NOT_FOUND", "notFound", "Requested entity was not found."));

const PAGE: &str = "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Error 404 (Not Found)!!1</title>\n<p><b>404.</b> <ins>That's an error.</ins>\n\
    <p>The requested URL was not found on this server. <ins>That's all we know.</ins>\n";

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("gmail.not_found", BY_ID, (Captured, "facts 1.4"), NOT_FOUND,
        "404 `notFound`: the message, thread, draft or label is gone"),
    row("gmail.not_found_old", BY_ID, (Reported, "facts 1.4"), Act::Envelope(old(404, "global", "notFound", "Not Found")),
        "404 `notFound` in the one-layer body from before 2020: `Not Found`"),
    row("gmail.not_found_html", INSERTS, (Captured, "facts 1.4"), front_end(404, PAGE),
        "404 as a page of the front end: a path it does not know"),
    row("gmail.history_expired", HISTORY, (Captured, "facts 1.4, 3.7"), NOT_FOUND,
        "404 `notFound` on history.list: the history id is too old, the mailbox has to be read again"),
    row("gmail.label_conflict", NAMES_LABEL, (Captured, "facts 1.4"),
        Act::Envelope(global(409, "ABORTED", "aborted", "Label name exists or conflicts")),
        "409 `aborted`: another label has this name"),
];
