//! Words: cut and folded the same way for the full-text index and for queries.
//!
//! This happens here, not in SQLite's tokenizers, for three reasons. Scripts that do not put spaces between words
//! (Chinese, Japanese, Thai, Korean particles) need pairs of characters as their words, in one index with everything
//! else. Every word carries its mailbox, so that a search reads the postings of its own mailbox only, prefixes included.
//! And because a query is rebuilt from its words, nothing a caller types can be a syntax error.

mod fold;
mod query;
mod words;

pub(crate) use query::{Query, parse};
pub(crate) use words::Index;
