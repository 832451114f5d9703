//! File system and `/proc` access off the async threads.

use control_plane::ports::driver::DriverError;

/// Runs `work` on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, DriverError> + Send + 'static,
) -> Result<T, DriverError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(fault) => Err(DriverError::Away { doing, reason: fault.to_string() }),
    }
}
