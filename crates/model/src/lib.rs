//! The nouns of the house and the faults that befall them.
//!
//! No async, no I/O, no clock but the [`clock::Clock`] trait: everything here can be built, compared and
//! tested without a runtime. The words are those of `docs/ARCHITECTURE.md`; a provider's own words
//! (`labelIds`, `deltaLink`) never appear in this crate.

pub mod address;
pub mod application;
pub mod clock;
pub mod connector;
pub mod event;
pub mod fault;
pub mod folder;
pub mod grant;
pub mod ids;
pub mod message;
pub mod outbox;
pub mod page;
pub mod provider;
pub mod quota;
pub mod secret;
pub mod standing;
pub mod sync;
pub mod tracking;
pub mod webhook;
pub mod wording;

pub use address::Address;
pub use clock::{Clock, Timestamp};
pub use fault::{Fault, FaultKind, Scope, Verdict};
pub use ids::*;
pub use provider::Provider;
