//! Paces calls to a service with quotas: at the edge of every limit, over none.
//!
//! Pure: the time is an argument, nothing is awaited, no thread is started, nothing is read or written. A
//! [`Pacer`] is asked before every call and told of its end; in between, the caller does the calling.

mod adaptive;
mod ask;
mod backoff;
mod concurrency;
mod flight;
mod gauge;
mod jitter;
mod key;
mod keys;
mod line;
mod moment;
mod outcome;
mod pacer;
#[cfg(test)]
mod properties;
mod reserve;
mod scheduler;
mod slots;
mod snapshot;
mod steady;
mod throttle;
mod view;
mod window;

pub use ask::{Answer, Ask, Because, Estimate, Keys, Polled, Ticket, WaiterId};
pub use backoff::{Backoff, BackoffError, RetryBudget};
pub use model::quota::{Allowance, Class, Concurrency, Cost, Dimension, Level, Limited, Limits, QuotaRefusal, Regime};
pub use moment::Moment;
pub use outcome::{Moved, Outcome, Refusal};
pub use pacer::Pacer;
pub use snapshot::Snapshot;
pub use view::{Census, KeyView, ThrottleView, WindowView};
