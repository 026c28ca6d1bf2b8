//! Sync: the mirror follows the mailbox.
//!
//! A grant's **turn** ([`turn`]) does what its phase asks for: the first sync ([`first`]) lists newest first and fetches
//! what is missing; live turns ([`live`]) follow the provider's changes; after a lost cursor the mirror is reconciled
//! without downloading it again ([`reset`]). The [`pool`] gives turns to grants that are due, and at once to those that
//! were hinted at by a push or a change of our own. At most one turn of a grant is under way, which the [`board`] sees to.
//!
//! Why nothing is lost: the cursor is taken before the listing and is stored only in the same transaction as the last of
//! the changes it stands for. A listing is not a snapshot, so after it ended the ids are compared once more.

mod board;
mod drafts;
mod fetch;
mod first;
mod lately;
mod live;
mod pool;
mod reset;
mod retry;
mod schedule;
mod sizes;
mod turn;
mod watch;

pub(crate) use board::Board;
pub(crate) use fetch::fetch_all;
pub(crate) use lately::{Happened, Lately};
pub(crate) use pool::run;
pub(crate) use schedule::backoff;
#[cfg(test)]
pub(crate) use turn::Turn;

#[cfg(test)]
mod tests;
