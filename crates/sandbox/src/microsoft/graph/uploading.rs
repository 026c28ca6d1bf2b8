//! The address of an upload session: faults around each piece.

use super::Graph;
use super::attaching;
use crate::faults::{Done, Scene, with_faults};
use crate::google::{Incoming, Outcome};

/// Answers a piece, a question or a cancellation.
pub(crate) async fn answer(graph: &Graph, incoming: &Incoming) -> Outcome {
    let now = graph.world.clock().now();
    let scene = Scene { method: "graph.upload.put", path: &incoming.path, ..Scene::default() };
    with_faults(&graph.world, &graph.plan, &scene, |_| {
        Done::Answer(attaching::piece(graph, incoming).unwrap_or_else(|error| error.answer(incoming, now)))
    })
    .await
}
