//! A stand-in for Google on the wire, with mailboxes, OAuth and every fault on request.
//!
//! Stands apart: imports nothing of ours, keeps its own clock and its own arithmetic, so that it cannot share a bug
//! with what it tests.

pub mod batch;
pub mod control;
pub mod fault_plan;
pub mod fields;
pub mod generate;
pub mod load;
pub mod search;
pub mod upload;

mod multipart;
