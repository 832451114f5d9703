//! Retained databases.

use model::{ByteSize, KeptDatabase, ProjectId};

use super::{Change, Registry, RegistryError, Result};

/// What is retained when a project is deleted.
#[derive(Debug, Clone)]
pub struct Kept<'a> {
    /// The project.
    pub project: &'a ProjectId,
    /// The size of its database; `None` if it never had one.
    pub database: Option<ByteSize>,
}

impl Registry {
    /// All retained databases, by project.
    pub async fn kept_databases(&self) -> Result<Vec<KeptDatabase>> {
        let rows = sqlx::query!(
            r#"select project_id, coalesce(project ->> 'display_name', project_id) as "display_name!", server, database,
                      bytes, kept_at
               from kept_databases order by project_id"#
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the retained databases"))?;
        rows.into_iter()
            .map(|row| {
                let fault = |e| RegistryError::Row {
                    table: "kept_databases",
                    id: row.project_id.clone(),
                    reason: format!("{e}"),
                };
                Ok(KeptDatabase {
                    project_id: row.project_id.parse().map_err(fault)?,
                    display_name: row.display_name,
                    server: row.server,
                    database: row.database,
                    bytes: row.bytes.map(ByteSize::try_from).transpose().map_err(fault)?,
                    kept_at: row.kept_at,
                })
            })
            .collect()
    }

    /// The database server with the retained database of this id; `None` if there is none.
    pub async fn keeper_of(&self, id: &ProjectId) -> Result<Option<String>> {
        sqlx::query_scalar!("select server from kept_databases where project_id = $1", id.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(RegistryError::sql("looking up a retained database"))
    }
}

impl Change {
    /// Records database, secrets and media as retained and deletes the project's row: both, or neither.
    pub async fn keep_database(&mut self, kept: &Kept<'_>) -> Result<()> {
        let doing = RegistryError::sql("retaining a database");
        if let Some(size) = kept.database {
            sqlx::query!(
                "insert into kept_databases (project_id, server, database, bytes, project)
                 select id, database_server, 'proj_' || id, $2, to_jsonb(projects) from projects where id = $1
                 on conflict (project_id) do update
                   set bytes = excluded.bytes, project = excluded.project, kept_at = now()",
                kept.project.as_str(),
                i64::try_from(size.bytes()).unwrap_or(i64::MAX)
            )
            .execute(self.connection())
            .await
            .map_err(&doing)?;
        }
        sqlx::query!("delete from projects where id = $1", kept.project.as_str())
            .execute(self.connection())
            .await
            .map_err(&doing)?;
        Ok(())
    }

    /// Attaches the retained database, and the references to its secrets, to a new project whose row exists. `false` if
    /// there is none.
    pub async fn take_kept_database(&mut self, id: &ProjectId) -> Result<bool> {
        let done = sqlx::query!(
            "with kept as (delete from kept_databases where project_id = $1 returning project -> 'secrets' as secrets)
             update projects set secrets = case jsonb_typeof(kept.secrets) when 'object' then kept.secrets else '{}' end
             from kept where id = $1",
            id.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("attaching a retained database"))?;
        Ok(done.rows_affected() == 1)
    }
}
