//! Requests that are wrong (facts 1.4, 400), and two that only look like it.

use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::envelope::{Envelope, global, invalid, old, unreadable};
use crate::fault_plan::catalogue::methods::{
    API, ATTACHMENTS, BATCH, BY_ID, HISTORY, LISTS, NAMES_LABEL, RELABELS, SENDS, TAKES_MESSAGE, WATCH,
};
use crate::fault_plan::catalogue::{NamedFault, Setting};

const SOURCE: &str = "facts 1.4";
const R: (crate::fault_plan::Evidence, &str) = (Reported, SOURCE);

const fn bad(message: &'static str) -> Act {
    Act::Envelope(invalid(message))
}

const fn precondition(message: &'static str) -> Act {
    Act::Envelope(global(400, "FAILED_PRECONDITION", "failedPrecondition", message))
}

const SORTING: Envelope = Envelope {
    location: Some(("orderBy", "parameter")),
    ..old(
        400,
        "global",
        "badRequest",
        "Sorting is not supported for queries with fullText terms. Results are always in descending relevance order.",
    )
};

const FIELDS: Envelope = Envelope {
    location: Some(("fields", "parameter")),
    ..global(400, "INVALID_ARGUMENT", "invalidParameter", "Invalid field selection {name}")
};

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("gmail.mail_service_not_enabled", API, R, precondition("Mail service not enabled"),
        "400 `failedPrecondition`: the account has no mailbox (sign-in only, suspended, or without a licence)"),
    row("gmail.precondition_failed", API, R, precondition("Precondition check failed."),
        "400 `failedPrecondition` that passes: one or two in a hundred reads fail like this and succeed when repeated; for ever with a service account that impersonates nobody"),
    row("gmail.recipient_required", SENDS, R, bad("Recipient address required"),
        "400: the message has no To, Cc or Bcc"),
    row("gmail.invalid_to_header", SENDS, R, bad("Invalid To header"), "400: To holds something that is no address"),
    row("gmail.invalid_cc_header", SENDS, R, bad("Invalid Cc header"), "400: Cc holds something that is no address"),
    row("gmail.invalid_bcc_header", SENDS, R, bad("Invalid Bcc header"), "400: Bcc holds something that is no address"),
    row("gmail.invalid_from_header", SENDS, R, bad("Invalid From header"), "400: From holds something that is no address"),
    row("gmail.raw_required", TAKES_MESSAGE, R,
        bad("'raw' RFC822 payload message string or uploading message via /upload/* URL required"),
        "400: no message came with the request; also when something between cut a large body short"),
    row("gmail.invalid_byte_string", TAKES_MESSAGE, R, bad("Invalid value for ByteString: {value}"),
        "400: `raw` is not base64url, in Gmail's own words")
        .with(&[("value", Setting::Text("RnJvbTog+w/=="))]),
    row("gmail.base64_decoding_failed", TAKES_MESSAGE, R,
        Act::Envelope(unreadable(Some("{field}"), "Invalid value at '{field}' (TYPE_BYTES), Base64 decoding failed for \"{value}\"")),
        "400: `raw` is not base64url, in the words of the layer that reads JSON, with `fieldViolations`")
        .with(&[("field", Setting::Text("message.raw")), ("value", Setting::Text("RnJvbTog+w/=="))]),
    row("gmail.invalid_id", BY_ID, R, bad("Invalid id value"), "400: the id is not hex"),
    row("gmail.invalid_thread_id", TAKES_MESSAGE, R, bad("Invalid thread_id value"),
        "400: `threadId` is not hex (hex but unknown is 404)"),
    row("gmail.invalid_attachment_token", ATTACHMENTS, R, bad("Invalid attachment token"),
        "400: the attachment id is cut short, of another message, or old; read the message again"),
    row("gmail.invalid_attachment", TAKES_MESSAGE, (Documented, "facts 1.4, guide to errors"),
        Act::Envelope(global(400, "INVALID_ARGUMENT", "badRequest", "Invalid attachment")),
        "400 `badRequest`: Gmail refuses an attachment"),
    row("gmail.sorting_not_supported", LISTS, (Documented, "guide to errors"), Act::Envelope(SORTING),
        "400 `badRequest` with `location: orderBy`: the example of Google's guide"),
    row("gmail.invalid_label", RELABELS, (Captured, SOURCE), bad("Invalid label: {label}"),
        "400: a label that does not exist or cannot be set")
        .with(&[("label", Setting::Text("ALL_MAIL"))]),
    row("gmail.label_id_not_found", RELABELS, R, bad("labelId not found"), "400: a label that does not exist, in older words"),
    row("gmail.invalid_label_name", NAMES_LABEL, R, bad("Invalid label name"), "400: the name is empty or reserved"),
    row("gmail.invalid_start_history_id", HISTORY, R, bad("Missing/invalid parameter: startHistoryId"),
        "400: `startHistoryId` is absent or no number"),
    row("gmail.invalid_page_token", LISTS, (Reported, "facts 1.4, 3.2"), bad("Invalid pageToken"),
        "400: the page token is of another listing, or hours old; begin the listing again"),
    row("gmail.second_watch", WATCH, R,
        bad("Only one user push notification client allowed per developer (call /stop then try again)"),
        "400: the project watches this mailbox on another topic already"),
    row("gmail.invalid_topic", WATCH, R, bad("Invalid topicName does not match projects/{project}/topics/*"),
        "400: the topic is not in the OAuth client's project; the operator's to mend")
        .with(&[("project", Setting::Text("sandbox"))]),
    row("gmail.unknown_parameter", API, R,
        Act::Envelope(unreadable(None, "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message.")),
        "400: the query has a parameter that the method does not know")
        .with(&[("name", Setting::Text("limit"))]),
    row("gmail.unknown_field", TAKES_MESSAGE, R,
        Act::Envelope(unreadable(None, "Invalid JSON payload received. Unknown name \"{name}\": Cannot find field.")),
        "400: the body has a field that the method does not know")
        .with(&[("name", Setting::Text("subject"))]),
    row("gmail.invalid_fields", API, (Reported, "facts 3.5"), Act::Envelope(FIELDS),
        "400 `invalidParameter` with `location: fields`: the mask names a field that does not exist")
        .with(&[("name", Setting::Text("mesages"))]),
    row("gmail.batch_too_large", BATCH, (Assumed, "facts 3.4"),
        Act::Envelope(global(400, "INVALID_ARGUMENT", "badRequest", "The batch request exceeded 100 calls")),
        "400 for the whole batch: more than 100 calls in it"),
];
