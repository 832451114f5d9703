//! Admission to a database server: which server a project's database is placed on, and whether its pool has room there.

use model::{Budget, DatabaseChoice, DatabaseServerName, NewProject, PoolSize, Problem};

use super::Projects;
use crate::database_servers::budget::{self, PoolRequest};
use crate::observe::server_info;
use crate::ports::postgres_host::{DatabaseHost, PostgresInfo};
use crate::registry::{AllocatedConnections, Change, ProjectRecord};
use crate::{Inner, Result};

/// A pool on a database server, with what the server last reported of itself.
pub(crate) struct DatabasePlacement<'a> {
    pub(crate) server: &'a DatabaseHost,
    pub(crate) pool: PoolSize,
    pub(crate) info: PostgresInfo,
    /// Whether the project exists already, and so cannot be placed on another server.
    pub(crate) is_fixed: bool,
}

impl Projects<'_> {
    /// The placement of a new project. A server that has not answered since the start is asked; one that does not answer is
    /// an error.
    pub(super) async fn new_placement(&self, new: &NewProject) -> Result<DatabasePlacement<'_>> {
        let retained = match new.database {
            DatabaseChoice::Reuse => {
                self.0.registry.retained_database(&new.id).await?.map(|it| it.database_server)
            }
            DatabaseChoice::New => None,
        };
        let server = chosen_server(self.0, new.database_server.as_ref(), retained.as_deref())?;
        let info = server_info::of(self.0, server).await?;
        let pool = new.pool_size.unwrap_or(self.0.settings.pool_size);
        Ok(DatabasePlacement { server, pool, info, is_fixed: false })
    }

    /// The placement of a project whose pool is to grow; `None` where it does not, for which there is always room.
    pub(super) async fn larger_placement(
        &self,
        record: &ProjectRecord,
        wanted: Option<PoolSize>,
    ) -> Result<Option<DatabasePlacement<'_>>> {
        let Some(pool) = wanted.filter(|wanted| *wanted > record.project.pool_size) else { return Ok(None) };
        let server = self.0.ports.postgres.of(&record.project.database_server)?;
        let info = server_info::of(self.0, server).await?;
        Ok(Some(DatabasePlacement { server, pool, info, is_fixed: true }))
    }
}

/// Refuses a pool that has no room beside the pools of all projects but `id`. Requires [`Change::lock_connections`], which
/// keeps the sums as they are until the change is over. The refusal of a new project names other servers that have room.
/// Returns the budget of the server without this pool.
pub(super) async fn check_room(
    inner: &Inner,
    change: &mut Change,
    id: &model::ProjectId,
    placement: &DatabasePlacement<'_>,
) -> Result<Budget> {
    let DatabasePlacement { server, pool, info, is_fixed } = placement;
    let given = change.given_to_others(id).await?;
    let others = if *is_fixed { Vec::new() } else { budgets(inner, &given) };
    let budget = budget::of(&server.name, info, &given);
    PoolRequest { server: &server.name, pool: *pool, budget }.admit(&others)?;
    Ok(budget)
}

/// The budget of every server that has answered since the start.
fn budgets(inner: &Inner, given: &AllocatedConnections) -> Vec<(DatabaseServerName, Budget)> {
    let hosts = inner.ports.postgres.all().iter();
    let known = hosts.filter_map(|host| {
        let report = inner.observations.server(&host.name)?;
        Some((host.name.clone(), budget::of(&host.name, &report.info, given)))
    });
    known.collect()
}

/// The server that a create names, or that of the retained database that it reuses.
fn chosen_server<'a>(
    inner: &'a Inner,
    named: Option<&DatabaseServerName>,
    retained: Option<&str>,
) -> Result<&'a DatabaseHost, Problem> {
    const FIELD: &str = "database_server";
    if let Some((named, retained)) = named.zip(retained).filter(|(named, there)| named.as_str() != *there) {
        let message = format!("The retained database is on the server {retained}, not on {named}.");
        return Err(Problem::field(FIELD, message, "the server of the retained database, or nothing"));
    }
    let wanted = named.map(DatabaseServerName::as_str).or(retained).unwrap_or(DatabaseServerName::DEFAULT);
    inner.ports.postgres.find(wanted).ok_or_else(|| {
        let known: Vec<&str> = inner.ports.postgres.all().iter().map(|host| host.name.as_str()).collect();
        let message = format!("There is no database server {wanted:?}. There is: {}.", known.join(", "));
        Problem::field(FIELD, message, "a name of ATOMO_FLEET_DATABASE_SERVERS, or default")
    })
}
