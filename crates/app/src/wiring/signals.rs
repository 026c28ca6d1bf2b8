//! Being asked to stop.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for SIGTERM and SIGINT (Ctrl-C) from now on, so that whoever is told that the process is ready can stop it in order;
/// what is returned ends with the first one. A second one ends the process at once.
pub fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(first_of(terminate, interrupt))
}

async fn first_of(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::warn!("asked to stop again; ending at once");
        std::process::exit(130);
    });
}
