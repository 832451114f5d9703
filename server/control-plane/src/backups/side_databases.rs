//! Commands for databases with single tables of a backup.

use model::{
    Action, BackupId, BackupState, Operation, OperationId, OperationKind, Problem, ProjectId, SetAsideReason,
    TablesDraft, Target,
};
use serde_json::json;

use super::restore_tables::{TablesInput, TablesRestore, wanted};
use super::{Backups, archive, create, moment, open_drop, problems};
use crate::jobs::{self, Request};
use crate::ports::archive_store::ArchiveName;
use crate::projects::idempotency;
use crate::projects::locked::{lock, not_being_deleted};
use crate::registry::{BackupRecord, Event, IdempotencyKey};
use crate::{OpContext, Result};

impl Backups<'_> {
    /// Opens the job that restores tables into a database beside that of the project, which goes on.
    #[tracing::instrument(skip_all, fields(backup.id = %backup))]
    pub async fn restore_tables(
        &self,
        op: &OpContext,
        backup: BackupId,
        draft: &TablesDraft,
    ) -> Result<Operation> {
        let record = self.find(op, Action::BackupRestoreTables, backup).await?;
        let key = idempotency::key(op, OperationKind::TablesRestore, &backup.to_string(), draft)?;
        let begin = || self.begin_restore_tables(op, &record, draft, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin_restore_tables(
        &self,
        op: &OpContext,
        record: &BackupRecord,
        draft: &TablesDraft,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let tables: Vec<String> = wanted(&self.contents_of(record).await?, &draft.tables)?
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let id = &record.backup.project_id;
        let (change, project) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &project).await?;
        let backup = record.backup.id;
        let database_server = create::server_of(&project)?;
        let input = TablesInput { backup, database_server, tables: tables.clone(), copy: None };
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<TablesRestore>(&mut change, &request).await?;
        let detail = json!({
            "backup": backup, "operation": operation.id, "tables": tables,
            "taken_at": record.backup.taken_at.map(moment::minute),
        });
        change
            .commit(Event { project: Some(id), action: Action::BackupRestoreTables.into(), detail })
            .await?;
        Ok(operation)
    }

    /// The names of the tables of a backup, as a restore of single tables takes them, each with its rows. Reads the archive.
    pub async fn tables(&self, op: &OpContext, backup: BackupId) -> Result<Vec<(String, u64)>> {
        let record = self.find(op, Action::BackupRestoreTables, backup).await?;
        let contents = self.contents_of(&record).await?;
        Ok(contents.tables.into_iter().map(|table| (table.name, table.rows)).collect())
    }

    async fn contents_of(
        &self,
        record: &BackupRecord,
    ) -> Result<crate::ports::database_copies::DatabaseContents> {
        if record.backup.state != BackupState::Complete {
            return Err(problems::not_complete(&record.backup).into());
        }
        let name = ArchiveName { project: Some(record.backup.project_id.clone()), backup: record.backup.id };
        let archives = &*self.0.ports.archives;
        let (_, manifest) = archive::open(archives, &name, record.seal.as_deref()).await?;
        let part = manifest.part(archive::PartRole::Contents);
        let part = part.ok_or_else(|| problems::damaged("manifest.json", "it names no contents"))?;
        let json = archive::read_whole(archives, &name, part, &self.0.settings.backup_keys).await?;
        serde_json::from_slice(&json)
            .map_err(|error| problems::damaged(&part.name, &error.to_string()).into())
    }

    /// Opens the job that drops a side database before its time.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn drop_side(&self, op: &OpContext, id: &ProjectId, made_by: OperationId) -> Result<Operation> {
        op.may(Action::DatabaseDrop, Target::Project(id))?;
        let row = self.set_aside_row(id, made_by).await?;
        if row.reason != SetAsideReason::Tables {
            return Err(Problem::not_found(format!("side database of the operation {made_by}")).into());
        }
        let mut change = self.0.registry.change(op).await?;
        change.drop_now(&row.database_server, row.oid).await?;
        let operation = open_drop(&mut change, id, &row.database_server, row.oid, made_by).await?;
        let detail = json!({"database": row.name.to_string(), "operation": operation.id});
        change.commit(Event { project: Some(id), action: Action::DatabaseDrop.into(), detail }).await?;
        Ok(operation)
    }
}
