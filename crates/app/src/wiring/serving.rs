//! The life of a server: requests and background work, then a drain in the right order.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{House, settings};
use crate::config::Config;

/// A server under way.
pub struct Serving {
    house: House,
    address: SocketAddr,
    requests: JoinHandle<std::io::Result<()>>,
    background: JoinHandle<()>,
    stop_requests: CancellationToken,
    stop_background: CancellationToken,
}

impl Serving {
    /// Starts answering on `listener` and starts all background work.
    pub fn start(house: House, listener: TcpListener, config: &Config) -> anyhow::Result<Self> {
        let address = listener.local_addr().context("asking for the address listened on")?;
        let (stop_requests, stop_background) = (CancellationToken::new(), CancellationToken::new());
        let server = settings::server_settings(config);
        let requests = tokio::spawn(server::serve(listener, house.engine.clone(), server, stop_requests.clone()));
        let engine = house.engine.clone();
        let stop = stop_background.clone();
        let background = tokio::spawn(async move { engine.run(stop).await });
        Ok(Self { house, address, requests, background, stop_requests, stop_background })
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The store and engine that serve.
    pub fn house(&self) -> &House {
        &self.house
    }

    /// Returns only when one of its parts ended although nobody asked it to.
    pub async fn broke(&mut self) -> anyhow::Error {
        tokio::select! {
            ended = &mut self.requests => match ended {
                Ok(Ok(())) => anyhow::anyhow!("the server stopped listening although nobody asked it to"),
                Ok(Err(error)) => anyhow::Error::new(error).context("the server stopped listening"),
                Err(panic) => anyhow::Error::new(panic).context("the server broke"),
            },
            ended = &mut self.background => match ended {
                Ok(()) => anyhow::anyhow!("background work stopped although nobody asked it to"),
                Err(panic) => anyhow::Error::new(panic).context("background work broke"),
            },
        }
    }

    /// Stops taking requests, lets those in hand finish, then ends background work, then closes the database.
    /// What is not finished after `deadline` is given up; it is safe at rest and goes on at the next start.
    pub async fn drain(self, deadline: Duration) -> anyhow::Result<()> {
        let Self { house, requests, background, stop_requests, stop_background, .. } = self;
        let finish = async {
            stop_requests.cancel();
            let _ = requests.await;
            stop_background.cancel();
            let _ = background.await;
        };
        if tokio::time::timeout(deadline, finish).await.is_err() {
            tracing::warn!(?deadline, "not everything finished before the drain deadline");
            stop_background.cancel();
        }
        house.close().await
    }
}
