//! Questions about projects that need no row.

use model::{Hostname, ProjectId};

use super::{Registry, RegistryError, Result};

impl Registry {
    /// Whether there is a row, also one that cannot be read.
    pub async fn has_project(&self, id: &ProjectId) -> Result<bool> {
        sqlx::query_scalar!(r#"select exists (select from projects where id = $1) as "exists!""#, id.as_str())
            .fetch_one(&self.pool)
            .await
            .map_err(RegistryError::sql("looking for a project"))
    }

    /// The ids of all rows, also of those that cannot be read, and of projects on which an operation is open that may make
    /// an instance: all but the removal of an orphan.
    pub async fn project_ids_in_use(&self) -> Result<Vec<String>> {
        sqlx::query_scalar!(
            r#"select id as "id!" from projects
               union select project_id from operations
               where status in ('waiting', 'running') and project_id is not null and kind <> 'orphan_remove'"#
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the ids of the projects"))
    }

    /// Which project has the name, as hostname, alias or former hostname.
    pub async fn owner_of(&self, host: &Hostname) -> Result<Option<String>> {
        sqlx::query_scalar!("select project_id from project_hostnames where hostname = $1", host.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(RegistryError::sql("looking up a hostname"))
    }
}
