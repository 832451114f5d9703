//! The servers of the projects' databases: their connection budgets, their projects, and the grants that our role lacks.

pub mod budget;

use std::collections::BTreeMap;

use model::fleet::{PartKind, PartState};
use model::{Action, DatabaseServer, DatabaseServerName, DatabaseServerSeen, DatabaseUse, Project, Target};

use crate::observe::ServerReport;
use crate::ports::postgres_host::PostgresInfo;
use crate::registry::AllocatedConnections;
use crate::{Inner, OpContext, Result, projects};

/// The servers of the projects' databases.
pub struct DatabaseServers<'a>(&'a Inner);

impl<'a> DatabaseServers<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// The last observation of every server, `default` first, each with the projects on it that the caller may see. Missing
    /// grants are included for callers with access to the whole fleet.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext) -> Result<Vec<DatabaseServer>> {
        op.may(Action::DatabaseServerView, Target::Anywhere)?;
        let given = self.0.registry.given_connections().await?;
        let (records, _unreadable) = self.0.registry.projects().await?;
        let mut uses: BTreeMap<String, Vec<DatabaseUse>> = BTreeMap::new();
        for record in records
            .into_iter()
            .filter(|record| op.can(Action::ProjectView, Target::Project(&record.project.id)))
        {
            let project = projects::present(self.0, &record);
            uses.entry(project.database_server.clone()).or_default().push(share(&project));
        }
        let sees_all = op.can(Action::DatabaseServerView, Target::Fleet);
        let hosts = self.0.ports.postgres.all().iter();
        Ok(hosts
            .map(|host| DatabaseServer {
                name: host.name.clone(),
                region: host.region.clone(),
                state: self.state(&host.name),
                seen: self
                    .0
                    .observations
                    .server(&host.name)
                    .map(|report| seen(op, &host.name, report, &given)),
                wal_archive: self.0.wal_reports.of(&host.name).filter(|_| sees_all),
                projects: uses.remove(host.name.as_str()).unwrap_or_default(),
            })
            .collect())
    }

    fn state(&self, name: &DatabaseServerName) -> PartState {
        let several = self.0.ports.postgres.are_several();
        let wanted = several.then_some(name);
        let parts = self.0.observations.parts();
        let part = parts
            .into_iter()
            .find(|it| it.kind == PartKind::Postgres && it.database_server.as_ref() == wanted);
        part.map_or(PartState::Unknown, |part| part.state)
    }
}

fn share(project: &Project) -> DatabaseUse {
    let is_present = project.observed.facts.database.present().is_some();
    let figures = Some(project.observed.figures.database).filter(|_| is_present);
    DatabaseUse {
        project_id: project.id.clone(),
        display_name: project.display_name.clone(),
        pool_size: project.pool_size,
        limit: project.pool_size.connections(),
        in_use: figures.and_then(|figures| figures.connections),
        bytes: figures.and_then(|figures| figures.bytes),
    }
}

fn seen(
    op: &OpContext,
    name: &DatabaseServerName,
    report: ServerReport,
    given: &AllocatedConnections,
) -> DatabaseServerSeen {
    let budget = budget::of(name, &report.info, given);
    let PostgresInfo { name: product, role, superuser, in_use, missing_grants, .. } = report.info;
    let missing_grants =
        if op.can(Action::DatabaseServerView, Target::Fleet) { missing_grants } else { Vec::new() };
    DatabaseServerSeen { product, role, superuser, budget, in_use, missing_grants, at: report.at }
}
