//! Starting and stopping: one listener, one world.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::options::Options;
use crate::world::World;

/// A running sandbox. It stops when it is dropped; [`Sandbox::shutdown`] also waits for it.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    world: World,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

/// Binds the listener and begins to serve.
///
/// # Errors
/// When the address cannot be bound.
pub async fn start(options: Options) -> io::Result<Sandbox> {
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let world = World::new(&options);
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    tasks.spawn(world.push().clone().work(stop.clone()));
    let router = axum::Router::new();
    let stopped = stop.clone().cancelled_owned();
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the sandbox's listener failed");
        }
    });
    Ok(Sandbox { address, world, stop, tasks })
}

impl Sandbox {
    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The base URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The world it serves.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Lets running requests finish, and stops.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
