//! Gmail REST: one mailbox behind [`crate::ProviderClient`], and Google's identity platform behind
//! [`crate::OauthClient`].
//!
//! `http` makes requests, each through the meter; `cost` is their prices, `plan` chooses the cheapest; `wire` names what
//! they carry, `fault` classifies what goes wrong, `reading` batches; every other file is one family of calls. Nothing here retries: pacing and repeating are the engine's.

mod batch;
mod changes;
mod client;
mod cost;
mod drafts;
mod edits;
pub mod fault;
mod http;
mod labels;
mod limits;
mod messages;
mod oauth;
mod origin;
mod placement;
mod places;
mod plan;
mod reading;
mod send;
mod settings;
mod traces;
mod upload;
mod watch;
mod wire;

pub(crate) use client::Gmail;
pub(crate) use limits::{is_personal, limits};
pub(crate) use oauth::GoogleOauth;
pub(crate) use watch::posted;

use crate::carriage::Carriage;

/// What Gmail carries: recipients of one message through the API (facts 1.1), bytes by upload (1.1), and SMTPUTF8, which
/// it has relayed since 2014 (facts on mail servers, 6.5).
pub(crate) const CARRIAGE: Carriage = Carriage { carries_eai: true, recipients: 500, bytes: upload::MAX_UPLOAD };
