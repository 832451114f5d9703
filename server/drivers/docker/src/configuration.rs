//! What a container was made of, written down when this driver made it. Labels are copied by a `docker run` of somebody; this is
//! not. Values of the environment are written as salted hashes only.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use bollard::models::ContainerInspectResponse;
use model::InstanceKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a container was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Configuration {
    /// The id of the container that it was read from: the salt of the hashes.
    container: String,
    image: String,
    /// Names with the hash of their value.
    env: BTreeMap<String, String>,
    /// `/media from /srv/media, writable`.
    mounts: BTreeSet<String>,
    networks: BTreeSet<String>,
}

impl Configuration {
    /// That of a container, with values hashed for comparison with `salt`; `None` if the engine did not describe it.
    fn of(container: &ContainerInspectResponse, salt: &str) -> Option<Self> {
        let config = container.config.as_ref()?;
        let env = config.env.iter().flatten().map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), hash(salt, value))
        });
        let mounts = container.mounts.iter().flatten().map(|mount| {
            let text = |part: &Option<String>| part.clone().unwrap_or_default();
            let access = if mount.rw == Some(false) { "read-only" } else { "writable" };
            format!("{} from {}, {access}", text(&mount.destination), text(&mount.source))
        });
        let networks = container.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
        Some(Self {
            container: salt.to_owned(),
            image: config.image.clone().unwrap_or_default(),
            env: env.collect(),
            mounts: mounts.collect(),
            networks: networks.into_iter().flatten().map(|(name, _)| name.clone()).collect(),
        })
    }

    /// In what a container is not what was written down, as lines that begin with `+`, `-` or `~`. No value is in them.
    pub(crate) fn differences(&self, container: &ContainerInspectResponse) -> Vec<String> {
        let Some(now) = Self::of(container, &self.container) else { return Vec::new() };
        let mut lines = Vec::new();
        if now.image != self.image {
            lines.push(format!("~ image: {} → {}", self.image, now.image));
        }
        for (name, value) in &self.env {
            match now.env.get(name) {
                None => lines.push(format!("- environment {name}")),
                Some(other) if other != value => lines.push(format!("~ environment {name}: another value")),
                Some(_) => {}
            }
        }
        let more = now.env.keys().filter(|name| !self.env.contains_key(*name));
        lines.extend(more.map(|name| format!("+ environment {name}")));
        lines.extend(sets("mount", &self.mounts, &now.mounts));
        lines.extend(sets("network", &self.networks, &now.networks));
        lines
    }
}

fn sets(what: &str, declared: &BTreeSet<String>, observed: &BTreeSet<String>) -> Vec<String> {
    let gone = declared.difference(observed).map(|it| format!("- {what} {it}"));
    gone.chain(observed.difference(declared).map(|it| format!("+ {what} {it}"))).collect()
}

fn hash(salt: &str, value: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(salt);
    digest.update([0]);
    digest.update(value);
    let mut hex = String::new();
    for byte in digest.finalize() {
        // writing to a text never fails
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn path(folder: &Path, key: &InstanceKey) -> PathBuf {
    folder.join(format!("{key}.configuration.json"))
}

/// Writes down what the container is made of. Where that fails, the container is not compared.
pub(crate) async fn record(folder: &Path, key: &InstanceKey, container: &ContainerInspectResponse) {
    let salt = container.id.clone().unwrap_or_default();
    let Some(text) = Configuration::of(container, &salt).and_then(|it| serde_json::to_vec(&it).ok()) else {
        return;
    };
    let written = async {
        tokio::fs::create_dir_all(folder).await?;
        tokio::fs::write(path(folder, key), text).await
    };
    if let Err(fault) = written.await {
        tracing::warn!(instance = %key, %fault, "the configuration of {key} is not written down");
        remove(folder, key).await; // that of an earlier container is no comparison
    }
}

/// What was written down; `None` if nothing was, as for a container of an earlier version.
pub(crate) async fn recorded(folder: &Path, key: &InstanceKey) -> Option<Configuration> {
    serde_json::from_slice(&tokio::fs::read(path(folder, key)).await.ok()?).ok()
}

/// Removes what was written down.
pub(crate) async fn remove(folder: &Path, key: &InstanceKey) {
    let _ = tokio::fs::remove_file(path(folder, key)).await;
}

#[cfg(test)]
mod tests;
