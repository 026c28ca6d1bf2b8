//! Threads: what their messages add up to.

pub(super) mod aggregate;
pub(crate) mod list;
