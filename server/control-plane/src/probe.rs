//! Asking an instance, where it was seen to listen, whether it is ready and what it is.

use std::fmt::Write as _;

use model::ServerSeen;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::observe::PROBE_TIMEOUT;

/// The largest answer that is read.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Asks instances.
pub(crate) struct Prober(reqwest::Client);

/// Why an instance is not (yet) what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {reason}")]
pub(crate) struct ProbeError {
    /// What was asked.
    pub(crate) url: String,
    /// What came back.
    pub(crate) reason: String,
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "version")]
    release: String,
    commit: Option<String>,
    #[serde(default)]
    standin: bool,
}

impl Prober {
    pub(crate) fn new() -> Self {
        // Instances are on this machine or in its network: no proxy of the environment may stand in between.
        let client = reqwest::Client::builder().no_proxy().timeout(PROBE_TIMEOUT).build();
        Self(client.unwrap_or_default())
    }

    /// Whether it answers `/ready` with success within the time-out.
    pub(crate) async fn is_ready(&self, address: &str) -> bool {
        self.get(address, "/ready").await.is_ok()
    }

    /// What it answers to `/version` and `/meta/schema`.
    pub(crate) async fn describe(&self, address: &str) -> Result<ServerSeen, ProbeError> {
        let version: Version = self.json(address, "/version").await?;
        let mut schema: Value = self.json(address, "/meta/schema").await?;
        let models = schema.get_mut("models").map(Value::take).unwrap_or_default();
        let count = models.as_object().map_or(0, serde_json::Map::len);
        Ok(ServerSeen {
            version: version.release,
            commit: version.commit.filter(|commit| commit != "unknown"),
            standin: version.standin,
            models_digest: digest(models),
            models: u32::try_from(count).unwrap_or(u32::MAX),
        })
    }

    async fn json<T: serde::de::DeserializeOwned>(&self, address: &str, path: &str) -> Result<T, ProbeError> {
        let body = self.get(address, path).await?;
        serde_json::from_slice(&body)
            .map_err(|error| ProbeError { url: format!("http://{address}{path}"), reason: error.to_string() })
    }

    async fn get(&self, address: &str, path: &str) -> Result<Vec<u8>, ProbeError> {
        let url = format!("http://{address}{path}");
        let fault = |reason: String| ProbeError { url: url.clone(), reason };
        let mut answer = self.0.get(&url).send().await.map_err(|error| fault(crate::chain(&error)))?;
        if !answer.status().is_success() {
            return Err(fault(format!("it answered {}", answer.status())));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| fault(crate::chain(&error)))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(fault("the answer is too large".into()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// SHA-256 of the models in canonical form: keys are sorted by the JSON type itself, lists of attributes by us, for
/// the server prints both in the order of its hash maps.
fn digest(mut models: Value) -> String {
    sort(&mut models);
    let mut hex = String::new();
    for byte in Sha256::digest(models.to_string()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(ToString::to_string);
        }
        Value::Object(fields) => fields.values_mut().for_each(sort),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
