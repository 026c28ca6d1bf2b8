//! Postroad's wiring: configuration, the system clock, and the commands of the one binary `postroad`.

pub mod clock;
pub mod commands;
pub mod config;
pub mod wiring;
