//! Being asked to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Returns when the process gets SIGTERM or SIGINT (Ctrl-C). A second one ends the process at once.
pub async fn stop_asked() -> std::io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
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
    Ok(())
}
