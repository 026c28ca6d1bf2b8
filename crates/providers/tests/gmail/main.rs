//! The Gmail client against a scripted server on loopback.

mod counting;
mod fake;
mod metering;
mod oauth;
mod reading;
mod traces;
mod trouble;
mod writing;
