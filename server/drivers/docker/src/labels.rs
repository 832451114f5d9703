//! What is written on everything that the driver makes.

use std::collections::HashMap;
use std::path::PathBuf;

use model::InstanceKey;

/// Which fleet it belongs to.
pub(crate) const FLEET: &str = "atomo.fleet";
/// Whose it is.
pub(crate) const PROJECT: &str = "atomo.project";
/// Which instance: its key.
pub(crate) const INSTANCE: &str = "atomo.instance";
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
    /// The container of an instance; also its network.
    pub(crate) fn container(&self, key: &InstanceKey) -> String {
        format!("{}-{key}", self.prefix)
    }

    /// The container that the present one replaced. No instance is called so: a key holds no dot.
    pub(crate) fn before(&self, key: &InstanceKey) -> String {
        format!("{}-{key}.before", self.prefix)
    }

    /// The labels that everything has.
    pub(crate) fn labels(&self, key: &InstanceKey) -> HashMap<String, String> {
        HashMap::from([
            (FLEET.to_owned(), self.name.clone()),
            (PROJECT.to_owned(), key.project.to_string()),
            (INSTANCE.to_owned(), key.to_string()),
        ])
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

/// Which instance it is of, by its labels.
pub(crate) fn key(labels: &HashMap<String, String>) -> Option<InstanceKey> {
    labels.get(INSTANCE)?.parse().ok()
}
