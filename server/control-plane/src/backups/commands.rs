//! Commands on backups: each opens a job in the transaction of its event.

use model::{
    Action, Backup, BackupId, BackupKind, BackupState, Hint, Operation, OperationId, OperationKind, Problem,
    ProblemKind, ProjectId, RestoreDraft, RestoreOptions, Target,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    BackupCreation, BackupRestore, BackupVerification, Backups, RestoreUndo, create, policies, problems,
    refuse_beside_recovery, restore, undo, verify,
};
use crate::jobs::{self, Request};
use crate::ports::archive_store::ArchiveName;
use crate::projects::idempotency;
use crate::projects::locked::{lock, not_being_deleted};
use crate::registry::{BackupRecord, Change, Event, IdempotencyKey, NewBackup, ProjectRecord};
use crate::{OpContext, Result};

impl Backups<'_> {
    /// Opens the job that takes a backup.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn create(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::BackupCreate, Target::Project(id))?;
        let key = idempotency::key(op, OperationKind::BackupCreate, id.as_str(), &())?;
        let begin = || self.begin_create(op, id, BackupKind::Manual, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    pub(super) async fn begin_create(
        &self,
        op: &OpContext,
        id: &ProjectId,
        kind: BackupKind,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let (mut change, record) = self.alone(op, id).await?;
        let backup = BackupId::from(Uuid::now_v7());
        let policy = policies::policy_of(self.0, id).await?;
        let (digests, verify) = (policy.digests, policy.verify || kind != BackupKind::Scheduled);
        let input = create::CreateInput {
            backup,
            kind,
            digests,
            verify,
            database_server: create::server_of(&record)?,
        };
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<BackupCreation>(&mut change, &request).await?;
        self.list_running(&mut change, id, backup, kind, operation.id).await?;
        let detail = json!({"backup": backup, "operation": operation.id, "kind": kind.as_str()});
        change.commit(Event { project: Some(id), action: Action::BackupCreate.into(), detail }).await?;
        Ok(operation)
    }

    async fn list_running(
        &self,
        change: &mut Change,
        project: &ProjectId,
        id: BackupId,
        kind: BackupKind,
        operation: OperationId,
    ) -> Result<()> {
        let place = self.0.ports.archives.place();
        Ok(change.begin_backup(&NewBackup { id, project, kind, operation, place: &place }).await?)
    }

    /// The project under its lock, on which none of [`ALONE`] is open.
    async fn alone(&self, op: &OpContext, id: &ProjectId) -> Result<(Change, ProjectRecord)> {
        let (change, record) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &record).await?;
        refuse_beside_recovery(&mut change, id).await?;
        Ok((change, record))
    }

    /// Opens the job that restores the backup into a scratch database and compares it.
    #[tracing::instrument(skip_all, fields(backup.id = %backup))]
    pub async fn verify(&self, op: &OpContext, backup: BackupId) -> Result<Operation> {
        let record = self.find(op, Action::BackupVerify, backup).await?;
        let id = record.backup.project_id.clone();
        let key = idempotency::key(op, OperationKind::BackupVerify, &backup.to_string(), &())?;
        let begin = || self.begin_verify(op, &id, &record, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin_verify(
        &self,
        op: &OpContext,
        id: &ProjectId,
        record: &BackupRecord,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        if record.backup.state != BackupState::Complete {
            return Err(problems::not_complete(&record.backup).into());
        }
        let project = self.0.registry.project(id).await?;
        let server =
            project.as_ref().map_or_else(|| Ok(model::DatabaseServerName::default()), create::server_of)?;
        let boot = policies::policy_of(self.0, id).await?.boot;
        let input = verify::VerifyInput::new(record.backup.id, server, boot);
        let mut change = self.0.registry.change(op).await?;
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<BackupVerification>(&mut change, &request).await?;
        let detail = json!({
            "backup": record.backup.id, "operation": operation.id, "taken_at": record.backup.taken_at.map(restore::minute),
        });
        change.commit(Event { project: Some(id), action: Action::BackupVerify.into(), detail }).await?;
        Ok(operation)
    }

    /// Opens the job that gives the backup's project its data. The project runs until the data is loaded and compared.
    #[tracing::instrument(skip_all, fields(backup.id = %backup))]
    pub async fn restore(&self, op: &OpContext, backup: BackupId, draft: &RestoreDraft) -> Result<Operation> {
        let record = self.find(op, Action::BackupRestore, backup).await?;
        let id = record.backup.project_id.clone();
        let options = draft.validate(&id)?;
        let key = idempotency::key(op, OperationKind::BackupRestore, &backup.to_string(), &options)?;
        let begin = || self.begin_restore(op, &id, &record, options, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin_restore(
        &self,
        op: &OpContext,
        id: &ProjectId,
        backup: &BackupRecord,
        options: RestoreOptions,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        if backup.backup.state != BackupState::Complete {
            return Err(problems::not_complete(&backup.backup).into());
        }
        let (mut change, record) = self.alone(op, id).await?;
        let first = options.backup_first.then(|| BackupId::from(Uuid::now_v7()));
        let input = restore::RestoreInput {
            backup: backup.backup.id,
            database_server: create::server_of(&record)?,
            first,
            with_schema: options.with_schema,
            copy: None,
            former: None,
        };
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<BackupRestore>(&mut change, &request).await?;
        if let Some(first) = first {
            self.list_running(&mut change, id, first, BackupKind::PreRestore, operation.id).await?;
        }
        let detail = json!({
            "backup": backup.backup.id, "operation": operation.id, "taken_at": backup.backup.taken_at.map(restore::minute),
            "commit": backup.backup.commit.as_ref().filter(|_| options.with_schema), "backup_first": options.backup_first,
        });
        change.commit(Event { project: Some(id), action: Action::BackupRestore.into(), detail }).await?;
        Ok(operation)
    }

    /// Opens the job that gives a project the database back that this operation has set aside.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn undo(&self, op: &OpContext, id: &ProjectId, restore: OperationId) -> Result<Operation> {
        op.may(Action::BackupUndo, Target::Project(id))?;
        let key = idempotency::key(op, OperationKind::RestoreUndo, id.as_str(), &restore)?;
        let begin = || self.begin_undo(op, id, restore, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin_undo(
        &self,
        op: &OpContext,
        id: &ProjectId,
        restore: OperationId,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let row = self.set_aside_row(id, restore).await?;
        let (mut change, _) = self.alone(op, id).await?;
        let input = undo::UndoInput {
            database_server: row.database_server.clone(),
            database: row.oid,
            restore,
            former: None,
        };
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<RestoreUndo>(&mut change, &request).await?;
        let detail = json!({"operation": operation.id, "restore": restore, "database": row.name.to_string()});
        change.commit(Event { project: Some(id), action: Action::BackupUndo.into(), detail }).await?;
        Ok(operation)
    }

    /// Removes a backup and its archive. The row stays, as removed.
    #[tracing::instrument(skip_all, fields(backup.id = %backup))]
    pub async fn remove(&self, op: &OpContext, backup: BackupId) -> Result<()> {
        let record = self.find(op, Action::BackupRemove, backup).await?;
        let id = &record.backup.project_id;
        let mut change = self.0.registry.change(op).await?;
        if !change.remove_backup(backup).await? {
            return Err(not_removable(&record.backup).into());
        }
        let detail = json!({"backup": backup, "taken_at": record.backup.taken_at.map(restore::minute)});
        change.commit(Event { project: Some(id), action: Action::BackupRemove.into(), detail }).await?;
        self.0.live.send(Hint::Project { project_id: id.clone() });
        let name = ArchiveName { project: Some(id.clone()), backup };
        // what fails here is made good by the search for archives of removed backups
        if let Err(error) = self.0.ports.archives.remove(&name).await {
            tracing::warn!(backup.id = %backup, error = %crate::chain(&error), "removing an archive");
        }
        Ok(())
    }
}

fn not_removable(backup: &Backup) -> Problem {
    let detail = format!("Nothing was changed. The backup {} is {}.", backup.id, backup.state);
    Problem::new(ProblemKind::Conflict, "The backup cannot be removed", detail)
}
