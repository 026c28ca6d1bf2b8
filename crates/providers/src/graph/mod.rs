//! Microsoft Graph mail: one mailbox of Microsoft 365 or Outlook.com behind [`crate::ProviderClient`].
//!
//! `http` makes requests, each through the meter; `batch` puts several into one; `cost` names them; `wire` names what they
//! carry, `fault` classifies what goes wrong; every other file is one family of calls. Always with immutable ids. Nothing
//! here retries: pacing and repeating are the engine's.

mod answers;
mod attach;
mod batch;
mod bins;
mod categories;
mod changes;
mod client;
mod cost;
mod cursor;
mod drafts;
mod edits;
pub mod fault;
mod fixed;
mod folders;
mod http;
mod limits;
mod lying;
mod messages;
mod mime;
mod origin;
mod permission;
mod place;
mod placement;
mod posted;
mod profile;
mod query;
mod round;
mod send;
mod traces;
mod watch;
mod wire;

pub(crate) use client::Graph;
pub(crate) use limits::limits;
pub(crate) use permission::may_read;
pub(crate) use posted::posted;

use crate::carriage::Carriage;

/// What Exchange Online carries: 500 recipients unless the tenant set another number, 35 MB; SMTPUTF8 is relayed (facts 2.3,
/// 6.5).
pub(crate) const CARRIAGE: Carriage = Carriage { carries_eai: true, recipients: 500, bytes: 35 * 1024 * 1024 };
