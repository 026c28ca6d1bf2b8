//! The catalogue's entries, a file per chapter. [`super::FaultKind::entry`] finds them by kind.

pub(super) mod credentials;
pub(super) mod limits;
pub(super) mod mailbox;
pub(super) mod passing;
pub(super) mod request;
pub(super) mod sending;
pub(super) mod setup;
