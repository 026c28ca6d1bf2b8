//! Gmail REST: one mailbox behind [`crate::ProviderClient`], and Google's identity platform behind
//! [`crate::OauthClient`].
//!
//! `http` makes requests, `wire` names what they carry, `fault` classifies what goes wrong; every other file is one
//! family of calls. Nothing here retries: pacing and repeating are the engine's.

mod batch;
mod changes;
mod client;
mod drafts;
mod edits;
pub mod fault;
mod http;
mod labels;
mod messages;
mod oauth;
mod origin;
mod placement;
mod send;
mod settings;
mod traces;
mod upload;
mod wire;

pub(crate) use client::Gmail;
pub(crate) use oauth::GoogleOauth;
