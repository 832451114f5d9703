//! The pause between two looks at what is about to happen.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{Error, Result};

const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(250);

/// Short at first, for what takes a moment, then longer by a quarter each time.
pub(super) struct Pause(Duration);

impl Pause {
    pub(super) const fn new() -> Self {
        Self(SHORTEST)
    }

    /// Waits, and lengthens the next wait by a quarter, up to 250 ms. [`Error::Replan`] as soon as the plan is cancelled.
    pub(super) async fn pass(&mut self, cancel: &CancellationToken) -> Result<()> {
        tokio::select! {
            () = tokio::time::sleep(self.0) => {}
            () = cancel.cancelled() => return Err(Error::Replan),
        }
        self.0 = (self.0 * 5 / 4).min(LONGEST);
        Ok(())
    }
}
