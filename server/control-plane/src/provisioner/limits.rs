//! What the running instance may use.

use model::Observed;

use super::Provisioner;
use crate::Result;
use crate::ports::driver::DriverError;

impl Provisioner<'_> {
    /// Holds the running instance to the limits of its project. Where the driver refuses it
    /// ([`DriverError::NotLive`]), it remembers that: the next observation says so (`replace_for_limits`), and its plan
    /// replaces the instance. Nothing is written to what is wanted.
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
