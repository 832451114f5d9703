//! Deploys: recording a request, and what its job reports. The end of the job ends the deploy, by a trigger.

use model::{
    BackupId, CommitInfo, DeployId, DeployKind, DeployVersion, OperationId, Preflight, ProjectId, Rehearsal,
};

use super::{Change, RegistryError, Reports, Result};

/// A deploy that is requested.
#[derive(Debug, Clone)]
pub struct NewDeploy<'a> {
    /// Its id.
    pub id: DeployId,
    /// The project.
    pub project: &'a ProjectId,
    /// The job.
    pub operation: OperationId,
    /// Why.
    pub kind: DeployKind,
    /// What runs.
    pub from: &'a DeployVersion,
    /// What is to run.
    pub to: &'a DeployVersion,
    /// The commit of `to`.
    pub commit: &'a CommitInfo,
    /// What the requester was shown.
    pub preflight: &'a Preflight,
    /// The backup that the job takes first.
    pub backup: Option<BackupId>,
}

impl Change {
    /// Records a requested deploy as running.
    pub async fn begin_deploy(&mut self, new: &NewDeploy<'_>) -> Result<()> {
        let actor = self.actor().to_string();
        sqlx::query!(
            "insert into deploys (id, project_id, operation_id, kind, from_version, to_version, commit_info, actor, backup_id, preflight)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            new.id.as_uuid(),
            new.project.as_str(),
            new.operation.as_uuid(),
            new.kind.as_str(),
            serde_json::json!(new.from),
            serde_json::json!(new.to),
            serde_json::json!(new.commit),
            actor,
            new.backup.map(|backup| backup.as_uuid()),
            serde_json::json!(new.preflight)
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("recording a deploy"))?;
        Ok(())
    }

    /// The row of the project names the version of the deploy from now on.
    pub async fn deploy_changed(&mut self, id: DeployId) -> Result<()> {
        sqlx::query!("update deploys set changed_at = now() where id = $1", id.as_uuid())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("reporting a deploy"))?;
        Ok(())
    }
}

impl Reports<'_> {
    /// What a deploy did to a copy.
    pub async fn rehearsed(&self, id: DeployId, rehearsal: &Rehearsal) -> Result<()> {
        sqlx::query!(
            "update deploys set rehearsal = $2 where id = $1 and exists (select from engine where term = $3)",
            id.as_uuid(),
            serde_json::json!(rehearsal),
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting a rehearsal"))?;
        Ok(())
    }

    /// What a deploy is expected to do, read again immediately before the change.
    pub async fn deploy_preflight(&self, id: DeployId, preflight: &Preflight) -> Result<()> {
        sqlx::query!(
            "update deploys set preflight = $2 where id = $1 and exists (select from engine where term = $3)",
            id.as_uuid(),
            serde_json::json!(preflight),
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting a preflight"))?;
        Ok(())
    }
}
