//! Connections: how many, how slow, and how they end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::serve::Listener;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::client::Peer;

/// Connections open at once; more wait in the kernel's queue.
const MOST_CONNECTIONS: usize = 4096;
/// HTTP/2 requests at once on one connection.
const MOST_STREAMS: u32 = 128;
/// Requests in hand get this long to finish after `stop`.
const DRAIN: Duration = Duration::from_secs(30);

/// Serves connections until `stop`, then lets requests in hand finish.
pub async fn run(mut listener: TcpListener, router: Router, header_deadline: Duration, stop: CancellationToken) {
    let (server, graceful) = (Arc::new(builder(header_deadline)), GracefulShutdown::new());
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        // The semaphore is never closed.
        let Ok(permit) = permits.clone().acquire_owned().await else { break };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = Listener::accept(&mut listener) => accepted,
        };
        let _ = stream.set_nodelay(true);
        connection(server.clone(), &graceful, stream, Peer(peer.ip()), router.clone(), permit);
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections still busy after {} s are cut", DRAIN.as_secs());
    }
}

fn builder(header_deadline: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(header_deadline);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MOST_STREAMS)
        .keep_alive_interval(Duration::from_secs(60))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

fn connection(
    server: Arc<Builder<TokioExecutor>>,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    peer: Peer,
    router: Router,
    permit: OwnedSemaphorePermit,
) {
    let watcher = graceful.watcher();
    tokio::spawn(async move {
        let service = service_fn(move |request: Request<Incoming>| {
            let router = router.clone();
            async move {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(peer);
                Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {}))
            }
        });
        let connection = server.serve_connection(TokioIo::new(stream), service).into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!("connection ended: {error}");
        }
        drop(permit);
    });
}
