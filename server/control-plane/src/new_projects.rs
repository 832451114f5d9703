//! Backups that become another project: what it gets, and opening the job.

use std::collections::BTreeMap;

use model::{
    Action, BackupId, BackupState, EnvName, EnvValue, Hostname, Labels, Limits, LimitsDraft, NewProjectPlan,
    Operation, OperationKind, PoolSize, ProjectClass, ProjectDraft, ReleaseRef, RestoreNewDraft, SchemaRef,
};
use serde::Deserialize;
use serde_json::json;

use crate::backups::archive::{self, Manifest, PartRole};
use crate::backups::{Backups, RestoreNew, RestoreNewInput, minute, problems};
use crate::ports::archive_store::ArchiveName;
use crate::projects::filled::{FilledCreate, copied_env, derived_hostname, may_create};
use crate::projects::{Projects, idempotency};
use crate::registry::{BackupRecord, IdempotencyKey, NewOrigin};
use crate::{Inner, OpContext, Result};

/// What is read of the settings in an archive; the rest of the row is not for another project.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    labels: Labels,
    class: ProjectClass,
    hostname: Option<Hostname>,
    env: BTreeMap<EnvName, EnvValue>,
    release: Option<ReleaseRef>,
    limits: Option<Limits>,
    pool_size: Option<PoolSize>,
}

#[derive(Deserialize)]
struct Row {
    project: Settings,
}

/// New projects with the data of a backup.
pub struct NewProjects<'a>(&'a Inner);

impl<'a> NewProjects<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// What a new project would get from the backup. Reads the archive.
    #[tracing::instrument(skip_all, fields(backup.id = %backup))]
    pub async fn plan(&self, op: &OpContext, backup: BackupId) -> Result<NewProjectPlan> {
        let record = Backups::new(self.0).find(op, Action::BackupRestoreNew, backup).await?;
        let (manifest, settings) = self.settings_of(&record).await?;
        let (copied, left_out) = copied_env(&settings.env);
        Ok(NewProjectPlan {
            backup,
            source: record.backup.project_id,
            schema_ref: schema_of(&manifest)?.clone(),
            env: copied.into_keys().filter_map(|name| EnvName::try_from(name).ok()).collect(),
            left_out,
        })
    }

    /// Creates another project and opens the job that gives it the data of the backup. Requires the right to create the project
    /// too. The project of the backup is not touched, and need not exist.
    #[tracing::instrument(skip_all, fields(backup.id = %backup, project.id = %draft.id))]
    pub async fn create(
        &self,
        op: &OpContext,
        backup: BackupId,
        draft: &RestoreNewDraft,
    ) -> Result<Operation> {
        let record = Backups::new(self.0).find(op, Action::BackupRestoreNew, backup).await?;
        may_create(op)?;
        let key = idempotency::key(op, OperationKind::RestoreNew, &backup.to_string(), draft)?;
        let begin = || self.begin(op, &record, draft, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin(
        &self,
        op: &OpContext,
        record: &BackupRecord,
        draft: &RestoreNewDraft,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let (manifest, settings) = self.settings_of(record).await?;
        let source = &record.backup.project_id;
        let (env, left_out) = copied_env(&settings.env);
        let draft = ProjectDraft {
            id: draft.id.clone(),
            display_name: draft.display_name.clone(),
            hostname: derived_hostname(self.0, &draft.hostname, settings.hostname.as_ref(), &draft.id),
            labels: settings.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
            class: settings.class.as_str().to_owned(),
            schema_ref: schema_of(&manifest)?.draft(),
            env,
            release: self.known_release(settings.release.as_ref()),
            limits: limits(settings.limits, &draft.limits),
            database_server: draft.database_server.clone(),
            pool_size: settings.pool_size.map(PoolSize::get),
            ..ProjectDraft::default()
        };
        let backup = record.backup.id;
        let origin = NewOrigin { source, backup: Some(backup), expires_at: None, left_out: &left_out };
        let detail = json!({ "backup": backup, "taken_at": minute(manifest.taken_at) });
        let create = FilledCreate { draft, origin, action: Action::BackupRestoreNew, detail, key };
        let input = |server: &model::DatabaseServerName| RestoreNewInput {
            backup,
            database_server: server.clone(),
            copy: None,
        };
        Projects::new(self.0).create_filled::<RestoreNew>(op, create, input).await
    }

    /// The release of the backup if this installation has it; otherwise nothing, which is what the fleet runs now.
    fn known_release(&self, release: Option<&ReleaseRef>) -> String {
        let known = release.filter(|release| Projects::new(self.0).has_release(release));
        known.map(ToString::to_string).unwrap_or_default()
    }

    /// The manifest and the settings of a complete backup.
    async fn settings_of(&self, record: &BackupRecord) -> Result<(Manifest, Settings)> {
        if record.backup.state != BackupState::Complete {
            return Err(problems::not_complete(&record.backup).into());
        }
        let name = ArchiveName { project: Some(record.backup.project_id.clone()), backup: record.backup.id };
        let archives = &*self.0.ports.archives;
        let (_, manifest) = archive::open(archives, &name, record.seal.as_deref()).await?;
        let part = manifest.part(PartRole::Project);
        let part = part.ok_or_else(|| problems::damaged("manifest.json", "it names no settings"))?;
        let json = archive::read_whole(archives, &name, part, &self.0.settings.backup_keys).await?;
        let row: Row = serde_json::from_slice(&json)
            .map_err(|error| problems::damaged(&part.name, &error.to_string()))?;
        Ok((manifest, row.project))
    }
}

fn schema_of(manifest: &Manifest) -> Result<&SchemaRef> {
    let schema = manifest.schema.as_ref();
    Ok(schema.ok_or_else(|| problems::damaged("manifest.json", "it names no schema file"))?)
}

/// The limits of the backup, and in their place those that were typed.
fn limits(backup: Option<Limits>, typed: &LimitsDraft) -> LimitsDraft {
    let backup = backup.and_then(|limits| serde_json::from_value::<LimitsDraft>(json!(limits)).ok());
    let backup = backup.unwrap_or_default();
    LimitsDraft {
        memory: typed.memory.clone().or(backup.memory),
        cpu: typed.cpu.clone().or(backup.cpu),
        pids: typed.pids.clone().or(backup.pids),
        restarts: typed.restarts.clone().or(backup.restarts),
    }
}
