//! What is kept of faults that are the operator's to see: errors nobody recognised, and what ails a connector.

use super::{FaultKind, Scope};
use crate::{ApplicationId, GrantId, Provider, Timestamp};

/// What a provider answered to: enough to tell one error from another, and nothing about a person.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Origin {
    /// The protocol, in the words of the classifiers: `gmail_rest`, `google_oauth`.
    pub protocol: &'static str,
    /// What was asked for, its ids left out: `GET /messages/{id}`.
    pub operation: String,
    /// The provider's own status, for the record only: nothing is decided by it outside the classifiers.
    pub status: Option<u16>,
}

/// An error of a provider that no classifier recognised, counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownFault {
    /// Whose calls met it.
    pub application_id: ApplicationId,
    /// Names it among the application's: 16 hexadecimal digits over provider, protocol, operation, status and code.
    pub fingerprint: String,
    /// Who answered.
    pub provider: Provider,
    /// See [`Origin::protocol`]; empty when not known.
    pub protocol: String,
    /// See [`Origin::operation`]; empty when not known.
    pub operation: String,
    /// The provider's status, when there was one.
    pub status: Option<u16>,
    /// The provider's structured code, when it sent one.
    pub code: Option<String>,
    /// When it was met first.
    pub first_seen_at: Timestamp,
    /// When it was met last.
    pub last_seen_at: Timestamp,
    /// How often it was met.
    pub count: u64,
    /// The start of one answer, with addresses, tokens and ids masked. The first one seen.
    pub sample: String,
}

/// What last went wrong with a connector and is the operator's or an administrator's to mend. Cause and remedy are the
/// kind's ([`FaultKind::cause`], [`FaultKind::remedy`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectorFault {
    /// Its class.
    pub kind: FaultKind,
    /// Who is affected: the application or an organisation.
    pub scope: Scope,
    /// One sentence, without raw provider text.
    pub message: String,
    /// The provider's structured code.
    pub provider_code: Option<String>,
    /// The grant whose call met it last. A call of this grant that succeeds ends it; without one, any grant's does.
    pub grant_id: Option<GrantId>,
    /// When this kind was met first, since the connector last worked.
    pub first_seen_at: Timestamp,
    /// When it was met last.
    pub last_seen_at: Timestamp,
    /// How often it was met since then.
    pub count: u64,
}
