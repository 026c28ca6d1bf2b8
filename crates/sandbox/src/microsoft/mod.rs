//! Microsoft on the wire: who people are, and their mail through Graph. Served by the same listener as Google: no path of
//! the one is a path of the other.

mod graph;
pub(crate) mod identity;
pub(crate) mod mail;

use std::sync::Arc;

use crate::fault_plan::Plan;
use crate::google::{Incoming, Outcome};
use crate::world::World;
use graph::Graph;

/// Everything a request may need.
#[derive(Debug)]
pub(crate) struct Microsoft {
    graph: Graph,
}

impl Microsoft {
    pub(crate) fn new(world: World, plan: Arc<Plan>) -> Self {
        Self { graph: Graph::new(world, plan) }
    }

    /// Answers a request, if its path is one of Microsoft's.
    pub(crate) async fn answer(&self, incoming: &Incoming) -> Option<Outcome> {
        if Graph::takes(&incoming.path) {
            return Some(self.graph.answer(incoming).await);
        }
        None
    }
}
