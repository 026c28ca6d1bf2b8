//! Requests that are too large or not JSON (facts 1.4, 400 and 413).

use crate::fault_plan::catalogue::NamedFault;
use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::envelope::global;
use crate::fault_plan::catalogue::methods::{FRONT_END, TAKES_MESSAGE};
use crate::fault_plan::catalogue::page::front_end;

const BAD_REQUEST: &str = "<HTML>\n<HEAD>\n<TITLE>Bad Request</TITLE>\n</HEAD>\n<BODY>\n<H1>Bad Request</H1>\n<H2>Error 400</H2>\n</BODY>\n</HTML>\n";

const TOO_LARGE: &str = "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 413 (Request Entity Too Large)!!1</title>\n  \
    <p><b>413.</b> <ins>That's an error.</ins>\n  <p>Your client issued a request that was too large.  <ins>That's all we know.</ins>\n";

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("gmail.payload_too_large", TAKES_MESSAGE, (Reported, "facts 1.4"),
        Act::Envelope(global(400, "INVALID_ARGUMENT", "badRequest", "Request payload size exceeds the limit: 1048576 bytes.")),
        "400 `badRequest`: more than 1 MiB by the route that takes JSON; use the upload route"),
    row("gmail.request_too_large", TAKES_MESSAGE, (Reported, "facts 1.4"),
        Act::Envelope(global(413, "INVALID_ARGUMENT", "uploadTooLarge", "Request Entity Too Large")),
        "413 `uploadTooLarge`: more than the route takes"),
    row("gmail.request_too_large_html", TAKES_MESSAGE, (Reported, "facts 1.4"), front_end(413, TOO_LARGE),
        "413 as a page of the front end, no JSON"),
    row("gmail.bad_request_html", FRONT_END, (Reported, "facts 1.4"), front_end(400, BAD_REQUEST),
        "400 as a page of the front end, no JSON: a request line, an encoding or a size it does not take"),
];
