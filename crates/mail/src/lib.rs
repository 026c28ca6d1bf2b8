//! Reads and writes RFC 5322 / MIME bytes. Pure: no async, no I/O, no clock.
//!
//! - [`parse`] turns raw bytes into what the mirror keeps; it never fails on any input and never panics.
//! - [`compose`] builds raw bytes from what a caller wants to send.
//! - [`report`] reads what mail systems say about a message that was sent: bounces, delays, limits.
//! - [`template`] fills in a caller's variables.
//! - [`track`] marks a body, to tell when it is opened and which of its links are followed.
//! - [`clean`] reduces a body to what its author wrote (the contract's `messages/clean`).

pub mod clean;
pub mod compose;
pub mod parse;
pub mod report;
pub mod template;
pub mod track;
