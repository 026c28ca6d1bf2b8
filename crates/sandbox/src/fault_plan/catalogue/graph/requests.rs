//! Requests that are wrong (Microsoft facts 3): 400, 405, 409, 412, 413 and 501.

use super::{Refusal, refusal, says};
use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::methods::{
    GRAPH, GRAPH_ATTACHES, GRAPH_BY_ID, GRAPH_LISTS, GRAPH_SUBSCRIBES, GRAPH_TAKES_MESSAGE, GRAPH_WRITES_FOLDER,
};
use crate::fault_plan::catalogue::{Evidence, NamedFault, Setting};

const R: (Evidence, &str) = (Reported, "Microsoft facts 3");
const D: (Evidence, &str) = (Documented, "Microsoft facts 3");
const A: (Evidence, &str) = (Assumed, "Microsoft facts 3");
const SEGMENT: &[(&str, Setting)] = &[("segment", Setting::Text("x"))];
const CONFLICT: &str = "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.";

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("graph.no_segment", GRAPH, R, says(400, "BadRequest", "Resource not found for the segment '{segment}'."),
        "400: the path is wrong, mostly for an id whose slash was not encoded")
        .with(SEGMENT),
    row("graph.parse_uri", GRAPH, R, says(400, "RequestBroker--ParseUri", "Resource not found for the segment '{segment}'."),
        "400: the same from the layer in front")
        .with(SEGMENT),
    row("graph.parse_uri_inner", GRAPH, R,
        Act::Graph(Refusal { inner: "RequestBroker--ParseUri", ..refusal(400, "invalidRequest", "Resource not found for the segment '{segment}'.") }),
        "400: the same, with the code that says something only inside")
        .with(SEGMENT),
    row("graph.invalid_id", GRAPH_BY_ID, R, says(400, "ErrorInvalidIdMalformed", "Id is malformed."),
        "400: the id is cut short, of another mailbox, or its casing was lost"),
    row("graph.invalid_query", GRAPH_LISTS, A, says(400, "ErrorInvalidUrlQuery", "The query is invalid."), "400: a query option is wrong"),
    row("graph.invalid_filter", GRAPH_LISTS, A, says(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes."),
        "400: `$filter` is wrong"),
    row("graph.inefficient_filter", GRAPH_LISTS, D,
        says(400, "InefficientFilter", "The restriction or sort order is too complex for this operation."),
        "400: what is sorted by is not filtered by first; leave `$orderby` out"),
    row("graph.invalid_property", GRAPH_TAKES_MESSAGE, A, says(400, "ErrorInvalidProperty", "The property is not valid for this object type."), "400: a property is wrong"),
    row("graph.property_validation", GRAPH_TAKES_MESSAGE, A, says(400, "ErrorPropertyValidationFailure", "Property validation failed."), "400: a property has a value it cannot have"),
    row("graph.mime_not_base64", GRAPH_TAKES_MESSAGE, D, says(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."),
        "400: a MIME body is not base64"),
    row("graph.mime_invalid", GRAPH_TAKES_MESSAGE, A, says(400, "ErrorMimeContentInvalid", "The MIME content of the message is not valid."),
        "400: a MIME body cannot be read"),
    row("graph.attachment_size_limit", GRAPH_ATTACHES, A, says(400, "ErrorAttachmentSizeLimitExceeded", "The attachment exceeds the maximum supported size."),
        "400: a file is too large"),
    row("graph.missing_email_address", GRAPH, R,
        says(400, "ErrorMissingEmailAddress", "When making a request as an account that does not have a mailbox, you must specify the mailbox primary SMTP address for any distinguished folder Ids."),
        "400: the token's account has no mailbox"),
    row("graph.subscription_validation", GRAPH_SUBSCRIBES, R,
        says(400, "ValidationError", "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request."),
        "400: the handshake failed"),
    row("graph.subscription_invalid", GRAPH_SUBSCRIBES, R,
        says(400, "InvalidRequest", "Subscription expiration can only be 10080 minutes in the future."),
        "400: a subscription cannot be as asked"),
    row("graph.method_not_allowed", GRAPH, D, says(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target."), "405: the wrong verb"),
    row("graph.not_implemented", GRAPH, A, says(501, "NotImplemented", "The requested functionality is not implemented."), "501: not there"),
    row("graph.folder_exists", GRAPH_WRITES_FOLDER, R, says(409, "ErrorFolderExists", "A folder with the specified name already exists."),
        "409: the name is taken"),
    row("graph.conflict", GRAPH_BY_ID, R, says(409, "ErrorIrresolvableConflict", CONFLICT), "409: somebody else changed it meanwhile"),
    row("graph.conflict_412", GRAPH_BY_ID, R, says(412, "ErrorIrresolvableConflict", CONFLICT), "412: `If-Match` names an older version"),
    row("graph.request_too_large", GRAPH_TAKES_MESSAGE, R, says(413, "RequestEntityTooLarge", "Maximum request length exceeded."),
        "413: more than 4 MB in one request; use an upload session"),
    row("graph.request_size_exceeded", GRAPH_ATTACHES, R, says(413, "ErrorRequestSizeExceeded", "The request size exceeds the maximum allowed."),
        "413: the same in Exchange's words"),
];
