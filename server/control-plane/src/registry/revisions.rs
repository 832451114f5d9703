//! Revisions: what instances were started from, numbered per project. The engine returns to the last one that was proved to
//! run when a change fails.

use std::collections::BTreeMap;

use model::{Email, EnvName, EnvValue, PoolSize, ProjectId, ReleaseRef, SchemaRef};
use serde::{Deserialize, Serialize};

use super::{Change, ProjectRecord, RegistryError, Reports, Result};

/// Everything of a row that an instance is made of; secrets by their version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionContent {
    /// The schema.
    pub schema_ref: SchemaRef,
    /// The release; `None` is whatever the fleet runs.
    pub release: Option<ReleaseRef>,
    /// The project's own environment.
    pub env: BTreeMap<EnvName, EnvValue>,
    /// Connections of its pool.
    pub pool_size: PoolSize,
    /// Planned restarts until then.
    pub restarts: i64,
    /// The first admin.
    pub admin_email: Option<Email>,
    /// Name and version of every secret.
    pub secrets: BTreeMap<String, u32>,
}

/// A revision of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i32,
    /// What the instance was started from.
    pub content: RevisionContent,
}

impl ProjectRecord {
    /// What an instance of this row is made of.
    pub fn content(&self) -> RevisionContent {
        RevisionContent {
            schema_ref: self.project.schema_ref.clone(),
            release: self.project.release.clone(),
            env: self.project.env.clone(),
            pool_size: self.project.pool_size,
            restarts: self.restarts,
            admin_email: self.admin_email.clone(),
            secrets: self.secrets.clone(),
        }
    }

    /// The row as it was at a revision. What does not belong to an instance (names, limits, edge policy) stays as it is.
    pub fn apply(&mut self, content: RevisionContent) {
        let RevisionContent { schema_ref, release, env, pool_size, restarts, admin_email, secrets } = content;
        self.project.schema_ref = schema_ref;
        self.project.release = release;
        self.project.env = env;
        self.project.pool_size = pool_size;
        self.restarts = restarts;
        self.admin_email = admin_email;
        self.secrets = secrets;
    }
}

impl Reports<'_> {
    /// An instance is about to be started from this content: the wanted revision. Equal content keeps the number of the last
    /// one that had it. Written before the start, so that what runs is never unknown.
    pub async fn revision(&self, id: &ProjectId, content: &RevisionContent) -> Result<()> {
        sqlx::query!(
            "with same as (select number from revisions where project_id = $1 and content = $2 order by number desc limit 1),
                  new as (insert into revisions (project_id, number, content)
                    select $1, coalesce((select max(number) from revisions where project_id = $1), 0) + 1, $2
                    where not exists (select from same) and exists (select from engine where term = $3)
                    returning number)
             update projects set wanted_revision = coalesce((select number from same), (select number from new))
             where id = $1 and exists (select from engine where term = $3)",
            id.as_str(),
            serde_json::json!(content),
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("recording a revision"))?;
        Ok(())
    }

    /// Which of its two addresses the instance is started on.
    pub async fn slot(&self, id: &ProjectId, slot: u8) -> Result<()> {
        sqlx::query!(
            "update projects set slot = $2 where id = $1 and slot <> $2 and exists (select from engine where term = $3)",
            id.as_str(),
            i16::from(slot),
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting a slot"))?;
        Ok(())
    }
}

impl Change {
    /// The wanted revision was proved to run. Of the others, those before the last ten are forgotten.
    pub async fn prove_revision(&mut self, id: &ProjectId) -> Result<()> {
        let doing = RegistryError::sql("proving a revision");
        sqlx::query!(
            "update projects set running_revision = wanted_revision
             where id = $1 and running_revision is distinct from wanted_revision",
            id.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        sqlx::query!(
            "delete from revisions r using projects p
             where r.project_id = $1 and p.id = $1 and r.number < p.running_revision - 10",
            id.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        Ok(())
    }
}
