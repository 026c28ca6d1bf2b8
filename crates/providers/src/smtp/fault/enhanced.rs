//! Enhanced status codes as registered (RFC 3463, RFC 5248 and the registry it opened): by subject and detail, then by
//! subject alone.

use std::fmt;

use model::FaultKind::*;
use model::Scope;

use super::parse::Parsed;
use crate::ruling::{Ruling, is};

/// `class.subject.detail`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Enhanced {
    pub class: u16,
    pub subject: u16,
    pub detail: u16,
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// What a registered code means; `reply` is the code it came with, which authentication replies depend on.
pub(super) fn ruling(code: Enhanced, reply: Option<u16>) -> Option<Ruling> {
    match code.subject {
        1 => Some(address(code.detail)),
        2 => Some(mailbox(code.detail)),
        3 => Some(system(code)),
        4 => Some(network(code)),
        5 => Some(protocol(code.detail, reply)),
        6 => Some(content(code.detail)),
        7 => Some(security(code, reply)),
        _ => None,
    }
}

/// RFC 3463, 3.2.
fn address(detail: u16) -> Ruling {
    match detail {
        // Bad sender's mailbox or system.
        7 | 8 => is(SenderNotAllowed),
        // 0 other, 1 mailbox, 2 system, 3 syntax, 4 ambiguous, 6 moved, 9 relayed to a non-speaker, 10 null MX (RFC 7505).
        _ => is(RecipientRejected),
    }
}

/// RFC 3463, 3.3: about the recipient's mailbox.
fn mailbox(detail: u16) -> Ruling {
    match detail {
        2 => is(MailboxFull).on(Scope::Request),
        3 => is(MessageTooLarge),
        // 0 other, 1 disabled, 4 mailing list.
        _ => is(RecipientRejected),
    }
}

/// RFC 3463, 3.4.
fn system(code: Enhanced) -> Ruling {
    match code.detail {
        // Not capable of selected features; incorrectly configured.
        3 => is(MessageRejected),
        5 if code.class == 5 => is(MessageRejected),
        4 => is(MessageTooLarge),
        // For good: the system does not take this message.
        _ if code.class == 5 => is(MessageRejected),
        // 0 other, 1 full, 2 not accepting messages, 6 priority changed.
        _ => is(TransientBackend),
    }
}

/// RFC 3463, 3.5.
fn network(code: Enhanced) -> Ruling {
    match code.detail {
        // Bad connection: the session timed out or broke.
        2 => is(GatewayTimeout),
        // Congestion.
        5 => is(TransientBackend),
        // Unable to route: no way to this domain, for good.
        4 if code.class == 5 => is(RecipientRejected),
        // Routing loop (also 5.4.14 of Exchange).
        6 => is(MessageRejected),
        // 0 other, 1 no answer, 3 directory, 7 delivery time expired.
        _ => is(Network),
    }
}

/// RFC 3463, 3.6.
fn protocol(detail: u16, reply: Option<u16>) -> Ruling {
    match detail {
        // 530 5.5.1: authentication comes first (Gmail).
        1 if reply == Some(530) => is(Unauthenticated),
        // RFC 6152, RFC 4468: content that cannot be carried or fetched.
        6 => is(MessageRejected),
        // 0 other, 1 command, 2 syntax, 3 too many recipients, 4 arguments, 5 version.
        _ => is(InvalidRequest),
    }
}

/// RFC 3463, 3.7; RFC 6531, 3.5 for internationalised addresses.
fn content(detail: u16) -> Ruling {
    match detail {
        7..=10 => is(NonAsciiRecipient),
        _ => is(MessageRejected),
    }
}

/// RFC 3463, 3.8; RFC 4954, 6 for authentication; RFC 7372 and RFC 8601 for sender authentication.
fn security(code: Enhanced, reply: Option<u16>) -> Ruling {
    match (code.detail, reply) {
        (0 | 1 | 3 | 8, Some(530 | 535)) | (3, Some(334)) => is(Unauthenticated),
        (_, Some(454)) => is(TransientBackend),
        (8, _) => is(Unauthenticated),
        (9 | 14, Some(530 | 534 | 535)) => is(ReauthRequired),
        // Encryption needed for the mechanism, or for anything.
        (10 | 11, _) => is(InvalidRequest).on(Scope::App),
        // Password transition; the old password has to be given once more.
        (12, _) => is(ReauthRequired),
        (13, _) => is(MailboxUnavailable).on(Scope::Account),
        (4, Some(500..=504)) => is(InvalidRequest).on(Scope::App),
        // Owner of the mailbox or domain changed (RFC 7293).
        (17..=19, _) => is(RecipientRejected),
        // DKIM, SPF, reverse DNS, several at once: of the sending domain, hence of everyone in it.
        (20..=29 | 32, _) if code.class == 5 => is(MessageRejected).on(Scope::Tenant),
        // Mailing list expansion not authorised.
        (2, _) => is(PermissionDenied),
        // Temporarily, security is a brake: greylisting, reputation, rate.
        _ if code.class == 4 => is(AccountThrottled).on(Scope::Tenant),
        _ => is(MessageRejected),
    }
}

/// Whether a reply is about authenticating.
pub(super) fn authenticates(parsed: &Parsed) -> bool {
    matches!(parsed.code, Some(334 | 432 | 454 | 530 | 534 | 535 | 538))
}
