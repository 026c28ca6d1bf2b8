//! Mail through Microsoft Graph, on the wire.

mod attaching;
mod attachments;
mod batching;
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
mod sending;
mod subscriptions;
mod table;
mod uploading;
mod view;

pub(crate) use errors::{NEWER_TOKEN, claims_challenge};

use std::sync::Arc;

use crate::fault_plan::Plan;
use crate::google::{Incoming, Outcome};
use crate::microsoft::identity::Account;
use crate::microsoft::mail::ExchangeMailbox;
use crate::world::World;

/// Everything a request may need.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) world: World,
    pub(crate) plan: Arc<Plan>,
    uploads: attaching::Sessions,
}

impl Graph {
    pub(crate) fn new(world: World, plan: Arc<Plan>) -> Self {
        Self { world, plan, uploads: attaching::Sessions::default() }
    }

    /// Whether a path is Graph's.
    pub(crate) fn takes(path: &str) -> bool {
        route::version(path).is_some() || path.starts_with(attaching::PATH)
    }

    /// Answers a request under one of Graph's paths.
    pub(crate) async fn answer(&self, incoming: &Incoming) -> Outcome {
        if incoming.path.starts_with(attaching::PATH) {
            return uploading::answer(self, incoming).await;
        }
        match route::version(&incoming.path) {
            Some((_, "$batch")) if incoming.method == http::Method::POST => batching::answer(self, incoming).await,
            Some((_, rest)) if rest == "subscriptions" || rest.starts_with("subscriptions/") => {
                subscriptions::answer(self, incoming).await
            }
            _ => dispatch::answer(self, incoming).await,
        }
    }

    /// An empty mailbox in the place of one that is not there.
    fn nowhere(&self, account: &Account) -> Arc<ExchangeMailbox> {
        Arc::new(ExchangeMailbox::new(&account.mail, &account.name, 0))
    }
}
