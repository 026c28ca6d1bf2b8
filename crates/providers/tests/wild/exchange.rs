//! EWS response codes and ActiveSync statuses.

use model::FaultKind::{self, *};
use model::Scope::{self, *};
use providers::classify::{Observation, Protocol};

use crate::{check, http};

/// Code, what it is. Source: the EWS reference's "ResponseCode".
const CODES: &[(&str, FaultKind, &str, Scope)] = &[
    ("ErrorServerBusy", AccountThrottled, "backoff", Mailbox),
    ("ErrorMailboxMoveInProgress", TransientBackend, "backoff", Mailbox),
    ("ErrorMailboxStoreUnavailable", TransientBackend, "backoff", Mailbox),
    ("ErrorADUnavailable", TransientBackend, "backoff", Request),
    ("ErrorTimeoutExpired", GatewayTimeout, "backoff", Request),
    ("ErrorExceededConnectionCount", ConcurrencyLimited, "backoff", Mailbox),
    ("ErrorClientDisconnected", Network, "backoff", Request),
    ("ErrorAccessDenied", PermissionDenied, "never", Request),
    ("ErrorImpersonateUserDenied", PermissionDenied, "never", App),
    ("ErrorInvalidExchangeImpersonationHeaderData", InvalidRequest, "never", Request),
    ("ErrorUserNotAllowedByPolicy", DomainPolicy, "never", Tenant),
    ("ErrorNonExistentMailbox", MailboxUnavailable, "never", Mailbox),
    ("ErrorAccountDisabled", MailboxUnavailable, "never", Account),
    ("ErrorPasswordExpired", ReauthRequired, "after_reauth", Account),
    ("ErrorItemNotFound", NotFound, "never", Request),
    ("ErrorFolderNotFound", NotFound, "never", Request),
    ("ErrorInvalidSyncStateData", SyncStateExpired, "resync", Mailbox),
    ("ErrorInvalidWatermark", SyncStateExpired, "resync", Mailbox),
    ("ErrorSubscriptionNotFound", SyncStateExpired, "resync", Mailbox),
    ("ErrorQuotaExceeded", MailboxFull, "never", Mailbox),
    ("ErrorMessageSizeExceeded", MessageTooLarge, "never", Request),
    ("ErrorSendAsDenied", SenderNotAllowed, "never", Request),
    ("ErrorInvalidRecipients", RecipientRejected, "never", Request),
    ("ErrorSubmissionQuotaExceeded", SendingQuotaExceeded, "backoff", Mailbox),
    ("ErrorIrresolvableConflict", ConflictOrPrecondition, "never", Request),
    ("ErrorSchemaValidation", InvalidRequest, "never", Request),
    ("ErrorInvalidPropertyRequest", InvalidRequest, "never", Request),
    ("ErrorCorruptData", MessageRejected, "never", Request),
    ("ErrorCannotOpenFileAttachment", AttachmentInvalid, "never", Request),
];

/// Answers of the web server in front of EWS.
const PAGES: &[(u16, &str, FaultKind, &str, Scope)] = &[
    (
        401,
        "<html><title>401 - Unauthorized: Access is denied due to invalid credentials.</title></html>",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    (403, "<html><title>403 - Forbidden: Access is denied.</title></html>", PermissionDenied, "never", Request),
    (440, "Login Timeout", Unauthenticated, "after_refresh", Account),
    (456, "", MailboxUnavailable, "never", Account),
    (500, "<html><title>Runtime Error</title></html>", TransientBackend, "backoff", Request),
    (
        502,
        "<html><title>502 - Web server received an invalid response while acting as a gateway</title></html>",
        TransientBackend,
        "backoff",
        Request,
    ),
    (503, "<html><title>Service Unavailable</title></html>", TransientBackend, "backoff", Request),
    (504, "", GatewayTimeout, "backoff", Request),
];

/// Command and status. Source: MS-ASCMD 2.2.2 and 2.2.3.177.
const STATUSES: &[(&str, u16, FaultKind, &str, Scope)] = &[
    ("Sync", 3, SyncStateExpired, "resync", Mailbox),
    ("Sync", 12, SyncStateExpired, "resync", Mailbox),
    ("FolderSync", 9, SyncStateExpired, "resync", Mailbox),
    ("Sync", 132, SyncStateExpired, "resync", Mailbox),
    ("Sync", 8, NotFound, "never", Request),
    ("FolderSync", 111, TransientBackend, "backoff", Request),
    ("SendMail", 113, MailboxFull, "never", Mailbox),
    ("SendMail", 115, SendingQuotaExceeded, "backoff", Mailbox),
    ("SendMail", 119, RecipientRejected, "never", Request),
    ("SendMail", 122, MessageTooLarge, "never", Request),
    ("FolderSync", 126, MailboxUnavailable, "never", Account),
    ("FolderSync", 129, QuarantinedDevice, "never", Account),
    ("FolderSync", 131, MailboxUnavailable, "never", Account),
    ("Provision", 141, DomainPolicy, "never", Tenant),
    ("Sync", 143, ConflictOrPrecondition, "never", Account),
    ("ItemOperations", 15, AttachmentInvalid, "never", Request),
];

#[test]
fn codes() {
    let body = |code: &str| {
        format!(
            "<m:GetItemResponseMessage ResponseClass=\"Error\"><m:ResponseCode>{code}</m:ResponseCode></m:GetItemResponseMessage>"
        )
    };
    let bodies: Vec<String> = CODES.iter().map(|row| body(row.0)).collect();
    let rows = CODES
        .iter()
        .zip(&bodies)
        .map(|(&(code, kind, retry, scope), body)| (code.to_owned(), http(200, "GetItem", body), (kind, retry, scope)));
    check(Protocol::Ews, rows);
}

#[test]
fn pages() {
    let rows = PAGES.iter().map(|&(status, body, kind, retry, scope)| {
        (format!("{status} {body}"), http(status, "GetItem", body), (kind, retry, scope))
    });
    check(Protocol::Ews, rows);
}

#[test]
fn statuses() {
    let bodies: Vec<String> =
        STATUSES.iter().map(|row| format!("<{0}><Status>{1}</Status></{0}>", row.0, row.1)).collect();
    let rows = STATUSES.iter().zip(&bodies).map(|(&(command, status, kind, retry, scope), body)| {
        (format!("{command} {status}"), http(200, command, body), (kind, retry, scope))
    });
    check(Protocol::Eas, rows);
    let busy = Observation { headers: &[("Retry-After", "300")], ..http(503, "Sync", "") };
    check(Protocol::Eas, [("503".to_owned(), busy, (AccountThrottled, "after:300", Mailbox))]);
}
