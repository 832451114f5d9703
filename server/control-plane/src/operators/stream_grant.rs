//! The grant of an open stream: it ends when the server stops, or when the caller's session or token changes.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::{OpContext, Result};

/// Interval of the check.
const CHECK_EVERY: Duration = Duration::from_secs(15);

/// The credential of a caller: a token or a session.
#[async_trait]
pub trait Credential: Send + Sync {
    /// The caller that it identifies now; `None` if it has ended.
    async fn caller(&self) -> Result<Option<OpContext>>;
}

/// The right to keep a stream open.
#[derive(Clone)]
pub struct StreamGrant {
    opened_by: OpContext,
    credential: Arc<dyn Credential>,
    stop: CancellationToken,
}

impl StreamGrant {
    /// For a caller just identified by `credential`. Ends at `stop` too.
    pub const fn new(opened_by: OpContext, credential: Arc<dyn Credential>, stop: CancellationToken) -> Self {
        Self { opened_by, credential, stop }
    }

    /// Returns when the stream has to end. An unavailable registry does not end it.
    pub async fn ended(self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.changed(CHECK_EVERY) => {}
        }
    }

    /// Returns when the caller has logged out, was revoked, or has other permissions.
    async fn changed(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            match self.credential.caller().await {
                Ok(now) if now.as_ref() != Some(&self.opened_by) => return,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "checking the credential of a stream: {error}"),
            }
        }
    }
}

#[cfg(test)]
mod tests;
