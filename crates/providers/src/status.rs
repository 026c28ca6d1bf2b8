//! HTTP statuses where nothing more exact was said (RFC 9110, section 15). The last resort of the HTTP classifiers.

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Advice, Ruling, is};

/// What an HTTP status alone means. `None` for successes and for numbers without a meaning.
pub(crate) fn ruling(status: u16) -> Option<Ruling> {
    Some(match status {
        // Redirects are not followed by API clients: a request that ends in one went to the wrong place.
        300..=399 => is(TransientBackend),
        401 => is(Unauthenticated),
        402 | 403 | 423 => is(PermissionDenied),
        404 => is(NotFound),
        407 => is(Network),
        408 => is(GatewayTimeout),
        // IIS: the session ran out.
        440 => is(Unauthenticated),
        409 | 412 | 428 => is(ConflictOrPrecondition),
        410 => is(NotFound),
        413 => is(MessageTooLarge),
        // A request it depended on in the same batch failed; the first one tells why.
        424 => is(ConflictOrPrecondition).but(Advice::Backoff),
        // Too early (RFC 8470): the same request is fine a moment later.
        425 => is(TransientBackend),
        // RFC 6585, 4; no quota is named, so it is no more than a brake.
        429 => is(AccountThrottled),
        400..=499 => is(InvalidRequest),
        // Not offered at all: repeating does not help.
        501 | 505 => is(InvalidRequest),
        504 => is(GatewayTimeout),
        507 => is(MailboxFull),
        509 => is(BandwidthLimited).on(Scope::Mailbox),
        500..=599 => is(TransientBackend),
        _ => return None,
    })
}
