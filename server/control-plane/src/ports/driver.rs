//! Running instances.

mod error;
mod refused_limits;
mod spec;
mod traits;

use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use model::{InstanceFigures, InstanceKey, InstanceLimits, InstanceSeen, LogLine};
use secrecy::SecretString;
use tokio::sync::watch;

pub use error::DriverError;
pub use refused_limits::RefusedLimits;
pub use spec::{AddressRequest, InstanceSpec, MediaVolume, Release, SchemaFiles};
pub use traits::{AddressSource, Artifact, DriverTraits, FileDelivery};

/// Who asks a registry of images.
#[derive(Debug, Clone)]
pub struct RegistryCredential {
    /// The name.
    pub username: String,
    /// The password or token.
    pub password: SecretString,
}

/// The report of a driver about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverInfo {
    /// Product and version.
    pub name: String,
    /// Capabilities that it lacks on this machine, such as limits that the kernel does not offer, as sentences.
    pub missing: Vec<String>,
}

/// Which lines of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogQuery {
    /// At most so many of the newest lines.
    pub tail: usize,
    /// Go on with lines as they come, until the stream is dropped.
    pub follow: Follow,
}

/// Whether a log goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// End after the newest line.
    No,
    /// Go on, across restarts of the instance.
    Yes,
}

/// What it takes to hold a running instance to other limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitChange {
    /// Nothing: it is held to them already, or nothing runs.
    None,
    /// [`Driver::limit`] can do it while the instance runs.
    InPlace,
    /// Another instance.
    Replace {
        /// Why, as a sentence without a full stop.
        reason: String,
    },
}

/// A way to run instances: at most one for each [`InstanceKey`].
#[async_trait]
pub trait Driver: Send + Sync + 'static {
    /// The word in the registry's column `driver`.
    fn kind(&self) -> &'static str;

    /// What has to be known about it to make a spec and a plan. Constant.
    fn traits(&self) -> DriverTraits;

    /// Checks that the driver works, and reports the capabilities that it lacks.
    async fn probe(&self) -> Result<DriverInfo, DriverError>;

    /// Ensures that the release is on this machine: pulls a missing image, with `credential`. Reports progress through
    /// `progress`, as a sentence without a full stop. `Ok` if nothing has to be done; [`DriverError::Release`] if the program
    /// or image does not exist, [`DriverError::Registry`] if its image registry does not answer or stops answering.
    async fn fetch(
        &self,
        release: &Release,
        credential: Option<&RegistryCredential>,
        progress: &watch::Sender<String>,
    ) -> Result<(), DriverError>;

    /// Whether an instance of this spec could be started in place of the present one: the program can be run
    /// ([`DriverError::Release`]), and no other process listens on a given address ([`DriverError::AddressTaken`]). Changes nothing.
    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError>;

    /// Ensures that an instance of this digest runs, and replaces one of another digest or one that has exited. Returns when
    /// its process exists, not when it is ready. Refuses what [`Driver::check`] refuses before the present instance is
    /// stopped; [`DriverError::Unsupported`] for a spec that does not fit [`Driver::traits`].
    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError>;

    /// What a change of the running instance to these limits takes. A refusal of [`Driver::limit`] is remembered as
    /// long as that instance runs and the driver lives, and is [`LimitChange::Replace`] from then on. Changes nothing.
    async fn preview(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<LimitChange, DriverError>;

    /// Changes the limits of the running instance. `Ok` if no instance runs; [`DriverError::NotLive`] if the change takes
    /// another instance.
    async fn limit(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<(), DriverError>;

    /// Asks the instance to end, waits up to `grace`, then kills it. None of its processes exists when this returns.
    async fn ensure_stopped(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError>;

    /// Stops it at once and removes every trace but its media and its schema.
    async fn remove(&self, key: &InstanceKey) -> Result<(), DriverError>;

    /// The instance, running or exited; `None` when it was never started or was removed.
    async fn inspect(&self, key: &InstanceKey) -> Result<Option<InstanceSeen>, DriverError>;

    /// In what the instance is not what this driver started: environment by name, mounts, networks. Lines that begin with `+`, `-` or
    /// `~`, without values. Empty for a driver whose instances nobody else can start or change, and if nothing was written down.
    async fn configuration_drift(&self, key: &InstanceKey) -> Result<Vec<String>, DriverError>;

    /// Figures of the instance that [`Driver::inspect`] has just returned. A figure that cannot be measured is `None`.
    async fn figures(&self, key: &InstanceKey, seen: &InstanceSeen) -> InstanceFigures;

    /// All instances of this control plane, in the order of their keys, also of projects that no longer exist.
    async fn list(&self) -> Result<Vec<(InstanceKey, InstanceSeen)>, DriverError>;

    /// Its log, redacted, oldest line first; empty when it was never started.
    async fn logs(
        &self,
        key: &InstanceKey,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError>;

    /// Hints that an instance has changed. Some may be missed, because a sweep observes everything.
    fn changes(&self) -> BoxStream<'static, InstanceKey>;
}
