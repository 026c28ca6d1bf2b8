//! Paces calls to a service with quotas: at the edge of every limit, over none.
//!
//! Pure: the time is an argument, nothing is awaited, no thread is started, nothing is read or written. A
//! [`Pacer`] is asked before every call and told of its end; in between, the caller does the calling.
//!
//! # What it is told, and what it answers
//!
//! A call names up to four **keys**, one per [`Level`] (project, mailbox in that project, mailbox, tenant), the
//! [`Limits`] published for them, its [`Cost`] and its [`Class`]. [`Pacer::ask`] answers one of three things:
//!
//! * [`Answer::Go`]: call now, at most [`Ticket::granted`] times, then hand the ticket to [`Pacer::finish`];
//! * [`Answer::Wait`]: a place in line; [`Pacer::poll`] hands out the ticket when its turn has come. Poll at
//!   [`Polled::next`], and after every `finish`, `abandon` and answer to wait;
//! * [`Answer::Refused`]: it cannot go before its deadline, and this is when it could.
//!
//! # What it does with it
//!
//! * **Windows** slide, and a call counts from its departure until one window after its answer: whenever in between the
//!   service counts it, and whether its own window slides or is fixed, no cap is exceeded.
//! * **Classes** are strictly ordered. Background classes leave a reserve for interactive calls, which grows with their recent
//!   use; whoever has waited long counts as one class higher, so nobody starves. Among flows the least served goes first.
//! * **Refusals** teach. A quota refusal lowers the learned ceiling of its key once per episode, use without refusals raises it
//!   slowly, never over what is published; meanwhile the key is paced by the second. A refusal for too many calls at
//!   once lowers the number of places.
//! * **Throttles** close a key: nothing goes out before an instant the service named, then one call, the probe, then more. A
//!   refused probe closes it for longer.
//!
//! What was learned is kept over a restart by [`Pacer::snapshot`] and [`Pacer::restore`]. For failures that are no refusals there
//! are [`Backoff`] and [`RetryBudget`].
//!
//! # Example: a program that fetches 250 messages
//!
//! The service allows 600 units per minute and mailbox; reading costs 5. Here the clock is a number that the program moves; a
//! real one sleeps until [`Polled::next`] instead.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use quota::*;
//!
//! let allowance =
//!     Allowance { level: Level::Mailbox, dimension: Dimension::Units, amount: 600, per: Duration::from_secs(60) };
//! let concurrency = Concurrency { start: 4, most: 8, least: 1 };
//! // One `Arc` per price list, the same for every ask.
//! let limits = Arc::new(Limits { allowances: vec![allowance], concurrency: Some(concurrency) });
//! let mut pacer: Pacer<&str> = Pacer::new(42); // the seed is for jitter alone
//!
//! // The service has enough for seven seconds once, at the 40th message.
//! let mut closed_until = None;
//! let mut call = |fetched: u32, now: Moment| {
//!     assert!(closed_until.is_none_or(|until| now >= until), "nothing goes out before the instant");
//!     if fetched < 40 || closed_until.is_some() {
//!         return Outcome::done();
//!     }
//!     closed_until = Some(now.plus(Duration::from_secs(7)));
//!     Outcome::refused(Refusal { level: Level::Mailbox, what: Limited::General, until: closed_until, calls: 1 })
//! };
//!
//! let (mut now, mut fetched) = (Moment(0), 0);
//! while fetched < 250 {
//!     let ask = Ask {
//!         flow: "ada@example.com",
//!         keys: Keys::none().with(Level::Mailbox, "ada@example.com"),
//!         limits: &limits,
//!         class: Class::Backfill,
//!         cost: Cost::units(5),
//!         most: 1, // of a batch: how many inner calls it could hold
//!         begun: now,
//!         deadline: Moment::NEVER,
//!         patience: Duration::MAX,
//!     };
//!     let ticket = match pacer.ask(now, ask) {
//!         Answer::Go(ticket) => ticket,
//!         Answer::Wait(..) => loop {
//!             let mut polled = pacer.poll(now);
//!             if let Some((_, ticket)) = polled.admitted.pop() {
//!                 break ticket;
//!             }
//!             // A program with more than one call under way also polls when one of them ends.
//!             now = polled.next.expect("nothing is under way, so it waits for the clock");
//!         },
//!         Answer::Refused(estimate) => unreachable!("there is no deadline: {estimate:?}"),
//!     };
//!     let outcome = call(fetched, now);
//!     now = now.plus_millis(100); // that long a call takes
//!     fetched += u32::from(outcome.refusals.is_empty());
//!     pacer.finish(now, ticket, outcome);
//! }
//!
//! // 250 messages are 1,250 units, two minutes' worth and a little more.
//! assert!((60_000..130_000).contains(&now.0), "{now:?}");
//! assert_eq!(pacer.view(now, &"ada@example.com").expect("it was used").refusals, 1);
//! ```

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
pub use view::{Activity, Census, KeyView, ThrottleView, WindowView};
