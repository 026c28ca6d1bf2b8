//! The way to the provider: names, connections, TLS.

pub mod fault;
