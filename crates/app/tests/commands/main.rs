//! The binary as people and scripts use it.

mod administration;
mod configuration;
mod demo;
mod faults;
mod process;
mod quota;
mod server;
