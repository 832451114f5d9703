//! Databases that a restore replaced or a delete took away, until they are dropped.

use model::{
    ByteSize, DatabaseName, DatabaseOid, DatabaseServerName, DeployVersion, OperationId, ProjectId,
    ReleaseRef, SchemaRef, SetAsideReason,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Change, Registry, RegistryError, Result, columns};

/// A database that is set aside.
#[derive(Debug, Clone)]
pub struct SetAside<'a> {
    /// Whose.
    pub project: &'a ProjectId,
    /// Its identity on the server of the project's row.
    pub oid: DatabaseOid,
    /// Its name from now on.
    pub name: &'a DatabaseName,
    /// Why.
    pub reason: SetAsideReason,
    /// The operation that sets it aside.
    pub operation: OperationId,
    /// Its size, if it is known.
    pub bytes: Option<ByteSize>,
    /// It is not dropped before.
    pub drop_after: OffsetDateTime,
}

/// What a project runs on a database that it takes into use.
#[derive(Debug, Clone, Copy)]
pub enum TakenVersion<'a> {
    /// What it runs now.
    Present,
    /// This schema, by its present release.
    Schema(&'a SchemaRef),
    /// This schema and this release.
    Version(&'a DeployVersion),
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideRow {
    /// Whose it was.
    pub project_id: ProjectId,
    /// The database server.
    pub database_server: DatabaseServerName,
    /// Its identity there.
    pub oid: DatabaseOid,
    /// Its name there.
    pub name: DatabaseName,
    /// Why.
    pub reason: SetAsideReason,
    /// Its size when it was set aside, if it was known.
    pub bytes: Option<ByteSize>,
    /// The operation that set it aside.
    pub operation_id: OperationId,
    /// When.
    pub set_aside_at: OffsetDateTime,
    /// It is not dropped before.
    pub drop_after: OffsetDateTime,
}

struct Row {
    project_id: String,
    database_server: String,
    oid: i64,
    name: String,
    reason: String,
    bytes: Option<i64>,
    operation_id: Uuid,
    set_aside_at: OffsetDateTime,
    drop_after: OffsetDateTime,
}

impl TryFrom<Row> for SetAsideRow {
    type Error = RegistryError;

    fn try_from(row: Row) -> Result<Self> {
        let fault = |reason: String| RegistryError::Row {
            table: "set_aside_databases",
            id: row.oid.to_string(),
            reason,
        };
        Ok(Self {
            project_id: columns::column("project_id", row.project_id.parse()).map_err(&fault)?,
            database_server: columns::column("database_server", row.database_server.parse())
                .map_err(&fault)?,
            oid: columns::column("oid", columns::database_oid(row.oid)).map_err(&fault)?,
            name: columns::column("name", row.name.parse()).map_err(&fault)?,
            reason: columns::column("reason", row.reason.parse()).map_err(&fault)?,
            bytes: row.bytes.and_then(|bytes| ByteSize::try_from(bytes).ok()),
            operation_id: row.operation_id.into(),
            set_aside_at: row.set_aside_at,
            drop_after: row.drop_after,
        })
    }
}

impl Registry {
    /// Those of one project, or all; the newest first.
    pub async fn set_aside_databases(&self, project: Option<&ProjectId>) -> Result<Vec<SetAsideRow>> {
        let rows = sqlx::query_as!(
            Row,
            "select project_id, database_server, oid, name, reason, bytes, operation_id, set_aside_at, drop_after
             from set_aside_databases where $1::text is null or project_id = $1 order by set_aside_at desc",
            project.map(ProjectId::as_str)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading databases that were set aside"))?;
        rows.into_iter().map(SetAsideRow::try_from).collect()
    }
}

impl Change {
    /// Lists a database of the project as set aside. Repeated, it changes nothing.
    pub async fn set_aside(&mut self, database: &SetAside<'_>) -> Result<()> {
        let bytes = database.bytes.and_then(|bytes| i64::try_from(bytes.bytes()).ok());
        sqlx::query!(
            "insert into set_aside_databases (oid, database_server, project_id, reason, name, bytes, operation_id, drop_after, project)
             select $2, database_server, id, $3, $4, $5, $6, $7, to_jsonb(projects) from projects where id = $1
             on conflict (database_server, oid) do nothing",
            database.project.as_str(),
            i64::from(database.oid.get()),
            database.reason.as_str(),
            database.name.to_string(),
            bytes,
            database.operation.as_uuid(),
            database.drop_after
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("setting a database aside"))?;
        Ok(())
    }

    /// The database may be dropped from now on.
    pub async fn drop_now(&mut self, server: &DatabaseServerName, oid: DatabaseOid) -> Result<()> {
        sqlx::query!(
            "update set_aside_databases set drop_after = least(drop_after, now()) where database_server = $1 and oid = $2",
            server.as_str(),
            i64::from(oid.get())
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("ending the retention of a database"))?;
        Ok(())
    }

    /// Removes a database from the list. Returns what its project ran when it was set aside, if it can be read.
    pub async fn no_longer_set_aside(
        &mut self,
        server: &DatabaseServerName,
        oid: DatabaseOid,
    ) -> Result<Option<DeployVersion>> {
        let version = sqlx::query_scalar!(
            "delete from set_aside_databases where database_server = $1 and oid = $2 returning project",
            server.as_str(),
            i64::from(oid.get())
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("removing a database that was set aside from the list"))?;
        Ok(version.and_then(|project| serde_json::from_value(project).ok()))
    }

    /// The project uses this database from now on, with this version; its generation is raised, so its instance is started by them.
    pub async fn take_database(
        &mut self,
        project: &ProjectId,
        oid: DatabaseOid,
        version: TakenVersion<'_>,
    ) -> Result<()> {
        let (schema, release) = match version {
            TakenVersion::Present => (None, None),
            TakenVersion::Schema(schema) => (Some(schema), None),
            TakenVersion::Version(version) => (Some(&version.schema_ref), Some(version.release.as_ref())),
        };
        if schema.is_some() {
            self.remember_taken_content(project).await?;
        }
        sqlx::query!(
            "update projects set database_oid = $2, schema_ref = coalesce($3, schema_ref),
                    release = case when $4 then $5 else release end, restarts = restarts + 1, generation = generation + 1
             where id = $1",
            project.as_str(),
            i64::from(oid.get()),
            schema.map(|schema| serde_json::json!(schema)),
            release.is_some(),
            release.flatten().map(ReleaseRef::as_str)
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("taking a database into use"))?;
        Ok(())
    }
}
