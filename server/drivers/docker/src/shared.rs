//! What verbs and open logs both use: looking at the container of an instance.

use std::sync::Arc;

use bollard::Docker;
use bollard::models::ContainerInspectResponse;
use control_plane::ports::driver::DriverError;
use model::{InstanceKey, InstanceSeen};

use crate::fault::found;
use crate::journal::Journal;
use crate::labels::Fleet;
use crate::network::Network;
use crate::{configuration, seen};

/// The engine's part of this fleet, and what is written down beside it.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) fleet: Fleet,
    pub(crate) journal: Journal,
}

impl Shared {
    /// The container of an instance; `None` when there is none or it is somebody else's.
    pub(crate) async fn container(
        &self,
        key: &InstanceKey,
    ) -> Result<Option<ContainerInspectResponse>, DriverError> {
        const DOING: &str = "looking at the instance";
        let name = self.fleet.container(key);
        let question = async |engine: Docker| found(engine.inspect_container(&name, None).await);
        let container = self.fleet.ask(DOING, question).await?;
        Ok(container.filter(|container| {
            let config = container.config.as_ref();
            self.fleet.owns(config.and_then(|config| config.labels.as_ref()))
        }))
    }

    /// The instance, running or exited, without figures. Touches nothing.
    pub(crate) async fn look(&self, key: &InstanceKey) -> Result<Option<InstanceSeen>, DriverError> {
        Ok(self.container(key).await?.as_ref().and_then(seen::instance))
    }

    /// Looks, and has it written down beside the caller what became of the instance.
    pub(crate) async fn look_and_note(
        self: &Arc<Self>,
        key: &InstanceKey,
    ) -> Result<Option<InstanceSeen>, DriverError> {
        let seen = self.look(key).await?;
        if let Some(seen) = seen.as_ref().filter(|seen| !self.journal.knows(key, seen)) {
            let (shared, key, seen) = (Arc::clone(self), key.clone(), seen.clone());
            tokio::spawn(async move { shared.journal.record(&key, &seen).await });
        }
        Ok(seen)
    }

    /// Writes down what the container is made of that was just made.
    pub(crate) async fn write_configuration(&self, key: &InstanceKey) -> Result<(), DriverError> {
        if let Some(container) = self.container(key).await? {
            configuration::record(self.journal.folder(), key, &container).await;
        }
        Ok(())
    }

    /// In what the container is not what was written down; empty if nothing was.
    pub(crate) async fn configuration_drift(&self, key: &InstanceKey) -> Result<Vec<String>, DriverError> {
        let Some(recorded) = configuration::recorded(self.journal.folder(), key).await else {
            return Ok(Vec::new());
        };
        let container = self.container(key).await?;
        Ok(container.map(|container| recorded.differences(&container)).unwrap_or_default())
    }

    /// Whether the container was made for this network: one of the same name that was made since is another.
    pub(crate) async fn is_on(&self, key: &InstanceKey, network: &Network) -> Result<bool, DriverError> {
        let container = self.container(key).await?;
        let networks = container.and_then(|container| container.network_settings?.networks);
        let id = networks.and_then(|mut networks| networks.remove(&network.name)?.network_id);
        Ok(id.as_deref() == Some(&network.id))
    }
}
