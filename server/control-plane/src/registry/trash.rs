//! Projects in the trash: their row is in the entry of their database.

use model::{DatabaseOid, DatabaseServerName, Hostname, OperationId, PoolSize, ProjectId, TrashedProject};
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::{column, database_oid, hosts, pool_size};
use super::{Change, Registry, RegistryError, Result};

/// A project in the trash, and what its return needs.
#[derive(Debug, Clone)]
pub struct TrashedRow {
    /// The public part.
    pub project: TrashedProject,
    /// Its primary name.
    pub hostname: Option<Hostname>,
    /// The identity of its database.
    pub oid: DatabaseOid,
    /// The server of its database.
    pub server: DatabaseServerName,
    /// The pool of its instance.
    pub pool: PoolSize,
}

struct Row {
    project_id: String,
    display_name: Option<String>,
    hostname: Option<String>,
    aliases: Vec<String>,
    pool_size: Option<i32>,
    database_server: String,
    oid: i64,
    name: String,
    bytes: Option<i64>,
    operation_id: Uuid,
    set_aside_at: OffsetDateTime,
    drop_after: OffsetDateTime,
}

impl Row {
    fn read(self) -> std::result::Result<TrashedRow, String> {
        let hostname: Option<Hostname> = super::columns::optional("hostname", self.hostname)?;
        let mut hostnames: Vec<Hostname> = hostname.iter().cloned().collect();
        hostnames.extend(hosts("aliases", self.aliases)?);
        let server: DatabaseServerName = column("database_server", self.database_server.parse())?;
        Ok(TrashedRow {
            project: TrashedProject {
                display_name: self.display_name.unwrap_or_else(|| self.project_id.clone()),
                project_id: column("project_id", self.project_id.parse())?,
                hostnames,
                database_server: server.to_string(),
                database: self.name,
                bytes: self.bytes.and_then(|bytes| model::ByteSize::try_from(bytes).ok()),
                operation_id: OperationId::from(self.operation_id),
                deleted_at: self.set_aside_at,
                drop_after: self.drop_after,
            },
            hostname,
            oid: column("oid", database_oid(self.oid))?,
            server,
            pool: column("pool_size", pool_size(self.pool_size.unwrap_or_default()))?,
        })
    }
}

impl Registry {
    /// Projects in the trash, of this id or all, the newest first. A project that still has a row is none.
    pub async fn trash(&self, project: Option<&ProjectId>) -> Result<Vec<TrashedRow>> {
        let rows = sqlx::query_as!(
            Row,
            r#"select project_id, project ->> 'display_name' as display_name, project ->> 'hostname' as hostname,
                      array(select jsonb_array_elements_text(project -> 'aliases')) as "aliases!",
                      (project ->> 'pool_size')::int as pool_size, database_server, oid, name, bytes, operation_id, set_aside_at,
                      drop_after
               from set_aside_databases
               where reason = 'deleted' and ($1::text is null or project_id = $1)
               order by set_aside_at desc"#,
            project.map(ProjectId::as_str)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the trash"))?;
        let read = |row: Row| {
            let id = row.project_id.clone();
            row.read().map_err(|reason| RegistryError::Row { table: "set_aside_databases", id, reason })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Change {
    /// When the database of a deleted project of this id is dropped; `None` if none is in the trash.
    pub async fn in_the_trash(&mut self, project: &ProjectId) -> Result<Option<OffsetDateTime>> {
        sqlx::query_scalar!(
            "select drop_after from set_aside_databases where project_id = $1 and reason = 'deleted' limit 1",
            project.as_str()
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("looking into the trash"))
    }

    /// Locks the entry of a database that was set aside for the rest of the change: its drop and its return exclude each other by
    /// it. `false` where there is none.
    pub async fn lock_set_aside(&mut self, server: &DatabaseServerName, oid: DatabaseOid) -> Result<bool> {
        let found = sqlx::query!(
            "select oid from set_aside_databases where database_server = $1 and oid = $2 for update",
            server.as_str(),
            i64::from(oid.get())
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("locking a database that was set aside"))?;
        Ok(found.is_some())
    }

    /// Inserts the row of a project in the trash again, with the first free pair of ports: as it was, without what its last
    /// instance reported. `None` when the range of ports is used up. Requires [`Change::lock_ports`]. An error of a constraint
    /// where another project has one of its names.
    pub async fn insert_trashed_project(
        &mut self,
        (server, oid): (&DatabaseServerName, DatabaseOid),
        range: (u16, u16),
    ) -> Result<Option<()>> {
        let done = sqlx::query!(
            r#"select insert_project(aside.project || jsonb_build_object(
                 'status', 'provisioning', 'port_base', free.port, 'slot', 0, 'upstream', null, 'problem', null,
                 'former_hostnames', '[]'::jsonb, 'exclusive_job', null, 'maintenance', false, 'delete_requested_at', null,
                 'wanted_revision', null, 'running_revision', null, 'last_health', null, 'database_oid', aside.oid,
                 'database_must_exist', true, 'generation', (aside.project ->> 'generation')::bigint + 1)) as "inserted!"
               from set_aside_databases aside
               cross join lateral (
                 select port from generate_series($3::int, $4::int - 1, 2) port
                 where not exists (select from projects where port_base between port - 1 and port + 1)
                 order by port limit 1) free
               where aside.database_server = $1 and aside.oid = $2"#,
            server.as_str(),
            i64::from(oid.get()),
            i32::from(range.0),
            i32::from(range.1)
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("bringing a project back"))?;
        Ok(done.map(|_| ()))
    }

    /// An exclusive job that was just opened is past its point of no return from the beginning: it is never cancelled.
    pub async fn commit_job(&mut self, job: OperationId) -> Result<()> {
        sqlx::query!("update operations set committed = true where id = $1", job.as_uuid())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("opening a job"))?;
        Ok(())
    }
}
