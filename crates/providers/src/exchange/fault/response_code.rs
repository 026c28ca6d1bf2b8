//! Exchange response codes, shared by EWS and by Graph, which hands most of them through unchanged.
//!
//! Source: Microsoft, "ResponseCode" element of the EWS reference
//! (learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode) and "EWS throttling in Exchange";
//! the consumer codes (`ErrorExceededMessageLimit` and its relatives) are listed in the EWS managed API's enumeration.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Advice, CodeTable, Ruling, is};

/// What an Exchange response code means, if it is listed.
pub(crate) fn ruling(code: &str) -> Option<Ruling> {
    static TABLE: LazyLock<CodeTable> = LazyLock::new(|| CodeTable::new(ROWS));
    TABLE.get(code)
}

const ROWS: &[(&[&str], Ruling)] = &[
    // Braking: "EWS throttling in Exchange".
    (&["ErrorServerBusy"], is(AccountThrottled)),
    (
        &["ErrorExceededConnectionCount", "ErrorTooManyObjectsOpened", "ErrorExceededSubscriptionCount"],
        is(ConcurrencyLimited),
    ),
    (&["ErrorDirectoryConcurrencyLimit"], is(ConcurrencyLimited).on(Scope::Tenant)),
    (
        &["ErrorExceededFindCountLimit"],
        is(InvalidRequest).say("The search finds more than the provider allows; narrow it."),
    ),
    // Transient by their definition.
    (
        &[
            "ErrorInternalServerError",
            "ErrorInternalServerTransientError",
            "ErrorADOperation",
            "ErrorADSessionFilter",
            "ErrorADUnavailable",
            "ErrorConnectionFailed",
            "ErrorConnectionFailedTransientError",
            "ErrorNotEnoughMemory",
            "ErrorInsufficientResources",
            "ErrorCrossSiteRequest",
            "ErrorProxyCallFailed",
            "ErrorProxyServiceDiscoveryFailed",
            "ErrorProxyRequestNotAllowed",
            "ErrorNoRespondingCASInDestinationSite",
            "ErrorServiceDiscoveryFailed",
            "ErrorTransientFailure",
            "ErrorBatchProcessingStopped",
            "ErrorFreeBusyGenerationFailed",
        ],
        is(TransientBackend),
    ),
    (&["ErrorTimeoutExpired", "ErrorRequestTimeout"], is(GatewayTimeout)),
    (&["ErrorClientDisconnected"], is(Network)),
    (
        &["ErrorMailboxStoreUnavailable", "ErrorMailboxMoveInProgress", "ErrorMailboxFailover", "MailboxInfoStale"],
        is(TransientBackend).on(Scope::Mailbox),
    ),
    // The place in the change log is lost; "SyncFolderItems", "GetEvents".
    (
        &[
            "ErrorInvalidSyncStateData",
            "ErrorSyncStateNotFound",
            "ErrorSyncFolderNotFound",
            "ErrorInvalidWatermark",
            "ErrorReadEventsFailed",
            "ErrorMissedNotificationEvents",
            "ErrorEventNotFound",
            "ErrorSubscriptionNotFound",
            "ErrorSubscriptionUnsubscribed",
            "ErrorExpiredSubscription",
            "ErrorInvalidSubscription",
            "ErrorInvalidPullSubscriptionId",
        ],
        is(SyncStateExpired),
    ),
    // Another edit came first, or the state forbids it.
    (&["ErrorIrresolvableConflict", "ErrorStaleObject"], is(ConflictOrPrecondition)),
    (
        &[
            "ErrorFolderExists",
            "ErrorFolderSave",
            "ErrorMoveCopyFailed",
            "ErrorObjectTypeChanged",
            "ErrorAlreadyExists",
            "ErrorDuplicateInputFolderNames",
            "ErrorDuplicateUserIdsSpecified",
            "ErrorItemSave",
            "ErrorCannotDeleteObject",
            "ErrorCannotEmptyFolder",
            "ErrorDeleteItemsFailed",
            "ErrorUpdatePropertyMismatch",
        ],
        is(ConflictOrPrecondition),
    ),
    // The person or the account.
    (&["ErrorPasswordExpired", "ErrorPasswordChangeRequired"], is(ReauthRequired)),
    (&["ErrorTokenSerializationDenied", "ErrorInvalidToken"], is(Unauthenticated)),
    (
        &["ErrorAccountDisabled", "ErrorAccountSuspend", "ErrorAccountSuspendShowTierUpgrade"],
        is(MailboxUnavailable).on(Scope::Account),
    ),
    (
        &[
            "ErrorNonExistentMailbox",
            "ErrorMissingEmailAddress",
            "ErrorMailboxConfiguration",
            "ErrorNonPrimarySmtpAddress",
            "ErrorMailboxVersionNotSupported",
            "ErrorMailboxHoldNotFound",
            "ErrorUnableToGetUserOofSettings",
            "ErrorADOrphanedMailbox",
            "MailboxNotEnabledForRESTAPI",
            "MailboxNotHostedInExchangeOnline",
            "ErrorMailboxNotEnabledForRESTAPI",
            "ErrorMailboxNotFound",
        ],
        is(MailboxUnavailable),
    ),
    (
        &[
            "ErrorAccessDenied",
            "ErrorCreateItemAccessDenied",
            "ErrorFolderAccessDenied",
            "ErrorMailboxLogonFailed",
            "ErrorNoFreeBusyAccess",
            "ErrorItemAccessDenied",
            "ErrorDelegateNoUser",
            "ErrorDelegateValidationFailed",
            "ErrorPublicFolderRequestProcessingFailed",
        ],
        is(PermissionDenied),
    ),
    (
        &["ErrorSubscriptionAccessDenied", "ErrorSubscriptionDelegateAccessNotSupported"],
        is(PermissionDenied).on(Scope::Mailbox),
    ),
    // Application impersonation is the administrator's to grant ("ApplicationImpersonation role").
    (
        &[
            "ErrorImpersonateUserDenied",
            "ErrorImpersonationDenied",
            "ErrorImpersonationFailed",
            "ErrorCallerIsInvalidADAccount",
            "ErrorProxyGroupSidLimitExceeded",
        ],
        is(PermissionDenied).on(Scope::App),
    ),
    // Sending.
    (&["ErrorSendAsDenied"], is(SenderNotAllowed)),
    (
        &[
            "ErrorSubmissionQuotaExceeded",
            "ErrorExceededMessageLimit",
            "ErrorExceededMessageLimitBlock",
            "ErrorExceededMessageLimitShowTierUpgrade",
            "ErrorExceededMaxRecipientLimit",
            "ErrorExceededMaxRecipientLimitBlock",
            "ErrorExceededMaxRecipientLimitShowTierUpgrade",
            "ErrorExceededHourlyMessageLimit",
        ],
        is(SendingQuotaExceeded),
    ),
    // Outlook.com holds sending until the owner verifies the account in the browser.
    (
        &["ErrorMessageSubmissionBlocked", "ErrorMessageSubmissionBlockedShowTierUpgrade"],
        is(MailboxUnavailable)
            .on(Scope::Account)
            .say("The provider blocked sending until the owner verifies the account on its web pages."),
    ),
    (&["ErrorMessageBlocked", "ErrorMessageBlockedShowTierUpgrade"], is(MessageRejected)),
    (
        &["ErrorInvalidRecipients", "ErrorInvalidRecipientSubfilter", "ErrorMissingRecipients", "ErrorNoRecipients"],
        is(RecipientRejected),
    ),
    (
        &[
            "ErrorMessageSizeExceeded",
            "ErrorRequestSizeExceeded",
            "ErrorAttachmentSizeLimitExceeded",
            "ErrorDataSizeLimitExceeded",
        ],
        is(MessageTooLarge),
    ),
    (&["ErrorQuotaExceeded", "ErrorMailboxQuotaExceeded"], is(MailboxFull)),
    (&["ErrorMessageDispositionRequired"], is(InvalidRequest)),
    (&["ErrorPropertyValidationFailure", "ErrorExceededMaxRecipients"], is(InvalidRequest)),
    (
        &[
            "ErrorCannotCreateUnitOfWork",
            "ErrorCannotOpenFileAttachment",
            "ErrorCannotAttachSelf",
            "ErrorAttachmentNestLevelLimitExceeded",
            "ErrorInvalidAttachmentId",
            "ErrorInvalidAttachmentSubfilter",
            "ErrorInvalidAttachmentSubfilterTextFilter",
            "ErrorInvalidContentSharingInvitation",
            "ErrorItemAttachmentNotFound",
        ],
        is(AttachmentInvalid),
    ),
    // Permanent for one item although some of them come with a 5xx; the rest of the mailbox is fine.
    (
        &[
            "ErrorCorruptData",
            "ErrorContentConversionFailed",
            "ErrorMimeContentConversionFailed",
            "ErrorItemCorrupt",
            "ErrorItemPropertyRequestFailed",
            "ErrorUnsupportedMimeConversion",
            "ErrorVirusDetected",
            "ErrorVirusMessageDeleted",
        ],
        is(MessageRejected)
            .say("This one item cannot be converted or is corrupt; the rest of the mailbox is unharmed."),
    ),
    // Gone.
    (
        &[
            "ErrorItemNotFound",
            "ErrorSavedItemFolderNotFound",
            "ErrorNameResolutionNoResults",
            "ErrorNameResolutionNoMailbox",
            "ErrorNotDelegate",
            "ErrorFolderNotFound",
            "ErrorParentFolderNotFound",
            "ErrorManagedFolderNotFound",
            "ErrorToFolderNotFound",
            "ErrorCalendarFolderNotFound",
            "ErrorContactsFolderNotFound",
            "ErrorAttachmentNotFound",
            "ErrorMessageTrackingNoSuchDomain",
        ],
        is(NotFound),
    ),
    (
        &["ErrorInvalidUser", "ErrorInvalidUserInfo", "ErrorNoDestinationCASDueToVersionMismatch"],
        is(MailboxUnavailable),
    ),
    // The request itself; also codes of this family that do not begin with ErrorInvalid (see `families`).
    (
        &[
            "ErrorChangeKeyRequired",
            "ErrorMimeContentInvalid",
            "ErrorMimeContentInvalidBase64String",
            "ErrorDeleteDistinguishedFolder",
            "ErrorMoveDistinguishedFolder",
            "ErrorNameResolutionMultipleResults",
            "ErrorPhoneNumberNotDialable",
            "ErrorChangeKeyRequiredForWriteOperations",
            "ErrorRequiredPropertyMissing",
            "ErrorSchemaValidation",
            "ErrorIncorrectSchemaVersion",
            "ErrorInvalidServerVersion",
            "ErrorUnsupportedPropertyDefinition",
            "ErrorInternalServerErrorInvalidRequest",
            "ErrorRestrictionTooLong",
            "ErrorRestrictionTooComplex",
            "ErrorSortByPropertyNotSupported",
            "ErrorQueryTooLong",
            "ErrorExceededMaxFindCount",
            "ErrorWrongServerVersion",
            "ErrorWrongServerVersionDelegate",
            "ErrorIPGatewayNotFound",
            "ErrorInvalidExchangeImpersonationHeaderData",
        ],
        is(InvalidRequest),
    ),
    // An application outside the organisation's EWS allow list (EwsApplicationAccessPolicy).
    (&["ErrorUserNotAllowedByPolicy", "ErrorEwsDisabled"], is(DomainPolicy)),
    (&["ErrorMailboxDataAccessThrottled", "ErrorRecipientThrottled"], is(AccountThrottled)),
    (&["ErrorQuarantinedDevice", "ErrorDeviceQuarantined"], is(QuarantinedDevice).but(Advice::Never)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_in_one_row_only() {
        let all: Vec<_> = ROWS.iter().flat_map(|(codes, _)| codes.iter()).collect();
        let distinct: std::collections::HashSet<_> = all.iter().map(|code| code.to_ascii_lowercase()).collect();
        assert_eq!(all.len(), distinct.len());
    }

    #[test]
    fn what_looks_transient_may_be_permanent() {
        assert_eq!(ruling("ErrorCorruptData").unwrap().kind, MessageRejected);
        assert_eq!(ruling("errorserverbusy").unwrap().kind, AccountThrottled);
    }
}
