//! The Microsoft identity platform: its client, and the classification of its errors.

mod answers;
pub(crate) mod challenge;
pub mod fault;
mod id_token;
mod oauth;
mod scopes;

pub(crate) use oauth::MicrosoftOauth;
