//! Retries during a long copy.

use std::time::Duration;

use super::{Move, Progress};
use crate::Result;
use crate::ports::Failure as _;
use crate::ports::secret_store::SecretError;

/// The back-off of retries.
#[derive(Debug, Clone, Copy)]
pub struct Pauses {
    /// The first delay; each further one is twice as long.
    pub first: Duration,
    /// Number of retries.
    pub most: u32,
}

impl Default for Pauses {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), most: 6 }
    }
}

impl Move<'_> {
    /// Repeats an idempotent call while its error is transient.
    pub(super) async fn patiently<T>(
        &self,
        tell: &mut (dyn FnMut(Progress) + Send),
        mut act: impl AsyncFnMut() -> Result<T, SecretError>,
    ) -> Result<T> {
        for pause in 0..self.pauses.most {
            match act().await {
                Err(error) if error.is_transient() => {
                    tell(Progress::Waiting(Box::new(error.problem())));
                    tokio::time::sleep(self.pauses.first * 2_u32.saturating_pow(pause)).await;
                }
                outcome => return Ok(outcome?),
            }
        }
        Ok(act().await?)
    }
}
