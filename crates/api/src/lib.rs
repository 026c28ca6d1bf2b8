//! Wire types of the HTTP API (Nylas v3 contract), shared by server, shell and tests.
//!
//! One file per noun. Emission rules (contract facts, section 9): `id`, `grant_id` and `object` always, arrays as `[]`,
//! unset optionals left out, times in Unix seconds. Requests take `null` like an omitted field, because SDKs send it.

pub mod address;
pub mod application;
pub mod attachment;
pub mod auth;
pub mod clean;
pub mod connector;
pub mod envelope;
pub mod error;
pub mod fault;
pub mod folder;
pub mod grant;
pub mod message;
pub mod outbox;
pub mod outgoing;
pub mod quota;
pub mod thread;
pub mod webhook;
pub mod wording;
