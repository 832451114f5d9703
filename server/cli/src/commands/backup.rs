//! `atomoctl backup`.

mod point_in_time;
mod restore;

use std::time::Duration;

use model::{Backup, BackupId, OperationId, Page, ProjectId, SetAsideDatabase};
use reqwest::Method;

use super::{backup_policy, follow, now};
use crate::args::{BackupCommand, Follow};
use crate::client::{Accepted, Answer, Path};
use crate::failure::Failure;
use crate::session::Session;
use crate::{render, wait};

/// Runs the command.
pub async fn run(session: &Session, command: BackupCommand) -> Result<(), Failure> {
    match command {
        BackupCommand::Create { project, follow } => create(session, &project, follow).await,
        BackupCommand::List { project: Some(project) } => {
            let page = session.client.get::<Page<Backup>>(&backups_of(&project)).await?;
            session.console.answer(&page, |page| render::backup::rows(page, now()))
        }
        BackupCommand::List { project: None } => {
            let page = session.client.get::<Page<Backup>>(&Path::of(&["backups"])).await?;
            session.console.answer(&page, |page| render::backup::rows_of_all(page, now()))
        }
        BackupCommand::Show { backup } => show(session, backup).await,
        BackupCommand::Verify { backup, follow } => {
            let taken = session.client.post(&Path::of(&["backups", &backup.to_string(), "verify"])).await?;
            follow::command(session, taken, follow).await
        }
        BackupCommand::Window { project } => point_in_time::window(session, &project).await,
        BackupCommand::Restore(args) => restore::run(session, *args).await,
        BackupCommand::Undo { project, operation, follow } => {
            undo(session, &project, operation, follow).await
        }
        BackupCommand::Download { backup, output } => download(session, backup, &output).await,
        BackupCommand::Policy(command) => backup_policy::run(session, command).await,
        BackupCommand::Upload { file, project } => upload(session, &file, project.as_ref()).await,
        BackupCommand::DropTables { project, operation, follow } => {
            restore::drop_tables(session, &project, operation, follow).await
        }
        BackupCommand::Remove { backup } => {
            session.client.remove(&Path::of(&["backups", &backup.to_string()])).await?;
            let told = || format!("The backup {backup} and its archive are removed.");
            session.console.document(&serde_json::json!({"removed": backup}), told)
        }
    }
}

fn backups_of(project: &ProjectId) -> Path<'_> {
    Path::of(&["projects", project.as_str(), "backups"])
}

/// With `--wait`, prints the backup itself.
async fn create(session: &Session, project: &ProjectId, follow: Follow) -> Result<(), Failure> {
    let taken: Answer<Accepted> = session.client.post(&backups_of(project)).await?;
    let Some(limit) = follow.limit() else { return follow::command(session, taken, follow).await };
    let id = taken.value.operation.id;
    succeeded(session, id, limit).await?;
    let page = session.client.get::<Page<Backup>>(&backups_of(project)).await?.value;
    match page.items.into_iter().find(|backup| backup.operation_id == id) {
        Some(backup) => show(session, backup.id).await,
        None => Err(Failure::Usage(format!("The backup of the operation {id} was removed meanwhile."))),
    }
}

async fn succeeded(session: &Session, id: OperationId, limit: Duration) -> Result<(), Failure> {
    let over = wait::until_over(session, id, limit).await?.value;
    wait::outcome(&over)
}

async fn show(session: &Session, backup: BackupId) -> Result<(), Failure> {
    let backup = session.client.get::<Backup>(&Path::of(&["backups", &backup.to_string()])).await?;
    session.console.answer(&backup, |backup| render::backup::page(backup, now()))
}

async fn undo(
    session: &Session,
    project: &ProjectId,
    operation: Option<OperationId>,
    follow: Follow,
) -> Result<(), Failure> {
    let ways = Path::of(&["projects", project.as_str(), "set-aside-databases"]);
    let operation = if let Some(operation) = operation {
        operation
    } else {
        let ways = session.client.get::<Page<SetAsideDatabase>>(&ways).await?.value;
        let latest = ways.items.first().map(|way| way.operation_id);
        latest.ok_or_else(|| {
            Failure::Usage(format!("No restore of {project} can be undone. Nothing was sent."))
        })?
    };
    let path = Path::of(&["projects", project.as_str(), "restore-undo"]);
    let body = serde_json::json!({ "operation": operation });
    let taken = session.client.send(Method::POST, &path, &body).await?;
    follow::command(session, taken, follow).await
}

/// Sent as it is read. The server stores nothing of a file that has a fault.
async fn upload(
    session: &Session,
    file: &std::path::Path,
    project: Option<&ProjectId>,
) -> Result<(), Failure> {
    let file = tokio::fs::File::open(file).await?;
    let path = Path::of(&["backups", "upload"]).with("project", project);
    let backup = session.client.upload::<Backup>(&path, file).await?;
    session.console.answer(&backup, |backup| render::backup::page(backup, now()))
}

/// Written beside under a temporary name, so that an incomplete download has not the name of a complete one.
async fn download(session: &Session, backup: BackupId, output: &std::path::Path) -> Result<(), Failure> {
    if output.exists() {
        return Err(Failure::Usage(format!("{} exists. Nothing was downloaded.", output.display())));
    }
    let mut partial = output.as_os_str().to_owned();
    partial.push(".partial");
    let mut file = std::fs::File::create(&partial)?;
    let id = backup.to_string();
    let path = Path::of(&["backups", &id, "archive"]);
    session.client.copy(&path, |piece| Ok(std::io::Write::write_all(&mut file, piece)?)).await?;
    file.sync_all()?;
    std::fs::rename(&partial, output)?;
    let told = || format!("The archive is in {}.", output.display());
    session.console.document(&serde_json::json!({"downloaded": backup, "file": output}), told)
}

/// What was typed, if it is the id of the project.
fn confirmed(project: &ProjectId, typed: Option<String>) -> Result<String, Failure> {
    match typed {
        Some(typed) if typed == project.as_str() => Ok(typed),
        Some(_) => Err(Failure::Usage(format!("The typed text is not {project}. Nothing was sent."))),
        None => Err(Failure::Usage(format!(
            "A restore needs the project's id as confirmation. Nothing was sent. Repeat it with: --confirm {project}"
        ))),
    }
}
