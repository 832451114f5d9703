//! What the running instance may use.

use model::Observed;

use super::Provisioner;
use crate::Result;
use crate::ports::driver::DriverError;
use crate::registry::Event;

impl Provisioner<'_> {
    /// Holds the running instance to the limits of its project. Where that takes another instance, one more planned restart
    /// is written: the next look finds another digest, and replaces it like after any edit.
    pub(super) async fn apply_limits(&self) -> Result<Option<String>> {
        let project = &self.record.project;
        let (id, limits) = (&project.id, project.limits.instance);
        match self.inner.ports.driver.limit(id, &limits).await {
            Ok(()) => {
                self.inner.observations.update(id, |seen| {
                    if let Observed::Present(instance) = &mut seen.instance {
                        instance.limits = Some(limits);
                    }
                });
                Ok(Some(limits.to_string()))
            }
            Err(DriverError::NotLive { reason }) => {
                let mut change = self.inner.registry.change(self.op).await?;
                change.count_replacement(id).await?;
                let detail = serde_json::json!({"limits": limits, "reason": reason});
                change.commit(Event { project: Some(id), action: "replace", detail }).await?;
                Ok(Some(format!("the instance is replaced: {reason}")))
            }
            Err(error) => Err(error.into()),
        }
    }
}
