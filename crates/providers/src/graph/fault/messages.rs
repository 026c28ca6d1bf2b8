//! Messages of Graph that tell what no code does. The only place where Graph's wording is read.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::Scope;

use super::codes::DIRECTORY;
use crate::ruling::{Advice, PhraseRow, PhraseTable, Ruling, is};

/// What a message, in lower case, adds to a code that stands for several causes.
pub(super) fn find(low: &str) -> Option<Ruling> {
    static TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(ROWS));
    TABLE.find(low)
}

const ROWS: &[PhraseRow] = &[
    // "Throttling limits", Outlook service: four requests at a time for one application and mailbox.
    (&["mailboxconcurrency"], is(ConcurrencyLimited)),
    (&["mailbox concurrency"], is(ConcurrencyLimited)),
    (&["concurrency limit"], is(ConcurrencyLimited)),
    // "Limiting application permissions to specific mailboxes": application access policy and its RBAC successor.
    (&["access to odata is disabled"], is(DomainPolicy)),
    (&["blocked by tenant configured"], is(DomainPolicy)),
    // `insufficient_claims` is its code; this is for a gateway that says `ErrorAccessDenied`.
    (&["conditional access"], is(DomainPolicy)),
    // "Continuous access evaluation": TokenCreatedWithOutdatedPolicies, user or session revoked.
    (&["continuous access evaluation"], is(Unauthenticated)),
    // Permission refusals of the service gateway name the scopes that would do.
    (&["missing scope permissions"], is(InsufficientScope)),
    (&["no scopes present"], is(InsufficientScope)),
    (&["missing application role"], is(InsufficientScope).on(Scope::App)),
    (&["insufficient privileges"], is(InsufficientScope).on(Scope::Tenant).but(Advice::Never).say(DIRECTORY)),
    // "MailboxNotEnabledForRESTAPI" in its message form (known issues, hybrid mailboxes).
    (&["mailbox is either inactive"], is(MailboxUnavailable)),
    (&["rest api is not yet supported for this mailbox"], is(MailboxUnavailable)),
    (&["does not have a mailbox"], is(MailboxUnavailable)),
    (&["smtp address has no mailbox"], is(MailboxUnavailable)),
    // Outlook.com's sending limits, in the form users are shown.
    (&["cannot send mail", "limit exceeded"], is(SendingQuotaExceeded)),
    (&["cannot send mail", "instructions in your inbox"], is(MailboxUnavailable).on(Scope::Account)),
    (&["submissionquotaexceeded"], is(SendingQuotaExceeded)),
    // ErrorInvalidRecipients in its message form ("user: sendMail").
    (&["recipient is not valid"], is(RecipientRejected)),
    (&["recipient", "is not resolved"], is(RecipientRejected)),
    (&["right to send mail on behalf of"], is(SenderNotAllowed)),
    // Exchange device rules (allow/block/quarantine list).
    (&["quarantin"], is(QuarantinedDevice)),
    // "Subscription validation": our notification address did not answer.
    (&["subscription validation request failed"], is(InvalidRequest).on(Scope::App)),
    (&["notification endpoint must respond"], is(InvalidRequest).on(Scope::App)),
    // Delta query, synchronization reset.
    (&["sync state generation is not found"], is(SyncStateExpired)),
    // Request body limit of the gateway (4 MB).
    (&["maximum request length exceeded"], is(MessageTooLarge)),
    // Token refusals without their code.
    (&["compacttoken parsing failed"], is(Unauthenticated)),
    (&["access token", "expired"], is(Unauthenticated)),
    (&["lifetime validation failed"], is(Unauthenticated)),
];
