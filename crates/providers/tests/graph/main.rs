//! The Graph client against a scripted server on loopback.

#[path = "../gmail/counting.rs"]
mod counting;

mod batching;
mod fake;
mod following;
mod metering;
mod reading;
mod rounds;
mod trouble;
mod watching;
mod writing;
