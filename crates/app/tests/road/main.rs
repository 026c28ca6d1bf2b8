//! The whole road, in one process: sandbox, sync, mirror, API, webhooks, over real HTTP on loopback.

mod harness;
mod mirror;
mod racing;
mod shared_mail;
