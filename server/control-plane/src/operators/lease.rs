//! How long a stream may stay open: until the server stops, or whoever opened it is no longer who they were.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::{OpContext, Result};

/// How often it is asked whether the asker may still.
const ASK_EVERY: Duration = Duration::from_secs(15);

/// By what an asker is known: a token, a session.
#[async_trait]
pub trait Proof: Send + Sync {
    /// Whose it is now; `None` when it has ended.
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
    /// Of an asker who was just known by this proof, on a server that ends at `stop`.
    pub const fn new(opened_by: OpContext, proof: Arc<dyn Proof>, stop: CancellationToken) -> Self {
        Self { opened_by, proof, stop }
    }

    /// Returns when the stream has to end. A registry that does not answer ends nothing.
    pub async fn over(self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.changed(ASK_EVERY) => {}
        }
    }

    /// Returns when the asker has logged out, was revoked or may do something else than before.
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
