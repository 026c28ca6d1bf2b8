//! Google on the wire: OAuth, the Gmail API, batches, uploads and the discovery document.

mod batching;
mod discovery;
mod dispatch;
mod enforce;
mod errors;
mod faults;
mod gmail;
mod method;
mod oauth;
mod route;
mod schemas;
mod table;
mod uploads;
mod wire;

use std::sync::Arc;

use crate::fault_plan::Plan;
use crate::keys::Keys;
use crate::options::Options;
use crate::upload::Sessions;
use crate::world::World;
use crate::world::chance::stable_hash;

pub(crate) use method::Units;
pub(crate) use oauth::in_full as scopes_in_full;
pub(crate) use wire::{Answer, Incoming, Outcome, Query};

/// Everything a request may need.
#[derive(Debug)]
pub(crate) struct Google {
    pub(crate) world: World,
    pub(crate) plan: Arc<Plan>,
    sessions: Sessions,
    keys: Keys,
    attachment_key: u64,
}

impl Google {
    pub(crate) fn new(world: World, plan: Arc<Plan>, options: &Options) -> Self {
        let attachment_key = stable_hash(&options.seed.to_be_bytes());
        Self { world, plan, sessions: Sessions::new(), keys: Keys::default(), attachment_key }
    }

    /// Answers a request under any of Google's paths.
    pub(crate) async fn answer(&self, incoming: &Incoming) -> Outcome {
        if let Some(endpoint) = oauth::find(incoming) {
            return oauth::answer(self, endpoint, incoming).await;
        }
        match incoming.path.as_str() {
            "/batch" | "/batch/gmail/v1" if incoming.method == http::Method::POST => {
                batching::answer(self, incoming).await
            }
            "/discovery/v1/apis/gmail/v1/rest" | "/$discovery/rest" if incoming.method == http::Method::GET => {
                Outcome::Answer(Answer::json(http::StatusCode::OK, &discovery::document(&incoming.base)))
            }
            _ => dispatch::api(self, incoming).await,
        }
    }

    /// The answer to a request whose body is larger than its path takes.
    pub(crate) fn too_large() -> Answer {
        errors::Error::too_large().answer()
    }

    /// The answer to a request that cannot be read.
    pub(crate) fn malformed() -> Answer {
        errors::malformed_request()
    }
}
