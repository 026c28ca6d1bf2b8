//! What a provider says that leads to a kind of fault, for the catalogue.

use super::Fault;

/// An answer of a provider as documented or seen, and the fault its classifier makes of it. Whatever the catalogue tells of
/// it is read from the fault, so that the two cannot part.
#[derive(Clone, PartialEq, Debug)]
pub struct Signal {
    /// Who speaks, as people call it ("Gmail API").
    pub speaker: &'static str,
    /// What it says, short enough for a table ("403 rateLimitExceeded: Too many concurrent requests for user").
    pub says: String,
    /// What was asked for, where the same answer means something else for other requests.
    pub asked: Option<&'static str>,
    /// What it is taken for.
    pub fault: Fault,
}
