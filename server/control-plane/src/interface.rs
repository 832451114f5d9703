//! What the control plane does, by subject.

use crate::registry::Registry;
use crate::{
    ControlPlane, OpContext, Ports, Result, alerts, audit, backups, clones, database_servers, deletes,
    deploys, drift, fleet, gateway, image_registries, new_projects, operations, operators, orphans, projects,
    repositories, retained_databases, rollouts, secrets, webhooks,
};

impl ControlPlane {
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

    /// Backups of the control plane itself.
    pub fn fleet_backups(&self) -> backups::fleet::FleetBackups<'_> {
        backups::fleet::FleetBackups::new(&self.0)
    }

    /// Deletes of projects with their database, and the trash.
    pub fn deletes(&self) -> deletes::Deletes<'_> {
        deletes::Deletes::new(&self.0)
    }

    /// Deploys of projects.
    pub fn deploys(&self) -> deploys::Deploys<'_> {
        deploys::Deploys::new(&self.0)
    }

    /// Rollouts over many projects.
    pub fn rollouts(&self) -> rollouts::Rollouts<'_> {
        rollouts::Rollouts::new(&self.0)
    }

    /// Alerts.
    pub fn alerts(&self) -> alerts::Alerts<'_> {
        alerts::Alerts::new(&self.0)
    }

    /// Webhooks of repositories.
    pub fn webhooks(&self) -> webhooks::Webhooks<'_> {
        webhooks::Webhooks::new(&self.0)
    }

    /// Drift of projects: findings, checks and decisions.
    pub fn drift(&self) -> drift::Drift<'_> {
        drift::Drift::new(&self.0)
    }

    /// New projects with the data of a backup.
    pub fn new_projects(&self) -> new_projects::NewProjects<'_> {
        new_projects::NewProjects::new(&self.0)
    }

    /// Clones of projects.
    pub fn clones(&self) -> clones::Clones<'_> {
        clones::Clones::new(&self.0)
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
