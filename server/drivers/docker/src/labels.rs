//! What is written on everything that the driver makes.

use std::collections::HashMap;
use std::path::PathBuf;

use bollard::{API_DEFAULT_VERSION, Docker};
use control_plane::ports::driver::DriverError;
use model::ProjectId;

use crate::fault::away;

/// Seconds that the engine may take for one answer; it stops a container within one.
const TIMEOUT: u64 = 120;

/// Which fleet it belongs to.
pub(crate) const FLEET: &str = "atomo.fleet";
/// Whose it is.
pub(crate) const PROJECT: &str = "atomo.project";
/// What the instance was made from.
pub(crate) const DIGEST: &str = "atomo.digest";
/// Where it listens, as the host sees it.
pub(crate) const ADDRESS: &str = "atomo.address";
/// The names of the variables whose values are secret, separated by commas.
pub(crate) const SECRET: &str = "atomo.secret";

/// Which engine, and under which names this fleet has things there.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    /// The engine's socket.
    pub(crate) socket: PathBuf,
    /// Tells it from other fleets on the engine.
    pub(crate) name: String,
    /// What the names of containers and networks begin with.
    pub(crate) prefix: String,
}

impl Fleet {
    /// The engine, as long as its socket is there. A client holds no connection between two calls.
    pub(crate) fn engine(&self, doing: &'static str) -> Result<Docker, DriverError> {
        let socket = self.socket.display().to_string();
        Docker::connect_with_unix(&socket, TIMEOUT, API_DEFAULT_VERSION).map_err(away(doing))
    }

    /// The container of an instance; also its network.
    pub(crate) fn container(&self, id: &ProjectId) -> String {
        format!("{}-{id}", self.prefix)
    }

    /// The container that the present one replaced. No project is called so: an id cannot hold a dot.
    pub(crate) fn before(&self, id: &ProjectId) -> String {
        format!("{}-{id}.before", self.prefix)
    }

    /// The labels that everything has.
    pub(crate) fn labels(&self, id: &ProjectId) -> HashMap<String, String> {
        HashMap::from([(FLEET.to_owned(), self.name.clone()), (PROJECT.to_owned(), id.to_string())])
    }

    /// What the engine is asked for to see only ours.
    pub(crate) fn filter(&self) -> HashMap<String, Vec<String>> {
        HashMap::from([("label".to_owned(), vec![format!("{FLEET}={}", self.name)])])
    }

    /// Whether these are labels of ours.
    pub(crate) fn owns(&self, labels: Option<&HashMap<String, String>>) -> bool {
        labels.and_then(|labels| labels.get(FLEET)).is_some_and(|fleet| *fleet == self.name)
    }
}

/// Whose it is, by its labels.
pub(crate) fn project(labels: &HashMap<String, String>) -> Option<ProjectId> {
    labels.get(PROJECT)?.clone().try_into().ok()
}
