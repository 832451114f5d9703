//! The control plane: the registry, the engine that reconciles the fleet with it, and the ports to vendors.
//!
//! [`ControlPlane`] is the interface of the dashboard, the HTTP API and the host commands. Every method takes an [`OpContext`]
//! first: authorisation and audit events are in here, so no caller can omit them.

pub mod backup_keys;
mod job_kinds;
mod page_limit;
mod readiness;
mod tasks;
mod term;

pub mod audit;
pub mod backups;
pub mod context;
pub mod database_servers;
pub mod error;
pub mod fleet;
pub mod gateway;
pub mod goal;
pub mod image_registries;
pub mod jobs;
pub mod keyed_lock;
pub mod live;
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
pub mod secrets;
pub mod settings;
mod snapshot;
pub mod target;
#[cfg(feature = "testing")]
pub mod testing;
pub mod volumes;

use std::ops::Deref;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use context::OpContext;
pub use error::{Error, Result};
pub use operators::Identity;
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
    pub(crate) backup_alerts: backups::alerts::KnownAlerts,
    pub(crate) permits: permits::Permits,
    pub(crate) acts: reconciler::Acts,
    pub(crate) leadership: term::Leadership,
    pub(crate) snapshot: snapshot::Snapshot,
    pub(crate) presented: projects::PresentedProjects,
    pub(crate) tasks: tasks::Tasks,
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
            backup_alerts: backups::alerts::KnownAlerts::default(),
            permits,
            acts: reconciler::Acts::default(),
            leadership: term::Leadership::default(),
            snapshot: snapshot::Snapshot::default(),
            presented: projects::PresentedProjects::default(),
            tasks: tasks::Tasks::default(),
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

    /// Operators, their log-ins and tokens.
    pub fn operators(&self) -> operators::Operators<'_> {
        operators::Operators::new(&self.0)
    }

    /// The fleet as a whole.
    pub fn fleet(&self) -> fleet::FleetView<'_> {
        fleet::FleetView::new(&self.0)
    }

    /// The servers of the projects' databases.
    pub fn database_servers(&self) -> database_servers::DatabaseServers<'_> {
        database_servers::DatabaseServers::new(&self.0)
    }

    /// The gateway in front of the projects.
    pub fn gateway(&self) -> gateway::GatewayPart<'_> {
        gateway::GatewayPart::new(&self.0)
    }

    /// Projects.
    pub fn projects(&self) -> projects::Projects<'_> {
        projects::Projects::new(&self.0)
    }

    /// Backups of projects.
    pub fn backups(&self) -> backups::Backups<'_> {
        backups::Backups::new(&self.0)
    }

    /// Databases that outlived their project.
    pub fn retained_databases(&self) -> retained_databases::RetainedDatabases<'_> {
        retained_databases::RetainedDatabases::new(&self.0)
    }

    /// Operations.
    pub fn operations(&self) -> operations::Operations<'_> {
        operations::Operations::new(&self.0)
    }

    /// Secrets of projects.
    pub fn secrets(&self) -> secrets::Secrets<'_> {
        secrets::Secrets::new(&self.0)
    }

    /// Repositories that schemas come from.
    pub fn repositories(&self) -> repositories::Repositories<'_> {
        repositories::Repositories::new(&self.0)
    }

    /// Registries that images of the server are pulled from.
    pub fn image_registries(&self) -> image_registries::ImageRegistries<'_> {
        image_registries::ImageRegistries::new(&self.0)
    }

    /// Instances whose project has no row.
    pub fn orphans(&self) -> orphans::Orphans<'_> {
        orphans::Orphans::new(&self.0)
    }

    /// Background tasks and how their last runs went.
    pub fn tasks(&self, op: &OpContext) -> Result<Vec<model::Task>> {
        op.may(model::Action::FleetView, model::Target::Anywhere)?;
        Ok(self.0.tasks.list())
    }

    /// Requests a comparison of the routes with those that the gateway serves, for example after a start of the gateway.
    pub fn compare_routes(&self) {
        self.0.publisher.compare();
    }

    /// The audit trail.
    pub fn audit(&self) -> audit::Audit<'_> {
        audit::Audit::new(&self.0)
    }

    /// Hints from now on. A receiver that lags gets an error and reads everything again.
    pub fn live(&self) -> tokio::sync::broadcast::Receiver<model::Hint> {
        self.0.live.subscribe()
    }

    /// The registry, for the session store and the readiness probe.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// The parts, for shutting down.
    pub fn ports(&self) -> &Ports {
        &self.0.ports
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
