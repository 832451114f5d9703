//! The control plane: the registry, the engine that reconciles the fleet with it, and the ports to vendors.
//!
//! [`ControlPlane`] is the interface of the dashboard, the HTTP API and the host commands. Every method takes an [`OpContext`]
//! first: authorisation and audit events are in here, so no caller can omit them.

pub mod backup_keys;
mod interface;
mod job_kinds;
mod page_limit;
mod readiness;
mod tasks;
mod term;

pub mod alerts;
pub mod audit;
pub mod backups;
pub mod clones;
pub mod context;
pub mod database_servers;
pub mod deletes;
pub mod deploys;
pub mod drift;
pub mod error;
pub mod fleet;
pub mod gateway;
pub mod goal;
pub mod image_registries;
pub mod jobs;
pub mod keyed_lock;
pub mod live;
pub mod new_projects;
pub mod observe;
pub mod operations;
pub mod operators;
pub mod orphans;
mod permits;
pub mod ports;
mod precondition;
pub mod projects;
pub mod provisioner;
pub mod random;
pub mod reconciler;
pub mod registry;
pub mod repositories;
pub mod retained_databases;
mod retention;
pub mod rollouts;
mod schema_volumes;
mod schemas;
pub mod secrets;
pub mod settings;
mod snapshot;
pub mod target;
#[cfg(feature = "testing")]
pub mod testing;
pub mod volumes;
mod wal_archives;
mod wal_reports;
pub mod webhooks;

use std::ops::Deref;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use context::OpContext;
pub use error::{Error, Result};
pub use operators::Identity;
pub use schema_volumes::folders::VolumeFolders;
pub use settings::{Ports, Settings};

use gateway::publisher::Publisher;
use observe::Observations;
use registry::{EngineTerm, Registry};

/// The control plane. Clones share it.
#[derive(Clone)]
pub struct ControlPlane(Arc<Inner>);

/// The term of pages and the API: reports with it change nothing.
const NO_TERM: i64 = -1;

/// The control plane with one of two connection pools to its registry: that of pages and the API, or that of the engine.
pub(crate) struct Inner {
    pub(crate) registry: Registry,
    /// The term of the engine's reports; [`NO_TERM`] for pages and the API, which report nothing.
    pub(crate) term: i64,
    shared: Arc<SharedState>,
}

impl Deref for Inner {
    type Target = SharedState;

    fn deref(&self) -> &SharedState {
        &self.shared
    }
}

/// The state that pages, the API and the engine share.
pub(crate) struct SharedState {
    pub(crate) ports: Ports,
    pub(crate) settings: Settings,
    pub(crate) observations: Observations,
    pub(crate) certificates: gateway::certificates::Certificates,
    pub(crate) publisher: Publisher,
    pub(crate) live: live::Live,
    pub(crate) prober: observe::probe::Prober,
    pub(crate) repositories: repositories::ContentsCache,
    pub(crate) login_throttle: operators::LoginThrottle,
    pub(crate) orphans: orphans::KnownOrphans,
    pub(crate) backup_faults: backups::faults::KnownFaults,
    pub(crate) drift: drift::KnownDrift,
    pub(crate) rollouts: rollouts::KnownRollouts,
    pub(crate) proposals: deploys::proposals::KnownProposals,
    pub(crate) webhooks: webhooks::WebhookState,
    pub(crate) permits: permits::Permits,
    pub(crate) acts: reconciler::Acts,
    pub(crate) leadership: term::Leadership,
    pub(crate) snapshot: snapshot::Snapshot,
    pub(crate) presented: projects::PresentedProjects,
    pub(crate) tasks: tasks::Tasks,
    pub(crate) wal_reports: wal_reports::Reports,
    /// Wakes the runner of jobs.
    pub(crate) jobs: jobs::RunnerWake,
    /// Serializes changes of the image registries' credentials, which are a row and a secret.
    pub(crate) image_registry_lock: tokio::sync::Mutex<()>,
    /// Changes that allocate ports or connections wait here, before they take a connection to the registry.
    pub(crate) allocation: registry::AllocationQueue,
}

impl ControlPlane {
    /// A control plane on a migrated registry, with these parts. It does nothing before [`ControlPlane::run`].
    pub fn new(registry: Registry, ports: Ports, settings: Settings) -> Self {
        let publisher = Publisher::new();
        let permits = permits::Permits::new(settings.concurrency);
        let shared = SharedState {
            ports,
            publisher,
            settings,
            observations: Observations::default(),
            certificates: gateway::certificates::Certificates::default(),
            live: live::Live::new(),
            prober: observe::probe::Prober::new(),
            repositories: repositories::ContentsCache::default(),
            login_throttle: operators::LoginThrottle::default(),
            orphans: orphans::KnownOrphans::default(),
            backup_faults: backups::faults::KnownFaults::default(),
            drift: drift::KnownDrift::default(),
            rollouts: rollouts::KnownRollouts::default(),
            proposals: deploys::proposals::KnownProposals::default(),
            webhooks: webhooks::WebhookState::default(),
            permits,
            acts: reconciler::Acts::default(),
            leadership: term::Leadership::default(),
            snapshot: snapshot::Snapshot::default(),
            presented: projects::PresentedProjects::default(),
            tasks: tasks::Tasks::default(),
            wal_reports: wal_reports::Reports::default(),
            jobs: jobs::RunnerWake::default(),
            image_registry_lock: tokio::sync::Mutex::default(),
            allocation: registry::AllocationQueue::default(),
        };
        Self(Arc::new(Inner { registry, term: NO_TERM, shared: Arc::new(shared) }))
    }

    /// Reconciles all projects until `stop`, in this term of the engine. If the engine lock is lost, the engine ends, takes the
    /// lock again and starts the next term, which `term` then holds. An error if another control plane has the lock.
    pub async fn run(&self, term: &mut EngineTerm, stop: CancellationToken) -> Result<()> {
        term::run(self, term, stop).await
    }

    /// Reconciles every project once. Returns the number of projects that did not reach their desired state. An error if the lock
    /// is lost meanwhile.
    pub async fn reconcile_once(&self, term: &mut EngineTerm) -> Result<usize> {
        term::once(self, term).await
    }

    /// The control plane with the connection pool of the engine.
    fn engine(&self, term: &EngineTerm) -> Arc<Inner> {
        let term = term.number();
        let registry = self.0.registry.of_engine(term);
        Arc::new(Inner { registry, term, shared: Arc::clone(&self.0.shared) })
    }

    /// Stops every instance of this host and leaves the desired state as it is, so that the next start starts them again. Each
    /// has its grace period. Returns the number of instances that could not be stopped.
    pub async fn stop_instances(&self) -> Result<usize> {
        let (driver, grace) = (&self.0.ports.driver, self.0.settings.grace);
        let running = driver.list().await?.into_iter().filter(|(_, seen)| seen.is_running());
        let stops = running.map(|(key, _)| async move {
            let stopped = driver.ensure_stopped(&key, grace).await;
            stopped.inspect_err(|error| {
                let error = chain(error);
                tracing::error!(project.id = %key.project, error, "stopping the instance {key}: {error}");
            })
        });
        let outcomes = futures::future::join_all(stops).await;
        Ok(outcomes.iter().filter(|outcome| outcome.is_err()).count())
    }
}

/// An error with its causes, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
