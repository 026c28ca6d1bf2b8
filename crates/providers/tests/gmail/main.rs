//! The Gmail client against a scripted server on loopback.

mod fake;
mod oauth;
mod reading;
mod trouble;
mod writing;
