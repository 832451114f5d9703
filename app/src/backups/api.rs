//! Backups: context, call, answer.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    Backup, BackupId, NewProjectPlan, OperationId, Page, Problem, ProjectBackupPolicy, ProjectId,
    ProjectRecovery, RestoreDraft, SetAsideDatabase, TablesDraft,
};
use time::{Duration, OffsetDateTime};

use super::form::point_in_time::PointInTimeForm;
use super::form::policy::PolicyForm;
use super::form::restore::RestoreForm;
use super::form::restore_new::RestoreNewForm;
use super::latest::LatestBackups;
use crate::error::AppError;

/// The backups of a project, newest first; only those older than `before` if it is given.
pub(crate) async fn get_backups(id: ProjectId, before: Option<BackupId>) -> Result<Page<Backup>, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.backups().list(&context.op, &id, before).await },
    )
    .await
}

/// One backup of this project.
pub(crate) async fn get_backup(project: ProjectId, id: BackupId) -> Result<Backup, AppError> {
    crate::call_context::ask(|context| async move {
        let backup = context.plane.backups().get(&context.op, id).await?;
        if backup.project_id == project {
            Ok(backup)
        } else {
            Err(Problem::not_found(format!("backup {id} of {project}")).into())
        }
    })
    .await
}

/// The backups of a project since then that were not removed, newest first.
pub(crate) async fn get_backups_since(id: ProjectId, since: OffsetDateTime) -> Result<Vec<Backup>, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.backups().since(&context.op, &id, since).await },
    )
    .await
}

/// The newest backup and the newest verified one of each of these projects.
pub(crate) async fn get_latest(projects: Vec<ProjectId>) -> Result<LatestBackups, AppError> {
    crate::call_context::ask(|context| async move {
        Ok(context.plane.backups().latest(&context.op, &projects).await?.into())
    })
    .await
}

/// When the next scheduled backup of each project is due.
pub(crate) async fn get_next_runs() -> Result<BTreeMap<ProjectId, OffsetDateTime>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.backups().next_runs(&context.op).await })
        .await
}

/// The policy of a project.
pub(crate) async fn get_policy(id: ProjectId) -> Result<ProjectBackupPolicy, AppError> {
    crate::call_context::ask(|context| async move { context.plane.backups().policy(&context.op, &id).await })
        .await
}

/// The databases of a project that were set aside.
pub(crate) async fn get_set_aside(id: ProjectId) -> Result<Vec<SetAsideDatabase>, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.backups().set_aside(&context.op, &id).await },
    )
    .await
}

/// The times to which a project can be restored.
pub(crate) async fn get_recovery(id: ProjectId) -> Result<ProjectRecovery, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.backups().recovery(&context.op, &id).await },
    )
    .await
}

/// How long the undo of a restore is possible.
pub(crate) async fn get_undo_period() -> Result<Duration, AppError> {
    crate::call_context::ask(|context| async move {
        Ok(Duration::try_from(context.plane.backups().undo_period()).unwrap_or(Duration::MAX))
    })
    .await
}

/// Takes a backup.
#[server(prefix = "/actions", endpoint = "create_backup")]
pub(crate) async fn create_backup(id: ProjectId) -> Result<(), AppError> {
    let create = |context: crate::call_context::CallContext| async move {
        context.plane.backups().create(&context.op, &id).await
    };
    crate::call_context::command((), create, |operation| format!("/operations/{}", operation.id)).await
}

/// Restores a backup into a scratch database and compares it.
#[server(prefix = "/actions", endpoint = "verify_backup")]
pub(crate) async fn verify_backup(id: BackupId) -> Result<(), AppError> {
    let verify = |context: crate::call_context::CallContext| async move {
        context.plane.backups().verify(&context.op, id).await
    };
    crate::call_context::command((), verify, |operation| format!("/operations/{}", operation.id)).await
}

/// Removes a backup and its archive. `project` is the one whose page follows.
#[server(prefix = "/actions", endpoint = "remove_backup")]
pub(crate) async fn remove_backup(id: BackupId, project: ProjectId) -> Result<(), AppError> {
    let remove = |context: crate::call_context::CallContext| async move {
        context.plane.backups().remove(&context.op, id).await
    };
    crate::call_context::command((), remove, |()| format!("/projects/{project}/backups")).await
}

/// Gives the backup's project its data.
#[server(prefix = "/actions", endpoint = "restore_backup")]
pub(crate) async fn restore_backup(id: BackupId, form: RestoreForm) -> Result<(), AppError> {
    let draft = form.draft();
    let restore = |context: crate::call_context::CallContext| async move {
        context.plane.backups().restore(&context.op, id, &draft).await
    };
    crate::call_context::command(&form, restore, |operation| format!("/operations/{}", operation.id)).await
}

/// Gives a project the data that it had at a time.
#[server(prefix = "/actions", endpoint = "restore_to_time")]
pub(crate) async fn restore_to_time(id: ProjectId, form: PointInTimeForm) -> Result<(), AppError> {
    let draft = form.draft();
    let restore = |context: crate::call_context::CallContext| async move {
        context.plane.backups().restore_to(&context.op, &id, &draft).await
    };
    crate::call_context::command(&form, restore, |operation| format!("/operations/{}", operation.id)).await
}

/// What a new project would get from the backup.
pub(crate) async fn get_new_project_plan(id: BackupId) -> Result<NewProjectPlan, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.new_projects().plan(&context.op, id).await },
    )
    .await
}

/// Creates another project with the data of a backup.
#[server(prefix = "/actions", endpoint = "restore_backup_new")]
pub(crate) async fn restore_backup_new(backup: BackupId, form: RestoreNewForm) -> Result<(), AppError> {
    let draft = form.draft();
    let restore = |context: crate::call_context::CallContext| async move {
        context.plane.new_projects().create(&context.op, backup, &draft).await
    };
    crate::call_context::command(&form, restore, |operation| format!("/operations/{}", operation.id)).await
}

/// The tables of a backup with their rows.
pub(crate) async fn get_tables(id: BackupId) -> Result<Vec<(String, u64)>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.backups().tables(&context.op, id).await })
        .await
}

/// Restores tables of a backup, one a line, into a database beside that of the project.
#[server(prefix = "/actions", endpoint = "restore_tables")]
pub(crate) async fn restore_tables(id: BackupId, tables: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "tables": tables });
    let draft = TablesDraft { tables: tables.lines().map(str::to_owned).collect() };
    let restore = |context: crate::call_context::CallContext| async move {
        context.plane.backups().restore_tables(&context.op, id, &draft).await
    };
    crate::call_context::command(typed, restore, |operation| format!("/operations/{}", operation.id)).await
}

/// Drops a database with restored tables.
#[server(prefix = "/actions", endpoint = "drop_side_database")]
pub(crate) async fn drop_side_database(id: ProjectId, operation: OperationId) -> Result<(), AppError> {
    let drop = |context: crate::call_context::CallContext| async move {
        context.plane.backups().drop_side(&context.op, &id, operation).await
    };
    crate::call_context::command((), drop, |operation| format!("/operations/{}", operation.id)).await
}

/// Undoes a restore; `confirm` is the typed id of the project.
#[server(prefix = "/actions", endpoint = "undo_restore")]
pub(crate) async fn undo_restore(
    id: ProjectId,
    operation: OperationId,
    confirm: String,
) -> Result<(), AppError> {
    let typed = serde_json::json!({ "confirm": confirm });
    let undo = |context: crate::call_context::CallContext| async move {
        let draft = RestoreDraft { confirm, backup_first: false, with_schema: false };
        draft.validate(&id)?;
        context.plane.backups().undo(&context.op, &id, operation).await
    };
    crate::call_context::command(typed, undo, |operation| format!("/operations/{}", operation.id)).await
}

/// Gives a project a backup policy of its own.
#[server(prefix = "/actions", endpoint = "set_backup_policy")]
pub(crate) async fn set_backup_policy(id: ProjectId, form: PolicyForm) -> Result<(), AppError> {
    let (next, draft) = (format!("/projects/{id}/backups#schedule"), form.draft());
    let set = |context: crate::call_context::CallContext| async move {
        context.plane.backups().set_policy(&context.op, &id, Some(draft)).await
    };
    crate::call_context::command(&form, set, |_| next).await
}

/// Removes the project's own backup policy: that of the fleet applies again.
#[server(prefix = "/actions", endpoint = "reset_backup_policy")]
pub(crate) async fn reset_backup_policy(id: ProjectId) -> Result<(), AppError> {
    let next = format!("/projects/{id}/backups#schedule");
    let reset = |context: crate::call_context::CallContext| async move {
        context.plane.backups().set_policy(&context.op, &id, None).await
    };
    crate::call_context::command((), reset, |_| next).await
}
