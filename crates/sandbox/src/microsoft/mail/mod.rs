//! Mail as Exchange keeps it: a message lies in exactly one folder, folders are a tree, and a change number says what
//! happened since when. What goes over the wire is `graph`'s business.

mod change;
pub(crate) mod folder;
pub(crate) mod ids;
pub(crate) mod item;
pub(crate) mod letter;
mod mailbox;
pub(crate) mod notice;
pub(crate) mod post;
pub(crate) mod rounds;
pub(crate) mod seed;
#[cfg(test)]
mod tests;

pub(crate) use change::Arrival;
pub(crate) use mailbox::{ExchangeMailbox, Happened, News, State};
