//! The task behind one HTTP connection.

use tokio::task::JoinHandle;

/// Ends the task of a connection together with the request that opened it, also when that request is cancelled.
pub(crate) struct AbortOnDrop<T>(pub(crate) JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
