//! The way to the provider: names, connections, TLS.

pub(crate) mod body;
pub mod fault;
