//! Commands on backups: each opens a job in the transaction of its event.

use model::{
    Action, Backup, BackupId, BackupKind, BackupPolicy, BackupState, DeployVersion, Hint, Observed,
    Operation, OperationId, OperationKind, Problem, ProblemKind, ProjectId, RestoreDraft, RestoreOptions,
    SetAsideReason, Target,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    BackupCreation, BackupRestore, BackupVerification, Backups, RestoreUndo, create, moment, policies,
    problems, refuse_beside_recovery, restore_input, undo, verify,
};
use crate::jobs::{self, Request};
use crate::ports::archive_store::ArchiveName;
use crate::projects::idempotency;
use crate::projects::locked::{lock, not_being_deleted};
use crate::registry::{BackupRecord, Change, Event, IdempotencyKey, NewBackup, ProjectRecord};
use crate::{Inner, OpContext, Result};

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
        let policy = policies::policy_of(self.0, id).await?;
        let (mut change, record) = self.alone(op, id).await?;
        let opened = open_backup(self.0, &mut change, &record, (kind, &policy), key).await?;
        let action = Action::BackupCreate.into();
        change.commit(Event { project: Some(id), action, detail: opened.detail }).await?;
        Ok(opened.operation)
    }

    /// The project under its lock, on which none of [`ALONE`] is open.
    pub(super) async fn alone(&self, op: &OpContext, id: &ProjectId) -> Result<(Change, ProjectRecord)> {
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
            "backup": record.backup.id, "operation": operation.id, "taken_at": record.backup.taken_at.map(moment::minute),
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
        let begin = || self.begin_restore(op, &id, &record, (options, None), key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    /// Opens the restore that undoes a deploy: the project gets the version that it ran before.
    pub(crate) async fn undo_deploy(
        &self,
        op: &OpContext,
        backup: &BackupRecord,
        draft: &RestoreDraft,
        version: &DeployVersion,
    ) -> Result<Operation> {
        let id = &backup.backup.project_id;
        let options = draft.validate(id)?;
        let (kind, subject) = (OperationKind::BackupRestore, backup.backup.id.to_string());
        let key = idempotency::key(op, kind, &subject, &(options, version))?;
        let begin = || self.begin_restore(op, id, backup, (options, Some(version)), key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    /// Opens the restore; with a version, the project gets that one. Of a project whose database is lost no backup is taken first: there is nothing to back up.
    pub(super) async fn begin_restore(
        &self,
        op: &OpContext,
        id: &ProjectId,
        backup: &BackupRecord,
        (options, version): (RestoreOptions, Option<&DeployVersion>),
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        if backup.backup.state != BackupState::Complete {
            return Err(problems::not_complete(&backup.backup).into());
        }
        let (mut change, record) = self.alone(op, id).await?;
        let database_server = create::server_of(&record)?;
        let is_lost = self.0.observations.database(id, database_server.as_str()) == Observed::Absent;
        let first = (options.backup_first && !is_lost).then(|| BackupId::from(Uuid::now_v7()));
        let input = restore_input::RestoreInput {
            backup: backup.backup.id,
            at: None,
            database_server,
            first,
            with_schema: options.with_schema,
            version: version.cloned(),
            copy: None,
            former: None,
            lost: false,
        };
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<BackupRestore>(&mut change, &request).await?;
        if let Some(first) = first {
            list_running(self.0, &mut change, (id, first), BackupKind::PreRestore, operation.id).await?;
        }
        let detail = json!({
            "backup": backup.backup.id, "operation": operation.id, "taken_at": backup.backup.taken_at.map(moment::minute),
            "commit": backup.backup.commit.as_ref().filter(|_| options.with_schema), "backup_first": first.is_some(),
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
        if row.reason != SetAsideReason::Restored {
            return Err(Problem::not_found(format!("restore {restore} of {id}")).into());
        }
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
            drop(change);
            return Err(self.not_removable(&record.backup).await?.into());
        }
        let detail = json!({"backup": backup, "taken_at": record.backup.taken_at.map(moment::minute)});
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

impl Backups<'_> {
    /// Why a backup was not removed.
    async fn not_removable(&self, backup: &Backup) -> Result<Problem> {
        let open = self.0.registry.open_delete_request(&backup.project_id).await?;
        let rests = open.is_some_and(|row| {
            row.request.backup_id == backup.id || row.request.last_backup_id == Some(backup.id)
        });
        Ok(not_removable(backup, rests))
    }
}

/// A backup whose job was opened in a change that is not committed yet.
pub(crate) struct OpenedBackup {
    /// The job.
    pub(crate) operation: Operation,
    /// The backup, listed as running.
    pub(crate) id: BackupId,
    /// The detail of the event.
    pub(crate) detail: serde_json::Value,
}

/// Opens the job that takes a backup of the project whose row the change has locked. The caller writes the event.
pub(crate) async fn open_backup(
    inner: &Inner,
    change: &mut Change,
    record: &ProjectRecord,
    (kind, policy): (BackupKind, &BackupPolicy),
    key: Option<&IdempotencyKey>,
) -> Result<OpenedBackup> {
    let (id, project) = (BackupId::from(Uuid::now_v7()), &record.project.id);
    let (digests, verify) = (policy.digests, policy.verify || kind != BackupKind::Scheduled);
    let database_server = create::server_of(record)?;
    let input = create::CreateInput { backup: id, kind, digests, verify, database_server };
    let request = Request { project: Some(project), input: &input, key };
    let operation = jobs::open::<BackupCreation>(change, &request).await?;
    list_running(inner, change, (project, id), kind, operation.id).await?;
    let detail = json!({"backup": id, "operation": operation.id, "kind": kind.as_str()});
    Ok(OpenedBackup { operation, id, detail })
}

/// Lists a backup that a job takes as running.
pub(crate) async fn list_running(
    inner: &Inner,
    change: &mut Change,
    (project, id): (&ProjectId, BackupId),
    kind: BackupKind,
    operation: OperationId,
) -> Result<()> {
    let place = inner.ports.archives.place();
    Ok(change.begin_backup(&NewBackup { id, project, kind, operation, place: &place }).await?)
}

fn not_removable(backup: &Backup, rests: bool) -> Problem {
    let Backup { id, state, project_id: project, .. } = backup;
    let why = if rests {
        format!("The open delete request of {project} rests on the backup {id}: withdraw or decide it first.")
    } else {
        format!("The backup {id} is {state}.")
    };
    let detail = format!("Nothing was changed. {why}");
    Problem::new(ProblemKind::Conflict, "The backup cannot be removed", detail)
}
