//! Where a project's database is, and how many of its server's connections it has.

use model::{DatabaseChoice, NewProject, PoolSize, Problem, ProblemKind, ProjectId};

use super::Projects;
use crate::Result;
use crate::ports::postgres_host::{DatabaseHost, PostgresInfo};
use crate::registry::{Change, ProjectRecord};

/// A server for a project, what it has to give, and the pool that is wanted there.
pub(crate) struct Home<'a> {
    pub(crate) server: &'a DatabaseHost,
    pub(crate) pool: PoolSize,
    pub(crate) info: PostgresInfo,
    /// Whether the project is there already.
    pub(crate) bound: bool,
}

impl Projects<'_> {
    /// The home of a new project. A server that has never answered since the start is away: nobody knows what it could give.
    pub(super) async fn home(&self, new: &NewProject) -> Result<Home<'_>> {
        let keeper = match new.database {
            DatabaseChoice::Reuse => self.0.registry.keeper_of(&new.id).await?,
            DatabaseChoice::New => None,
        };
        let server = self.0.chosen_server(new.database_server.as_ref(), keeper.as_deref())?;
        let info = self.0.server_info(server).await?;
        Ok(Home { server, pool: new.pool_size.unwrap_or(self.0.settings.pool_size), info, bound: false })
    }

    /// The home of a project that gets another pool; `None` where the pool does not grow, for which there is always room.
    pub(super) async fn larger_home(
        &self,
        record: &ProjectRecord,
        wanted: Option<PoolSize>,
    ) -> Result<Option<Home<'_>>> {
        let Some(pool) = wanted.filter(|wanted| *wanted > record.project.pool_size) else { return Ok(None) };
        let server = self.0.ports.postgres.of(&record.project.database_server)?;
        Ok(Some(Home { server, pool, info: self.0.server_info(server).await?, bound: true }))
    }

    /// Refuses a pool that has no room, under the lock that holds until the change is over. One that is no larger than the
    /// present one always has.
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
                let detail = "Nothing was changed. Its pool was made smaller a moment ago. Try again.";
                Err(Problem::new(ProblemKind::Conflict, "The pool is another one now", detail).into())
            }
        }
    }
}
