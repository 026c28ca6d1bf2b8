//! A stand-in for Google and Microsoft on the wire, with mailboxes, sign-in and every fault on request.
//!
//! Stands apart: imports nothing of ours, keeps its own clock and its own arithmetic, so that it cannot share a bug
//! with what it tests. Everything is served by one listener under the providers' own paths; host names are ignored.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! let sandbox = sandbox::start(sandbox::Options::default()).await?;
//! let world = sandbox.world();
//! world.add_mailbox("alice@sandbox.test", "Alice Example");
//! let refresh_token = world.issue_refresh_token("alice@sandbox.test", sandbox::DEFAULT_CLIENT_ID, &["https://mail.google.com/"]);
//! # drop(refresh_token); sandbox.shutdown().await; Ok(()) }
//! ```

pub mod batch;
pub mod clock;
pub mod control;
pub mod fault_plan;
mod faults;
pub mod fields;
pub mod generate;
mod google;
mod keys;
pub mod load;
mod microsoft;
mod multipart;
mod options;
pub mod quotas;
pub mod search;
mod server;
pub mod upload;
pub mod world;

pub use microsoft::identity::{DEFAULT_APP_ID, DEFAULT_APP_SECRET};
pub use microsoft::limits::{GraphMeter, GraphQuotas};
pub use microsoft::limits_spec::BadGraphSpec;
pub use options::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Options};
pub use quotas::Quotas;
pub use server::{Sandbox, start};
pub use world::World;
