//! The sandbox's Google, tested over HTTP as a client sees it.

mod access;
mod harness;
mod messages;
