//! Enhanced codes that Microsoft and Google count for themselves beyond the registered ones.
//!
//! Sources: "Email non-delivery reports and SMTP errors in Exchange Online" (learn.microsoft.com/exchange/troubleshoot/
//! email-delivery/ndr/non-delivery-reports-in-exchange-online), "Exchange Online limits", "Gmail SMTP errors and codes"
//! (support.google.com/a/answer/3726730).

use model::FaultKind::*;
use model::Scope;

use super::Enhanced;
use super::parse::Parsed;
use crate::ruling::{Advice, Ruling, is};

/// What a vendor's code means, if the number is one that only vendors use.
pub(super) fn ruling(code: Enhanced, parsed: &Parsed) -> Option<Ruling> {
    match (code.subject, code.detail) {
        // A header too long, or another of Exchange Online's generic refusals of a message.
        (0, 350) => Some(is(MessageRejected)),
        (1 | 2, detail) => address(code.subject, detail),
        (4, detail) => routing(detail, parsed),
        (6, 11) => Some(is(MessageRejected)),
        (7, detail) => security(code.class, detail),
        _ => None,
    }
}

fn address(subject: u16, detail: u16) -> Option<Ruling> {
    Some(match (subject, detail) {
        // More than one From address and no Sender.
        (1, 20) => is(MessageRejected),
        // The day's recipients are used up.
        (1, 90..=92) => is(SendingQuotaExceeded),
        // The recipient gets more than it may, from this sender or from all.
        (2, 121 | 122) => is(AccountThrottled).on(Scope::Request),
        // SendAsDenied.
        (2, 252) => is(SenderNotAllowed),
        _ => return None,
    })
}

fn routing(detail: u16, parsed: &Parsed) -> Option<Ruling> {
    Some(match detail {
        // Gmail's daily sending limit; elsewhere congestion (RFC 3463).
        5 if !parsed.is_temporary() => is(SendingQuotaExceeded),
        // Loops: hop count exceeded, a journal or a rule that feeds itself.
        11 | 14 => is(MessageRejected),
        // The domain does not exist.
        310 => is(RecipientRejected),
        300..=399 => is(Network),
        _ => return None,
    })
}

fn security(class: u16, detail: u16) -> Option<Ruling> {
    Some(match detail {
        // Gmail: DKIM missing. Exchange's other meaning of the number is told by its text.
        30 | 31 | 40 if class == 5 => is(MessageRejected).on(Scope::Tenant),
        51..=53 => is(PermissionDenied).on(Scope::Tenant),
        // Relay refused: recipient in no accepted domain; connector not attributed.
        54 | 64 => is(PermissionDenied),
        57 => is(Unauthenticated),
        60 => is(SenderNotAllowed).on(Scope::Mailbox),
        // Delivery restrictions of the recipient or group.
        124 | 129 | 133..=136 | 193 => is(PermissionDenied),
        // Client submission switched off for tenant or mailbox; wording tells exceptions.
        139 => is(BasicAuthBlocked).on(Scope::Tenant).but(Advice::Never),
        // Tenant's external recipients per day; of a trial; of an onmicrosoft.com domain.
        232 | 233 | 236 => is(SendingQuotaExceeded).on(Scope::Tenant),
        // DANE, MTA-STS: the way to the recipient is not secure enough.
        321..=325 => is(Network),
        // Sender banned for spam.
        501..=503 => is(MailboxUnavailable).on(Scope::Account),
        // Recipient refuses.
        504 | 505 | 507 | 513 => is(RecipientRejected),
        506 | 508 | 509 | 511 | 515 => is(MessageRejected).on(Scope::Tenant),
        // The server is busy, or this address sends too fast for now (4.7.500 to 4.7.699, 4.7.850 to 4.7.899).
        500..=699 | 850..=899 if class == 4 => is(AccountThrottled).on(Scope::Tenant),
        510 | 512 => is(MessageRejected),
        // Forwarding outside is not allowed by the organisation.
        520 => is(DomainPolicy),
        606..=649 | 703 | 708 => is(MessageRejected).on(Scope::Tenant),
        // The tenant sent too much, or too suspiciously.
        705 => is(SendingQuotaExceeded).on(Scope::Tenant),
        750 => is(SenderNotAllowed).on(Scope::Tenant),
        _ => return None,
    })
}
