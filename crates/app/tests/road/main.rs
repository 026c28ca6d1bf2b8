//! The whole road, in one process: sandbox, sync, mirror, API, webhooks, over real HTTP on loopback.

mod bounced;
mod harness;
mod mirror;
mod outbox;
mod pushed;
mod racing;
#[path = "../errors/stage/receiver.rs"]
mod receiver;
mod shared_mail;
mod tracking;
