//! The image of the release.

use std::time::Duration;

use model::StepStatus;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::Provisioner;
use crate::ports::driver::Release;
use crate::{Error, Result, image_registries};

/// How often the operation tells how far a download is.
const TELL: Duration = Duration::from_millis(500);

impl Provisioner<'_> {
    /// What its instance runs.
    pub(super) fn release(&self) -> Release {
        self.inner.settings.release(self.record.project.release.as_ref())
    }

    /// Fetches the release through the driver (pulls an image). The progress is written to the note of the step.
    pub(super) async fn fetch_release(&self, ordinal: i32) -> Result<Option<String>> {
        let release = self.release();
        let (progress, mut told) = watch::channel(String::new());
        let credential = image_registries::credential(self.inner, &release).await?;
        let _permit = self.wait(async { Ok(self.inner.permits.pulls.acquire(self.priority).await) }).await?;
        let fetching = self.inner.ports.driver.fetch(&release, credential.as_ref(), &progress);
        tokio::pin!(fetching);
        let mut ticks = interval(TELL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                outcome = &mut fetching => {
                    outcome?;
                    return Ok(Some(release.to_string()));
                }
                () = self.cancel.cancelled() => return Err(Error::Replan),
                _ = ticks.tick() => {
                    if told.has_changed().unwrap_or(false) {
                        let text = told.borrow_and_update().clone();
                        // progress that cannot be told does not end the download
                        let reports = self.inner.registry.reports(self.inner.term);
                        let told = reports.step(self.operation, ordinal, StepStatus::Running, Some(&text)).await;
                        if let Err(error) = told {
                            tracing::debug!(error = %crate::chain(&error), "reporting a download");
                        }
                    }
                }
            }
        }
    }
}
