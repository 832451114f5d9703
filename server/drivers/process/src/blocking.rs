//! File system and `/proc` work off the threads that drive futures.

use control_plane::ports::driver::DriverError;

/// Runs it where it may block.
pub(crate) async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, DriverError> + Send + 'static,
) -> Result<T, DriverError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(fault) => Err(DriverError::Away { doing, reason: fault.to_string() }),
    }
}
