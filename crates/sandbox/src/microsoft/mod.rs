//! Microsoft on the wire: who people are, and their mail through Graph.

pub(crate) mod identity;
