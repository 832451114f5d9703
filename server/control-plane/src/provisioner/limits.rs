//! What the running instance may use.

use model::Observed;

use super::Provisioner;
use crate::Result;
use crate::ports::driver::DriverError;

impl Provisioner<'_> {
    /// Applies the project's limits to the running instance. If the driver cannot ([`DriverError::NotLive`]), the driver
    /// keeps the refusal, the next observation has it as `replace_for_limits`, and the next plan replaces the instance. The
    /// desired state is not changed.
    pub(super) async fn apply_limits(&self) -> Result<Option<String>> {
        let project = &self.record.project;
        let (id, limits) = (&project.id, project.limits.instance);
        match self.inner.ports.driver.limit(&self.key(), &limits).await {
            Ok(()) => {
                self.inner.observations.update(id, |seen| {
                    if let Observed::Present(instance) = &mut seen.facts.instance {
                        instance.limits = Some(limits);
                    }
                });
                Ok(Some(limits.to_string()))
            }
            Err(DriverError::NotLive { reason }) => Ok(Some(format!("the instance is replaced: {reason}"))),
            Err(error) => Err(error.into()),
        }
    }
}
