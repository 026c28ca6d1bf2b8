//! Examples of what Graph answers. Sources: "Microsoft Graph error responses", "throttling guidance", "delta query
//! overview" (learn.microsoft.com/graph), and answers published in issues of its client libraries.

use serde_json::json;

use crate::classify::Protocol;
use crate::signals::Sample;

/// Status, `error.code`, `error.message`.
type Row = (u16, &'static str, &'static str);

const ROWS: &[Row] = &[
    (400, "ErrorInvalidIdMalformed", "Id is malformed."),
    (400, "RequestBroker--ParseUri", "Resource not found for the segment 'mesages'."),
    (404, "ErrorItemNotFound", "The specified object was not found in the store."),
    (409, "ErrorFolderExists", "A folder with the specified name already exists."),
    (
        412,
        "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed.",
    ),
    (401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."),
    (403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    (403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
    (404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise."),
    (404, "ResourceNotFound", "Resource could not be discovered."),
    (410, "SyncStateNotFound", "The sync state generation is not found; continuing the sync is not possible."),
    (429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit."),
    (429, "TooManyRequests", "Please retry again later."),
    (
        429,
        "ErrorExceededMessageLimit",
        "Cannot send mail. Follow the instructions in your Inbox to verify your account.",
    ),
    (
        403,
        "ErrorSendAsDenied",
        "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.",
    ),
    (400, "ErrorInvalidRecipients", "At least one recipient is not valid."),
    (413, "RequestEntityTooLarge", "The request body is too large."),
    (400, "ErrorAttachmentSizeLimitExceeded", "The attachment is larger than allowed."),
    (403, "ErrorQuotaExceeded", "The mailbox exceeded its maximum size."),
    (500, "ErrorInternalServerTransientError", "An internal server error occurred. Try again later."),
    (503, "serviceNotAvailable", "The service is unavailable."),
    (504, "UnknownError", "Gateway timeout."),
];

/// Microsoft Graph.
pub(crate) fn samples() -> Vec<Sample> {
    let mut samples: Vec<Sample> = ROWS.iter().map(envelope).collect();
    samples.push(envelope(&(429, "ApplicationThrottled", "Request limit reached.")).with(&[("Retry-After", "2.128")]));
    samples.push(envelope(&(503, "serviceNotAvailable", "The service is unavailable.")).to("sendMail"));
    samples
}

fn envelope((status, code, message): &Row) -> Sample {
    let body = json!({ "error": { "code": code, "message": message, "innerError": {} } });
    Sample::http(Protocol::Graph, *status, format!("{status} {code}: {message}"), body.to_string())
}
