//! The database placement of a project: server, budget and pool size.

use model::{DatabaseChoice, NewProject, PoolSize, Problem, ProblemKind, ProjectId};

use super::Projects;
use crate::Result;
use crate::ports::postgres_host::{DatabaseHost, PostgresInfo};
use crate::registry::{Change, ProjectRecord};

/// A server for a project, its figures, and the desired pool.
pub(crate) struct Home<'a> {
    pub(crate) server: &'a DatabaseHost,
    pub(crate) pool: PoolSize,
    pub(crate) info: PostgresInfo,
    /// Whether the project has its database there already.
    pub(crate) bound: bool,
}

impl Projects<'_> {
    /// The placement of a new project. Fails with 503 for a server that has not answered since the start.
    pub(super) async fn home(&self, new: &NewProject) -> Result<Home<'_>> {
        let keeper = match new.database {
            DatabaseChoice::Reuse => self.0.registry.keeper_of(&new.id).await?,
            DatabaseChoice::New => None,
        };
        let server = self.0.chosen_server(new.database_server.as_ref(), keeper.as_deref())?;
        let info = self.0.server_info(server).await?;
        Ok(Home { server, pool: new.pool_size.unwrap_or(self.0.settings.pool_size), info, bound: false })
    }

    /// The placement for a larger pool; `None` if the pool does not grow, which always fits.
    pub(super) async fn larger_home(
        &self,
        record: &ProjectRecord,
        wanted: Option<PoolSize>,
    ) -> Result<Option<Home<'_>>> {
        let Some(pool) = wanted.filter(|wanted| *wanted > record.project.pool_size) else { return Ok(None) };
        let server = self.0.ports.postgres.of(&record.project.database_server)?;
        Ok(Some(Home { server, pool, info: self.0.server_info(server).await?, bound: true }))
    }

    /// Fails if the pool does not fit, under a lock that is held until the end of the change. A pool that is not larger
    /// than the present one always fits.
    pub(super) async fn has_room(
        &self,
        change: &mut Change,
        id: &ProjectId,
        pool: PoolSize,
        home: Option<&Home<'_>>,
    ) -> Result<()> {
        change.lock_connections().await?;
        let now = change.lock_project(id).await?;
        match home {
            _ if now.is_none_or(|now| pool <= now.project.pool_size) => Ok(()),
            Some(home) => self.0.has_room(change, id, home).await,
            None => {
                let detail = "Nothing was changed. Load the project again, then repeat the change.";
                Err(Problem::new(
                    ProblemKind::Conflict,
                    "The pool size was changed by someone else meanwhile",
                    detail,
                )
                .into())
            }
        }
    }
}
