//! Gmail's limits, enforced with arithmetic of the sandbox's own: units per minute for each user and project, requests
//! at once, bandwidth and mail per day, and the times a mailbox is told to stay away.
//!
//! What is known of the real limits, and how sure it is, stands in `docs/SANDBOX_GOOGLE.md`. Everything is counted by
//! the sandbox's clock, under one lock; a sandbox without quotas asks one flag per call and counts nothing.

mod key;
mod limits;
mod lockout;
mod mailbox;
mod meter;
mod refused;
mod report;
mod rolling;
mod sending;
mod spec;
mod state;
mod thief;
mod window;

pub use limits::{Limits, Model, Quotas, Regime};
pub use lockout::{Early, LockoutOrder};
pub use meter::Meter;
pub(crate) use meter::{Ask, Permit};
pub(crate) use refused::{Minute, Refused, Whose};
pub use report::{
    KeyReport, LockoutReport, MailboxReport, MethodReport, ProjectReport, QuotaReport, RefusalCounts, SendingReport,
};
pub use spec::BadSpec;
pub(crate) use spec::setting;

#[cfg(test)]
mod tests;
