//! Files that projects follow in development: which content was taken from them last.

use model::{CommitSha, ProjectId, SchemaRef};

use super::{Change, Registry, RegistryError, Result, columns};

impl Registry {
    /// The content that was taken from the file last. `None` if none was since the project follows it: then it is the one of the
    /// row. It differs from that of the row after a restore, until the file changes.
    pub async fn taken_content(&self, id: &ProjectId) -> Result<Option<CommitSha>> {
        let taken =
            sqlx::query_scalar!("select content from schema_volumes where project_id = $1", id.as_str())
                .fetch_optional(&self.pool)
                .await
                .map_err(RegistryError::sql("reading the content of a schema file"))?;
        columns::optional("content", taken).map_err(|reason| RegistryError::Row {
            table: "schema_volumes",
            id: id.to_string(),
            reason,
        })
    }
}

impl Change {
    /// A content of the file becomes the wanted schema. Raises the generation and returns it.
    pub async fn take_content(&mut self, id: &ProjectId, schema: &SchemaRef) -> Result<i64> {
        sqlx::query_scalar!(
            "with taken as (
               insert into schema_volumes (project_id, content) values ($1, $3)
               on conflict (project_id) do update set content = excluded.content, taken_at = now())
             update projects set schema_ref = $2, generation = generation + 1 where id = $1 returning generation",
            id.as_str(),
            serde_json::json!(schema),
            schema.commit().as_str()
        )
        .fetch_one(self.connection())
        .await
        .map_err(RegistryError::sql("taking the content of a schema file"))
    }

    /// The schema was edited: what is there of the file is the content of the row.
    pub async fn forget_taken_content(&mut self, id: &ProjectId) -> Result<()> {
        sqlx::query!("delete from schema_volumes where project_id = $1", id.as_str())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("forgetting the content of a schema file"))?;
        Ok(())
    }

    /// The row gets another schema than that of the file: the present content of the file is not taken again, its next one is.
    pub(super) async fn remember_taken_content(&mut self, id: &ProjectId) -> Result<()> {
        sqlx::query!(
            "insert into schema_volumes (project_id, content)
             select id, schema_ref ->> 'ref' from projects where id = $1 and schema_ref ->> 'type' = 'volume'
             on conflict (project_id) do nothing",
            id.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("remembering the content of a schema file"))?;
        Ok(())
    }
}
