//! Codes of Graph itself; those of Exchange are in [`crate::exchange::fault`].
//!
//! Source: "Microsoft Graph error responses and resource types" (learn.microsoft.com/graph/errors), "throttling",
//! "delta query overview", and the directory's and the OneDrive-style lower-case codes that mail requests also meet.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Advice, CodeTable, Ruling, is};

/// What is said where a permission of the directory is missing.
pub(super) const DIRECTORY: &str =
    "A permission in the organisation's directory is missing; its administrator grants it.";

/// What a code means that names its cause.
pub(super) fn exact(code: &str) -> Option<Ruling> {
    static TABLE: LazyLock<CodeTable> = LazyLock::new(|| CodeTable::new(EXACT));
    TABLE.get(code)
}

/// What a code means with this status, where it means something else with others.
pub(super) fn with_status(code: &str, status: Option<u16>) -> Option<Ruling> {
    // A day's recipients are used up with 403 and 429; a bad request names too many of them itself (facts 2.3 and 3).
    let too_many = status == Some(400) && code.eq_ignore_ascii_case("ErrorExceededMaxRecipientLimit");
    too_many.then(|| is(RecipientRejected).say(TOO_MANY))
}

/// What is said where a message has more recipients than one may have.
const TOO_MANY: &str = "The message has more recipients than the mailbox may name in one; send it to fewer at a time.";

/// What a code means that names no cause; asked after the HTTP status.
pub(super) fn generic(code: &str) -> Option<Ruling> {
    static TABLE: LazyLock<CodeTable> = LazyLock::new(|| CodeTable::new(GENERIC));
    TABLE.get(code)
}

/// Whether a code only repeats the HTTP status.
pub(super) fn is_generic(code: &str) -> bool {
    generic(code).is_some()
}

/// Whether a code stands for several causes that only the message tells apart.
pub(super) fn is_broad(code: &str) -> bool {
    BROAD.iter().any(|broad| broad.eq_ignore_ascii_case(code)) || is_generic(code)
}

const BROAD: &[&str] = &[
    "ErrorAccessDenied",
    "ApplicationThrottled",
    "activityLimitReached",
    "TooManyRequests",
    "throttledRequest",
    "ErrorInternalServerError",
    "ErrorServerBusy",
    "InvalidAuthenticationToken",
    "ResourceNotFound",
    "ErrorInvalidUser",
    "accessDenied",
    "Authorization_RequestDenied",
    "ErrorSendAsDenied",
    "ValidationError",
];

const EXACT: &[(&[&str], Ruling)] = &[
    // Authentication.
    (
        &[
            "InvalidAuthenticationToken",
            "AuthenticationError",
            "CompactToken",
            "TokenExpired",
            "TokenNotFound",
            "unauthenticated",
            "InvalidMsaTicket",
        ],
        is(Unauthenticated).on(Scope::Request),
    ),
    // Permissions. Those of the directory are the administrator's to grant: the person's consent changes nothing.
    (&["Authorization_RequestDenied"], is(InsufficientScope).on(Scope::Tenant).but(Advice::Never).say(DIRECTORY)),
    (&["Authorization_IdentityNotFound"], is(InsufficientScope)),
    // Conditional access, and no claims are named that a sign-in could meet: a policy of the administrator's.
    (&["insufficient_claims"], is(DomainPolicy)),
    (&["accessDenied", "notAllowed", "accountRestricted", "resourceLocked"], is(PermissionDenied)),
    (&["PaymentRequired"], is(PermissionDenied).on(Scope::App)),
    // Braking ("throttling guidance"); the message tells a concurrency limit from a rate.
    (
        &["ApplicationThrottled", "TooManyRequests", "activityLimitReached", "throttledRequest", "tooManyRequests_App"],
        is(AccountThrottled),
    ),
    (&["MailboxConcurrency", "ConcurrencyLimitExceeded"], is(ConcurrencyLimited)),
    (&["quotaLimitReached"], is(MailboxFull)),
    (&["bandwidthLimitExceeded"], is(BandwidthLimited)),
    // Delta query overview, "synchronization reset".
    (
        &[
            "SyncStateNotFound",
            "SyncStateInvalid",
            "resyncRequired",
            "resyncChangesApplyDifferences",
            "resyncChangesUploadDifferences",
            "syncStateGenerationNotFound",
            "Directory_ResyncRequired",
        ],
        is(SyncStateExpired),
    ),
    // Nothing there.
    (
        &[
            "itemNotFound",
            "Request_ResourceNotFound",
            "Directory_ObjectNotFound",
            "NotFound",
            "ExtensionError_NotFound",
        ],
        is(NotFound),
    ),
    // "Resource could not be discovered": no mailbox behind the address.
    (&["ResourceNotFound"], is(MailboxUnavailable)),
    // No such organisation behind the token or the address.
    (&["OrganizationFromTenantGuidNotFound"], is(MailboxUnavailable).on(Scope::Tenant)),
    // Conditions.
    (
        &[
            "nameAlreadyExists",
            "resourceModified",
            "Request_MultipleObjectsWithSameKeyValue",
            "preconditionFailed",
            "Conflict",
            "ErrorOperationInProgress",
            "editConflict",
        ],
        is(ConflictOrPrecondition),
    ),
    // The request.
    (
        &[
            "ExpandNotSupported",
            "InefficientFilter",
            "NotImplemented",
            "notSupported",
            "MethodNotAllowed",
            "UnsupportedMediaType",
            "RequestBroker--ParseUri",
            "Request_BadRequest",
            "Request_UnsupportedQuery",
            "Request_InvalidRequestUrl",
            "invalidRange",
            "ValidationError",
            "InvalidIdentifier",
            "ODataUriParseError",
            "Edm_InvalidProperty",
            "malformedEntityTag",
        ],
        is(InvalidRequest),
    ),
    (
        &["RequestEntityTooLarge", "RequestTooLarge", "MaximumRequestLengthExceeded", "maxFileSizeExceeded"],
        is(MessageTooLarge),
    ),
    (&["malwareDetected", "virusSuspicious"], is(MessageRejected)),
    // The service.
    (
        &[
            "ServiceUnavailable",
            "serviceNotAvailable",
            "ServerUnavailable",
            "ServiceNotReady",
            "Service_Unavailable",
            "Directory_ServiceUnavailable",
        ],
        is(TransientBackend),
    ),
    (&["GatewayTimeout", "RequestTimeout", "TimeoutError"], is(GatewayTimeout)),
];

const GENERIC: &[(&[&str], Ruling)] = &[
    (&["BadRequest", "invalidRequest", "InvalidArgument", "badArgument"], is(InvalidRequest)),
    (
        &["UnknownError", "generalException", "InternalServerError", "internalError", "UnspecifiedError"],
        is(TransientBackend),
    ),
    (&["Unauthorized"], is(Unauthenticated)),
    (&["Forbidden"], is(PermissionDenied)),
];
