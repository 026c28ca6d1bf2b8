//! Everything kept at rest: the mirror, grants, webhooks. All SQL lives in this crate.
//!
//! [`Store`] offers coarse methods, each of them one transaction; there is no generic query and no way to hold a
//! transaction open across a network call. [`ReadStore`] is the read-only side that `server` gets.

mod backend;
mod error;
pub mod filter;
mod outbox;
mod read;
mod rows;
mod search;
mod sqlite;
mod tracking;
mod watches;
mod wordings;
mod write;

pub use error::{Error, Result};
pub use outbox::*;
pub use read::ReadStore;
pub use rows::*;
pub use write::Store;
