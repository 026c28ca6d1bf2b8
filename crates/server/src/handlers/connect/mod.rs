//! Hosted authentication, tokens of our own, grants from credentials the caller holds, provider detection.

mod auth;
mod callback;
mod cookie;
mod custom;
mod exchange;
mod picker;
mod token;

pub use auth::auth;
pub use callback::callback;
pub use custom::{custom, detect};
pub use token::{exchange, revoke, tokeninfo};
