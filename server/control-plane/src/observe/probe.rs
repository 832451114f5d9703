//! Requests to an instance, where it was seen to listen: whether it is ready, and what it is.
//!
//! An instance may run anybody's code, so every answer is bounded: redirects are not followed, no body is read where
//! the status is enough, and the rest has a size limit. `docs/limits-of-answers.md` lists the limits.

mod digest;
mod models;

use std::sync::Arc;
use std::time::{Duration, Instant};

use model::ReleaseSeen;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::registry::DigestedLines;

/// How long an instance may take to answer a probe.
pub(crate) const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// The largest body of `/version` in bytes.
const MAX_VERSION_BODY: usize = 64 * 1024;
/// The largest body of `/meta/schema` in bytes.
const MAX_SCHEMA_BODY: usize = 4 * 1024 * 1024;
/// Characters of a reported version that are kept.
const MAX_VERSION: usize = 100;
/// Characters of a reported commit that are kept: a full SHA-1.
const MAX_COMMIT: usize = 40;
/// Schemas that are parsed and digested at the same time. One of the largest takes about 100 MB for a moment.
const DIGESTS: usize = 2;

/// The HTTP client for instances.
pub(crate) struct Prober {
    client: Result<reqwest::Client, String>,
    digests: Arc<Semaphore>,
}

/// Why an instance is not (yet) what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {reason}")]
pub(crate) struct ProbeError {
    /// The URL of the request.
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

/// How an instance answers `/ready`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// With success.
    Ready,
    /// With another status: it works, and something that it needs is not there.
    Refuses,
    /// Not at all, within the time-out.
    Silent {
        /// When the request was sent.
        asked: Instant,
    },
}

impl Prober {
    pub(crate) fn new() -> Self {
        // Instances are on this machine or in its network: no proxy of the environment may stand in between. A redirect
        // would let an instance choose which address the control plane requests next.
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PROBE_TIMEOUT)
            .build();
        Self {
            client: client.map_err(|error| crate::chain(&error)),
            digests: Arc::new(Semaphore::new(DIGESTS)),
        }
    }

    /// How it answers `/ready` within the time-out. The body is not read.
    pub(crate) async fn readiness(&self, address: &str) -> Readiness {
        let asked = Instant::now();
        let Ok(client) = self.client.as_ref() else { return Readiness::Silent { asked } };
        match client.get(url(address, "/ready")).send().await {
            Ok(answer) if answer.status().is_success() => Readiness::Ready,
            Ok(_) => Readiness::Refuses,
            Err(_) => Readiness::Silent { asked },
        }
    }

    /// What it answers to `/version` and `/meta/schema`. Texts are cut to 100 and 40 characters.
    pub(crate) async fn describe(&self, address: &str) -> Result<ReleaseSeen, ProbeError> {
        let version = self.body(address, "/version", MAX_VERSION_BODY).await?;
        let version: Version = serde_json::from_slice(&version)
            .map_err(|error| ProbeError { url: url(address, "/version"), reason: error.to_string() })?;
        let schema = self.body(address, "/meta/schema", MAX_SCHEMA_BODY).await?;
        let (models_digest, models) = self
            .digest(schema)
            .await
            .map_err(|reason| ProbeError { url: url(address, "/meta/schema"), reason })?;
        Ok(ReleaseSeen {
            version: shortened(&version.release, MAX_VERSION),
            commit: version.commit.filter(|it| it != "unknown").map(|it| shortened(&it, MAX_COMMIT)),
            standin: version.standin,
            models_digest,
            models,
        })
    }

    /// Digest and number of the models in a schema document, computed on a blocking thread.
    async fn digest(&self, document: Vec<u8>) -> Result<(String, u32), String> {
        let permit = Arc::clone(&self.digests).acquire_owned().await.map_err(|error| error.to_string())?;
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut schema: Value = serde_json::from_slice(&document).map_err(|error| error.to_string())?;
            let models = schema.get_mut("models").map(Value::take).unwrap_or_default();
            let count = models.as_object().map_or(0, serde_json::Map::len);
            Ok((digest::of(&models), u32::try_from(count).unwrap_or(u32::MAX)))
        });
        work.await.unwrap_or_else(|error| Err(error.to_string()))
    }

    /// The models that it serves on `/meta/schema` now, as sorted lines with their digest, which is that of [`ReleaseSeen`].
    pub(crate) async fn models(&self, address: &str) -> Result<DigestedLines, ProbeError> {
        let document = self.body(address, "/meta/schema", MAX_SCHEMA_BODY).await?;
        let fault = |reason: String| ProbeError { url: url(address, "/meta/schema"), reason };
        let permit = Arc::clone(&self.digests).acquire_owned().await.map_err(|it| fault(it.to_string()))?;
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut schema: Value = serde_json::from_slice(&document).map_err(|error| error.to_string())?;
            let found = schema.get_mut("models").map(Value::take).unwrap_or_default();
            Ok(DigestedLines { lines: models::lines(&found), digest: digest::of(&found) })
        });
        work.await.unwrap_or_else(|error| Err(error.to_string())).map_err(fault)
    }

    /// A body of at most `limit` bytes. The connection is dropped at the first byte beyond it.
    async fn body(&self, address: &str, path: &str, limit: usize) -> Result<Vec<u8>, ProbeError> {
        let mut answer = self.get(address, path).await?;
        let fault = |reason: String| ProbeError { url: url(address, path), reason };
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| fault(crate::chain(&error)))? {
            if body.len() + chunk.len() > limit {
                return Err(fault(format!("the answer is larger than {limit} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The head of a successful answer. Dropping it without reading the body closes the connection.
    async fn get(&self, address: &str, path: &str) -> Result<reqwest::Response, ProbeError> {
        let fault = |reason: String| ProbeError { url: url(address, path), reason };
        let client = self.client.as_ref().map_err(|reason| fault(reason.clone()))?;
        let answer =
            client.get(url(address, path)).send().await.map_err(|error| fault(crate::chain(&error)))?;
        if !answer.status().is_success() {
            return Err(fault(format!("it answered {}", answer.status())));
        }
        Ok(answer)
    }
}

fn url(address: &str, path: &str) -> String {
    format!("http://{address}{path}")
}

/// The first `limit` characters without control characters.
fn shortened(text: &str, limit: usize) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(limit).collect()
}

#[cfg(test)]
mod tests;
