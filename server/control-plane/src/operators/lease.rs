//! The grant of an open stream: it ends when the server stops, or when the caller's session or token changes.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::{OpContext, Result};

/// Interval of the check.
const ASK_EVERY: Duration = Duration::from_secs(15);

/// The credential of a caller: a token or a session.
#[async_trait]
pub trait Proof: Send + Sync {
    /// The caller that it identifies now; `None` if it has ended.
    async fn asker(&self) -> Result<Option<OpContext>>;
}

/// The right to keep a stream open.
#[derive(Clone)]
pub struct Lease {
    opened_by: OpContext,
    proof: Arc<dyn Proof>,
    stop: CancellationToken,
}

impl Lease {
    /// For a caller just identified by `proof`. Ends at `stop` too.
    pub const fn new(opened_by: OpContext, proof: Arc<dyn Proof>, stop: CancellationToken) -> Self {
        Self { opened_by, proof, stop }
    }

    /// Returns when the stream has to end. An unavailable registry does not end it.
    pub async fn over(self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.changed(ASK_EVERY) => {}
        }
    }

    /// Returns when the caller has logged out, was revoked, or has other permissions.
    async fn changed(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            match self.proof.asker().await {
                Ok(now) if now.as_ref() != Some(&self.opened_by) => return,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "asking whether a stream may go on: {error}"),
            }
        }
    }
}

#[cfg(test)]
mod tests;
