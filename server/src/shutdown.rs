//! Shutdown in order: requests, work, then what this process started.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

#[cfg(test)]
mod tests;

/// Cancels `stop` at SIGINT or SIGTERM. A second signal ends the process at once.
pub fn on_signal(stop: CancellationToken) -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        tracing::info!("stopping");
        stop.cancel();
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        tracing::warn!("a second signal: ending at once; the next start adopts what still runs");
        std::process::exit(130);
    });
    Ok(())
}

/// The first error of several outcomes. The others are logged, because each step was executed.
pub fn first_error(outcomes: impl IntoIterator<Item = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut errors = outcomes.into_iter().filter_map(Result::err);
    let first = errors.next();
    for error in errors {
        tracing::error!("stopping: {error:#}");
    }
    first.map_or(Ok(()), Err)
}

/// Runs `cleanup` after an error and returns that error; a failure of the cleanup is logged.
pub async fn undo(error: anyhow::Error, cleanup: impl Future<Output = anyhow::Result<()>>) -> anyhow::Error {
    if let Err(also) = cleanup.await {
        tracing::error!("cleaning up after a failure: {also:#}");
    }
    error
}
