//! The control plane: the registry, the engine that makes the world match it, and the ports to that world.
//!
//! [`ControlPlane`] is what the dashboard, the HTTP API and the command line on the host talk to. Every method takes
//! an [`OpContext`] first: who may do what is decided in here, and every change is recorded with who asked for it,
//! so no way in can forget either.

mod certificates;
mod job_kinds;
mod page_limit;
mod probe;
mod readiness;
mod tasks;
mod term;

pub mod audit;
pub mod budget;
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
pub mod projects;
pub mod provisioner;
pub mod publisher;
pub mod random;
pub mod reconciler;
pub mod registry;
pub mod repositories;
pub mod retained_databases;
mod retention;
pub mod routes;
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

use observe::Observations;
use publisher::Publisher;
use registry::{EngineTerm, Registry};

/// The one engine behind every way in. Clones share it.
#[derive(Clone)]
pub struct ControlPlane(Arc<Inner>);

/// The term of whoever is not the engine: reports with it change nothing.
const NO_TERM: i64 = -1;

/// The control plane through one pool of connections to its registry: that of pages and the API, or that of the engine.
pub(crate) struct Inner {
    pub(crate) registry: Registry,
    /// The term that reports carry; [`NO_TERM`] for pages and the API, which report nothing.
    pub(crate) term: i64,
    shared: Arc<Shared>,
}

impl Inner {
    /// Reports of the engine in its term.
    pub(crate) fn reports(&self) -> registry::Reports<'_> {
        self.registry.reports(self.term())
    }

    /// The term of the engine.
    pub(crate) const fn term(&self) -> i64 {
        self.term
    }
}

impl Deref for Inner {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

/// What pages, the API and the engine share.
pub(crate) struct Shared {
    pub(crate) ports: Ports,
    pub(crate) settings: Settings,
    pub(crate) observations: Observations,
    pub(crate) certificates: certificates::Certificates,
    pub(crate) publisher: Publisher,
    pub(crate) live: live::Live,
    pub(crate) prober: probe::Prober,
    pub(crate) repositories: repositories::Cache,
    pub(crate) gate: operators::Gate,
    pub(crate) orphans: orphans::Found,
    pub(crate) permits: permits::Permits,
    pub(crate) acts: reconciler::Acts,
    pub(crate) leading: term::Leading,
    pub(crate) snapshot: snapshot::Snapshot,
    pub(crate) tasks: tasks::Tasks,
    /// Wakes the runner of jobs.
    pub(crate) jobs: jobs::RunnerWake,
    /// Serializes changes of the image registries' credentials, which are a row and a secret.
    pub(crate) image_registry_lock: tokio::sync::Mutex<()>,
}

impl ControlPlane {
    /// A control plane over a migrated registry and the parts that `wiring` chose. Nothing happens until
    /// [`ControlPlane::run`].
    pub fn new(registry: Registry, ports: Ports, settings: Settings) -> Self {
        let publisher = Publisher::new();
        let permits = permits::Permits::new(settings.concurrency);
        let shared = Shared {
            ports,
            publisher,
            settings,
            observations: Observations::default(),
            certificates: certificates::Certificates::default(),
            live: live::Live::new(),
            prober: probe::Prober::new(),
            repositories: repositories::Cache::default(),
            gate: operators::Gate::default(),
            orphans: orphans::Found::default(),
            permits,
            acts: reconciler::Acts::default(),
            leading: term::Leading::default(),
            snapshot: snapshot::Snapshot::default(),
            tasks: tasks::Tasks::default(),
            jobs: jobs::RunnerWake::default(),
            image_registry_lock: tokio::sync::Mutex::default(),
        };
        Self(Arc::new(Inner { registry, term: NO_TERM, shared: Arc::new(shared) }))
    }

    /// Makes the world match the registry, until `stop`, in this term of the engine. When the lock is lost, the engine ends
    /// and the lock is taken again for the next term; `term` then is that one. An error where another control plane has it.
    pub async fn run(&self, term: &mut EngineTerm, stop: CancellationToken) -> Result<()> {
        term::run(self, term, stop).await
    }

    /// Looks at every project once and makes it match; returns when there is nothing left to do, or with the number of
    /// projects that could not be brought there. An error when the lock is lost meanwhile.
    pub async fn reconcile_once(&self, term: &mut EngineTerm) -> Result<usize> {
        term::once(self, term).await
    }

    /// The control plane through connections of the engine's own.
    fn engine(&self, term: &EngineTerm) -> Arc<Inner> {
        let term = term.number();
        let registry = self.0.registry.of_engine(term);
        Arc::new(Inner { registry, term, shared: Arc::clone(&self.0.shared) })
    }

    /// Stops every instance of this host without changing what is wanted: the next start brings them back. Each gets its
    /// grace, whatever happens to the others; returns the number of those that could not be stopped.
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

    /// Has the routes compared with what the gateway serves, soon: a gateway that was just started has none.
    pub fn compare_routes(&self) {
        self.0.publisher.compare();
    }

    /// The audit trail.
    pub fn audit(&self) -> audit::Audit<'_> {
        audit::Audit::new(&self.0)
    }

    /// Hints of what moves, from now on. A receiver that was too slow is told so and looks at everything.
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
