//! `atomoctl backup restore`: into the backup's project, to a time, or as another project.

use model::{
    Backup, BackupId, NewProjectPlan, OperationId, ProjectId, RestoreDraft, RestoreNewDraft, TablesDraft,
};
use reqwest::Method;

use super::super::{follow, now};
use super::{confirmed, point_in_time};
use crate::args::{Follow, RestoreArgs};
use crate::client::Path;
use crate::failure::Failure;
use crate::session::Session;
use crate::{input, render};

/// Runs the command.
pub async fn run(session: &Session, args: RestoreArgs) -> Result<(), Failure> {
    let RestoreArgs { follow, confirm, .. } = args;
    if let (Some(project), Some(at)) = (args.project, args.at) {
        let draft = point_in_time::draft(at, !args.without_backup);
        return point_in_time::restore(session, &project, confirm, draft, follow).await;
    }
    let Some(backup) = args.backup else {
        return Err(Failure::Usage("A backup, or --project and --at, is needed. Nothing was sent.".into()));
    };
    if !args.tables.is_empty() {
        let path = backup.to_string();
        let path = Path::of(&["backups", &path, "restore-tables"]);
        let taken = session.client.post_once(&path, &TablesDraft { tables: args.tables }).await?;
        return follow::command(session, taken, follow).await;
    }
    let Some(id) = args.new_id else {
        return restore(session, backup, confirm, (!args.without_backup, !args.keep_schema), follow).await;
    };
    let draft = RestoreNewDraft {
        id,
        display_name: args.display_name.unwrap_or_default(),
        hostname: args.hostname.unwrap_or_default(),
        database_server: args.database_server.unwrap_or_default(),
        ..RestoreNewDraft::default()
    };
    restore_new(session, backup, &draft, follow).await
}

/// Drops a database with restored tables.
pub async fn drop_tables(
    session: &Session,
    project: &ProjectId,
    operation: OperationId,
    follow: Follow,
) -> Result<(), Failure> {
    let path = Path::of(&["projects", project.as_str(), "side-database-drop"]);
    let draft = serde_json::json!({ "operation": operation });
    let taken = session.client.post_once(&path, &draft).await?;
    follow::command(session, taken, follow).await
}

async fn restore(
    session: &Session,
    id: BackupId,
    confirm: Option<String>,
    (backup_first, with_schema): (bool, bool),
    follow: Follow,
) -> Result<(), Failure> {
    let id = id.to_string();
    let backup = session.client.get::<Backup>(&Path::of(&["backups", &id])).await?.value;
    let project = &backup.project_id;
    let prompt = format!(
        "{}\nType {project} to restore it: ",
        render::backup::consequence(&backup, backup_first, now())
    );
    let typed = match confirm {
        Some(typed) => Some(typed),
        None => input::asked(&prompt, "the confirmation")?,
    };
    let typed = confirmed(project, typed)?;
    let draft = RestoreDraft { confirm: typed, backup_first, with_schema };
    let taken = session.client.send(Method::POST, &Path::of(&["backups", &id, "restore"]), &draft).await?;
    follow::command(session, taken, follow).await
}

/// Says which variables are left out, because a new project without them may not start.
async fn restore_new(
    session: &Session,
    backup: BackupId,
    draft: &RestoreNewDraft,
    follow: Follow,
) -> Result<(), Failure> {
    let id = backup.to_string();
    let plan = Path::of(&["backups", &id, "new-project-plan"]);
    let plan = session.client.get::<NewProjectPlan>(&plan).await?.value;
    if !plan.left_out.is_empty() && !session.console.is_json() {
        let names: Vec<String> = plan.left_out.iter().map(ToString::to_string).collect();
        let names = names.join(", ");
        session
            .console
            .note(&format!("Secrets are not copied. Set these variables of {} yourself: {names}", draft.id));
    }
    let taken = session.client.post_once(&Path::of(&["backups", &id, "restore-new"]), draft).await?;
    follow::command(session, taken, follow).await
}
