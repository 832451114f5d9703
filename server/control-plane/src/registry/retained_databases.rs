//! Databases that outlived their project.

use model::{ByteSize, DatabaseOid, ProjectId};
use time::OffsetDateTime;

use super::{Change, Registry, RegistryError, Result};

/// What is retained when a project is removed.
#[derive(Debug, Clone)]
pub struct Retention<'a> {
    /// Whose.
    pub project: &'a ProjectId,
    /// The size of its database; `None` when it never had one, and nothing is retained.
    pub database: Option<ByteSize>,
}

/// A row of the list. Whether the database is still there is not in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetainedRow {
    /// The project that it belonged to.
    pub project_id: ProjectId,
    /// The name that the project was shown under.
    pub display_name: String,
    /// The database server that holds it.
    pub database_server: String,
    /// Its name there.
    pub database: String,
    /// Its OID there; `None` while not known.
    pub oid: Option<DatabaseOid>,
    /// Its size when the project was deleted, where Postgres answered.
    pub bytes: Option<ByteSize>,
    /// When the project was deleted.
    pub retained_at: OffsetDateTime,
}

struct Row {
    project_id: String,
    display_name: String,
    database_server: String,
    database: String,
    database_oid: Option<i64>,
    bytes: Option<i64>,
    retained_at: OffsetDateTime,
}

impl TryFrom<Row> for RetainedRow {
    type Error = RegistryError;
    fn try_from(row: Row) -> Result<Self> {
        let fault = |reason: String| RegistryError::Row {
            table: "retained_databases",
            id: row.project_id.clone(),
            reason,
        };
        let bytes = row.bytes.map(ByteSize::try_from).transpose();
        let oid = row.database_oid.map(super::columns::database_oid).transpose();
        Ok(Self {
            project_id: row.project_id.parse().map_err(|error| fault(format!("project_id: {error}")))?,
            display_name: row.display_name,
            database_server: row.database_server,
            database: row.database,
            oid: oid.map_err(|error| fault(format!("database_oid: {error}")))?,
            bytes: bytes.map_err(|error| fault(format!("bytes: {error}")))?,
            retained_at: row.retained_at,
        })
    }
}

macro_rules! select {
    ($executor:expr, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select project_id, coalesce(project ->> 'display_name', project_id) as \"display_name!\", database_server, database,
                    database_oid, bytes, retained_at
             from retained_databases " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading retained databases"))
    };
}

impl Registry {
    /// All of them, by project.
    pub async fn retained_databases(&self) -> Result<Vec<RetainedRow>> {
        let rows = select!(&self.pool, fetch_all, r#"order by project_id collate "C""#)?;
        rows.into_iter().map(RetainedRow::try_from).collect()
    }

    /// The one that belonged to a project of this id; `None` when there is none.
    pub async fn retained_database(&self, id: &ProjectId) -> Result<Option<RetainedRow>> {
        select!(&self.pool, fetch_optional, "where project_id = $1", id.as_str())?
            .map(RetainedRow::try_from)
            .transpose()
    }
}

impl Change {
    /// Lists the project's database, secrets and media as retained, and removes its row: both, or neither.
    pub async fn retain_database(&mut self, retention: &Retention<'_>) -> Result<()> {
        let doing = RegistryError::sql("retaining a database");
        if let Some(size) = retention.database {
            sqlx::query!(
                "insert into retained_databases (project_id, database_server, database, database_oid, bytes, project)
                 select id, database_server, 'proj_' || id, database_oid, $2, to_jsonb(projects) from projects where id = $1
                 on conflict (project_id) do update
                   set database_server = excluded.database_server, database_oid = excluded.database_oid, bytes = excluded.bytes,
                       project = excluded.project, retained_at = now()",
                retention.project.as_str(),
                i64::try_from(size.bytes()).unwrap_or(i64::MAX)
            )
            .execute(self.connection())
            .await
            .map_err(&doing)?;
        }
        sqlx::query!("delete from projects where id = $1", retention.project.as_str())
            .execute(self.connection())
            .await
            .map_err(&doing)?;
        Ok(())
    }

    /// A new project, whose row is there, takes the retained database over, with what is known of its secrets. From then on
    /// the database must exist: one that is gone is never created empty. `false` when none is retained.
    pub async fn take_retained_database(&mut self, id: &ProjectId) -> Result<bool> {
        let done = sqlx::query!(
            "with retained as (
               delete from retained_databases where project_id = $1
               returning project -> 'secrets' as secrets, retained_databases.database_oid as oid)
             update projects
             set secrets = case jsonb_typeof(retained.secrets) when 'object' then retained.secrets else '{}' end,
                 database_oid = retained.oid, database_must_exist = true
             from retained where id = $1",
            id.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("taking a retained database over"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Removes an entry from the list, and nothing else. `false` when there is none.
    pub async fn strike_retained_database(&mut self, id: &ProjectId) -> Result<bool> {
        let done = sqlx::query!("delete from retained_databases where project_id = $1", id.as_str())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("removing an entry of a retained database"))?;
        Ok(done.rows_affected() == 1)
    }
}
