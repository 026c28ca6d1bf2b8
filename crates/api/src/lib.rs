//! Wire types of the HTTP API (Nylas v3 contract), shared by server, shell and tests.
//!
//! One file per noun. Emission rules (contract facts, section 9): `id`, `grant_id` and `object` always, arrays as `[]`,
//! unset optionals left out, times in Unix seconds.

pub mod attachment;
pub mod envelope;
pub mod folder;
pub mod grant;
pub mod message;
pub mod thread;
pub mod webhook;
