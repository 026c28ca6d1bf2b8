//! A stand-in for Google on the wire, with mailboxes, OAuth and every fault on request.
//!
//! Stands apart: imports nothing of ours, keeps its own clock and its own arithmetic, so that it cannot share a bug
//! with what it tests.
