//! Microsoft on the wire: who people are, and their mail through Graph. Served by the same listener as Google: no path of
//! the one is a path of the other.

mod graph;
pub(crate) mod identity;
pub(crate) mod limits;
pub(crate) mod limits_spec;
pub(crate) mod mail;
pub(crate) mod news;

use std::sync::Arc;

use crate::fault_plan::Plan;
use crate::google::{Incoming, Outcome};
use crate::keys::Keys;
use crate::world::World;
use graph::Graph;
pub(crate) use graph::{NEWER_TOKEN, claims_challenge};

/// Everything a request may need.
#[derive(Debug)]
pub(crate) struct Microsoft {
    pub(crate) world: World,
    pub(crate) plan: Arc<Plan>,
    /// Signs identity tokens.
    keys: Keys,
    graph: Graph,
}

impl Microsoft {
    pub(crate) fn new(world: World, plan: Arc<Plan>) -> Self {
        let graph = Graph::new(world.clone(), plan.clone());
        Self { world, plan, keys: Keys::default(), graph }
    }

    /// Answers a request, if its path is one of Microsoft's.
    pub(crate) async fn answer(&self, incoming: &Incoming) -> Option<Outcome> {
        if Graph::takes(&incoming.path) {
            return Some(self.graph.answer(incoming).await);
        }
        identity::answer(self, incoming).await
    }
}
