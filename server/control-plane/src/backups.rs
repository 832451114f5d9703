//! Backups of projects: taken, proved by a restore, restored, undone.
//!
//! Every long act is a job: [`create`] writes an archive, [`verify`] proves it, [`restore`] gives a project the data of one, [`undo`]
//! goes back, [`drops`] ends the way back. `docs/backups.md` describes them for operators.

pub(crate) mod archive;
pub(crate) mod base;
pub(crate) mod boot;
mod commands;
mod compare;
pub(crate) mod copy;
pub(crate) mod create;
mod download;
mod drop_project;
mod drops;
mod dump;
pub(crate) mod exchange;
pub(crate) mod faults;
pub(crate) mod fill;
pub mod fleet;
pub(crate) mod media;
mod moment;
mod overview;
mod point_in_time;
pub(crate) mod policies;
pub(crate) mod problems;
mod programs;
pub(crate) mod proof;
mod recovery;
mod restore;
mod restore_input;
mod restore_new;
mod restore_tables;
pub mod retention;
pub mod schedule;
mod side_databases;
pub(crate) mod take;
pub(crate) mod tidy;
mod undelete;
mod undo;
mod upload;
pub(crate) mod verify;

use model::{
    Action, Backup, BackupId, OperationId, OperationKind, Page, Problem, ProblemKind, ProjectId,
    SetAsideDatabase, Target,
};

pub(crate) use base::BaseBackupJob;
pub(crate) use commands::{list_running, open_backup};
pub(crate) use create::{BackupCreation, server_of};
pub use download::ArchiveFile;
pub(crate) use drop_project::{ProjectDrop, ProjectDropInput};
pub(crate) use drops::{DatabaseDrop, open_drop};
pub(crate) use fleet::FleetBackupJob;
pub(crate) use moment::minute;
pub(crate) use restore::BackupRestore;
pub(crate) use restore_new::{RestoreNew, RestoreNewInput};
pub(crate) use restore_tables::TablesRestore;
pub(crate) use undelete::{ProjectUndelete, UndeleteInput};
pub(crate) use undo::RestoreUndo;
pub(crate) use verify::BackupVerification;

use crate::registry::{BackupRecord, Change, SetAsideRow};
use crate::{Inner, OpContext, Result, snapshot};

/// Backups on one page of a list.
const PAGE: i64 = 100;

/// Jobs beside which no other of them, and no delete, is opened on the same project.
const ALONE: [OperationKind; 4] = [
    OperationKind::BackupCreate,
    OperationKind::BackupRestore,
    OperationKind::RestoreUndo,
    OperationKind::SchemaUpdate,
];

/// Backups.
pub struct Backups<'a>(&'a Inner);

impl<'a> Backups<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// The backups of a project, newest first, those before `before`. They outlive the project.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn list(
        &self,
        op: &OpContext,
        id: &ProjectId,
        before: Option<BackupId>,
    ) -> Result<Page<Backup>> {
        op.may(Action::BackupView, Target::Project(id))?;
        let mut records = self.0.registry.backups_of(id, before, PAGE + 1).await?;
        let more = records.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
        records.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let items: Vec<Backup> = records.into_iter().map(|record| record.backup).collect();
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }

    /// One backup.
    #[tracing::instrument(skip_all, fields(backup.id = %backup))]
    pub async fn get(&self, op: &OpContext, backup: BackupId) -> Result<Backup> {
        Ok(self.find(op, Action::BackupView, backup).await?.backup)
    }

    /// The newest backup and the newest verified one of every project that the caller may see.
    pub async fn newest(&self, op: &OpContext) -> Result<Vec<Backup>> {
        let rows = snapshot::rows(self.0).await?;
        let ids: Vec<ProjectId> = rows.records.keys().cloned().collect();
        self.latest(op, &ids).await
    }

    /// The row, after the caller was allowed the action on its project.
    pub(crate) async fn find(
        &self,
        op: &OpContext,
        action: Action,
        backup: BackupId,
    ) -> Result<BackupRecord> {
        op.may(action, Target::Anywhere)?;
        let record = self.0.registry.backup(backup).await?;
        let record = record.ok_or_else(|| Problem::not_found(format!("backup {backup}")))?;
        op.may(action, Target::Project(&record.backup.project_id))?;
        Ok(record)
    }

    async fn set_aside_row(&self, id: &ProjectId, operation: OperationId) -> Result<SetAsideRow> {
        let rows = self.0.registry.set_aside_databases(Some(id)).await?;
        let row = rows.into_iter().find(|row| row.operation_id == operation);
        Ok(row.ok_or_else(|| {
            Problem::not_found(format!("database that the operation {operation} set aside"))
        })?)
    }

    /// The databases of a project that a restore replaced: the ways back.
    pub async fn set_aside(&self, op: &OpContext, id: &ProjectId) -> Result<Vec<SetAsideDatabase>> {
        op.may(Action::BackupView, Target::Project(id))?;
        let rows = self.0.registry.set_aside_databases(Some(id)).await?;
        Ok(rows.into_iter().map(shown).collect())
    }
}

/// The backup, restore, undo or deploy that is open on the project, if there is one.
pub(crate) async fn open_recovery(inner: &Inner, id: &ProjectId) -> Result<Option<OperationId>> {
    Ok(inner.registry.open_job_of(id, &ALONE).await?)
}

/// Refuses beside a backup, a restore, its undo or a deploy.
pub(crate) async fn refuse_beside_recovery(change: &mut Change, id: &ProjectId) -> Result<()> {
    for kind in ALONE {
        if let Some(job) = change.open_job_on(id, Some(kind)).await? {
            return Err(at_work(id, kind, job).into());
        }
    }
    Ok(())
}

fn at_work(id: &ProjectId, kind: OperationKind, job: OperationId) -> Problem {
    let what = match kind {
        OperationKind::BackupCreate => "A backup of",
        OperationKind::BackupRestore => "A restore of",
        OperationKind::SchemaUpdate => "A deploy of",
        _ => "The undo of a restore of",
    };
    let detail =
        format!("Nothing was changed. {what} {id} is under way. Wait until it is over, or cancel it.");
    let problem = Problem::new(ProblemKind::Conflict, format!("{what} this project is under way"), detail);
    Problem { operation: Some(job), ..problem }
}

fn shown(row: SetAsideRow) -> SetAsideDatabase {
    SetAsideDatabase {
        project_id: row.project_id,
        operation_id: row.operation_id,
        database_server: row.database_server.to_string(),
        database: row.name.to_string(),
        reason: row.reason,
        bytes: row.bytes,
        set_aside_at: row.set_aside_at,
        drop_after: row.drop_after,
    }
}
