//! The sandbox's Google, tested over HTTP as a client sees it.

mod access;
mod catalogue;
mod drafts;
mod faults;
mod harness;
mod history;
mod labels;
mod magic;
mod media;
mod messages;
mod oauth;
mod push;
mod quotas;
mod sending;
mod threads;
