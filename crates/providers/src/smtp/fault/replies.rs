//! Reply codes alone (RFC 5321, 4.2.3; RFC 4954, 6; RFC 1846; RFC 7504): old servers and bare texts give no more.

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Ruling, is};

/// What a reply code means by itself.
pub(super) fn ruling(code: u16) -> Option<Ruling> {
    Some(match code {
        // Service not available; mailbox busy; local error; out of storage; parameters not accommodated now.
        421 | 450..=452 | 454 | 455 => is(TransientBackend),
        432 => is(TransientBackend),
        // Syntax, parameters, sequence.
        500..=504 | 555 => is(InvalidRequest),
        // The host accepts no mail.
        521 | 556 => is(RecipientRejected),
        525 => is(MailboxUnavailable).on(Scope::Account),
        530 | 535 => is(Unauthenticated),
        534 => is(ReauthRequired),
        538 | 523 => is(InvalidRequest).on(Scope::App),
        550 | 551 => is(RecipientRejected),
        552 => is(MailboxFull).on(Scope::Request),
        553 => is(RecipientRejected),
        541 | 554 | 571 => is(MessageRejected),
        400..=499 => is(TransientBackend),
        _ => return None,
    })
}
