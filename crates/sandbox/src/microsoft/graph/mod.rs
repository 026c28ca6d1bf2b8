//! Mail through Microsoft Graph, on the wire.

mod attachments;
mod compose;
mod delta;
mod dispatch;
mod drafts;
mod errors;
mod filter;
mod filter_words;
mod folders;
mod follow;
mod kql;
mod me;
mod messages;
mod method;
mod mime;
mod moving;
mod paging;
mod prefer;
mod route;
mod search;
mod table;
mod view;

use std::sync::Arc;

use crate::fault_plan::Plan;
use crate::google::{Answer, Incoming, Outcome};
use crate::microsoft::identity::Account;
use crate::microsoft::mail::ExchangeMailbox;
use crate::world::World;

/// Everything a request may need.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) world: World,
    pub(crate) plan: Arc<Plan>,
}

impl Graph {
    pub(crate) fn new(world: World, plan: Arc<Plan>) -> Self {
        Self { world, plan }
    }

    /// Whether a path is Graph's.
    pub(crate) fn takes(path: &str) -> bool {
        route::version(path).is_some()
    }

    /// Answers a request under one of Graph's paths.
    pub(crate) async fn answer(&self, incoming: &Incoming) -> Outcome {
        dispatch::answer(self, incoming).await
    }

    /// The answer to a request whose body is larger than its path takes.
    pub(crate) fn too_large(&self, incoming: &Incoming) -> Answer {
        errors::Error::too_large().answer(incoming, self.world.clock().now())
    }

    /// An empty mailbox in the place of one that is not there.
    fn nowhere(&self, account: &Account) -> Arc<ExchangeMailbox> {
        Arc::new(ExchangeMailbox::new(&account.mail, &account.name, 0))
    }
}
