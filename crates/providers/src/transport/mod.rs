//! The way to the provider: names, connections, TLS, bodies.

pub(crate) mod body;
pub(crate) mod exchange;
pub mod fault;
pub(crate) mod lost;
pub(crate) mod path;
pub(crate) mod token;
