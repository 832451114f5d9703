//! Sentences of the operation page: result, changes, remedy.

use model::{Lane, Operation, OperationKind, OperationStatus, Project, Step, StepRecord, StepStatus};

/// The sentence for a success.
pub(super) fn done(operation: &Operation) -> String {
    let project = operation.subject();
    match operation.kind {
        OperationKind::Create => format!("{project} is running and reachable through the gateway"),
        OperationKind::Stop => format!("{project} is stopped"),
        OperationKind::Delete if is_in_trash(operation) => {
            format!("{project} was deleted; its database, secrets and media are in the trash")
        }
        OperationKind::Delete => {
            format!("{project} was deleted; its database, secrets and media are retained")
        }
        OperationKind::OrphanRemove => {
            format!("The instance of {project} was removed; media, schema folder, database and secrets stay")
        }
        OperationKind::BackupCreate => {
            format!("The backup of {project} is complete; its verification follows")
        }
        OperationKind::BackupVerify => {
            format!("The backup of {project} was restored into a copy and is equal to what was backed up")
        }
        OperationKind::BackupRestore => {
            format!("{project} has the data of the backup; the database from before is set aside")
        }
        OperationKind::RestoreNew | OperationKind::ProjectClone | OperationKind::SchemaUpdate => {
            of_versions(operation.kind, project)
        }
        OperationKind::TablesRestore => {
            format!(
                "The tables are in a database beside that of {project}; its page of backups says how to connect"
            )
        }
        OperationKind::RestoreUndo => format!("{project} has the data from before the restore again"),
        OperationKind::DatabaseDrop => "The database that was set aside was dropped".to_owned(),
        OperationKind::FleetBackup | OperationKind::BaseBackup => of_servers(operation.kind).to_owned(),
        OperationKind::ProjectDrop => {
            format!("{project} is in the trash; its database, secrets and media exist until they are dropped")
        }
        OperationKind::ProjectUndelete => format!("{project} is back, with the data that it had"),
        OperationKind::SecretsMigrate => "The secrets were moved, or the former store was emptied".to_owned(),
        _ => format!("{project} matches its desired state"),
    }
}

/// The sentence for a project that runs what it did not run before.
fn of_versions(kind: OperationKind, project: impl std::fmt::Display) -> String {
    match kind {
        OperationKind::RestoreNew => format!("{project} is created, has the data of the backup, and runs"),
        OperationKind::ProjectClone => format!("{project} is created, has the data of its source, and runs"),
        _ => format!("{project} runs the deployed version; server and database are what its schema declares"),
    }
}

/// The sentence for a backup that is of no project.
const fn of_servers(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::FleetBackup => "The backup of the control plane was taken and proved",
        _ => "The base backup is verified; restores to a time can start from it",
    }
}

/// Whether the database of a deleted project was moved to the trash before its instance was removed.
fn is_in_trash(operation: &Operation) -> bool {
    let note = |record: &StepRecord| record.note.as_ref().is_some_and(|note| note.contains("in the trash"));
    operation.steps.iter().any(|record| record.step == Step::KeepDatabase && note(record))
}

/// What a failed operation has changed, from its finished steps.
pub(super) fn changed(operation: &Operation) -> String {
    let done: Vec<&str> = with(operation, StepStatus::Done).map(|record| record.step.title()).collect();
    let mut text = if done.is_empty() {
        "Nothing: no step was done.".to_owned()
    } else if operation.lane == Lane::Job && leaves_the_project(operation) {
        format!("Nothing of the project. Done were: {}.", done.join(", "))
    } else {
        format!("These steps are done and stay: {}.", done.join(", "))
    };
    let routed = |record: &StepRecord| matches!(record.step, Step::SyncRoute | Step::VerifyRoute);
    if operation.kind == OperationKind::Create && !with(operation, StepStatus::Done).any(routed) {
        text.push_str(" Nothing is public: no route was published.");
    }
    text
}

/// Whether a job of backups has changed nothing of the project: every change comes with the exchange of the databases.
fn leaves_the_project(operation: &Operation) -> bool {
    match operation.kind {
        OperationKind::BackupCreate | OperationKind::BackupVerify | OperationKind::TablesRestore => true,
        OperationKind::BackupRestore | OperationKind::RestoreUndo => {
            !with(operation, StepStatus::Done).any(|record| record.step == Step::SwapDatabase)
        }
        OperationKind::ProjectDrop => {
            !with(operation, StepStatus::Done).any(|record| record.step == Step::TrashDatabase)
        }
        _ => false,
    }
}

fn with(operation: &Operation, status: StepStatus) -> impl Iterator<Item = &StepRecord> {
    operation.steps.iter().filter(move |record| record.status == status)
}

/// The remedy for a failure.
pub(super) fn remedy(operation: &Operation, project: Option<&Project>) -> String {
    const RETRY: &str = "Retry continues at the failed step; finished steps are not repeated.";
    match project {
        _ if is_in_place(operation) => "The data is in its place, and the one from before is set aside: undo the restore, or correct the cause and \
             start the project."
            .to_owned(),
        _ if operation.kind == OperationKind::BackupVerify => {
            "This backup proves nothing. Take another one, and verify it.".to_owned()
        }
        _ if operation.lane == Lane::Job => {
            "Fix the cause named above, then request the job again. Completed work is not repeated."
                .to_owned()
        }
        None => "The project no longer exists; no action is needed.".to_owned(),
        Some(project) if never_ran(operation, project) => format!(
            "If the schema is wrong, correct it, commit, and choose that commit here. {RETRY} Or remove what was created."
        ),
        Some(project) if project.retryable() == Some(operation.id) => RETRY.to_owned(),
        Some(project) => overtaken(project),
    }
}

/// Whether a restore has failed after its data was taken into use, so that an undo helps.
pub(super) fn is_in_place(operation: &Operation) -> bool {
    operation.kind == OperationKind::BackupRestore
        && operation.status != OperationStatus::Succeeded
        && with(operation, StepStatus::Done).any(|record| record.step == Step::UpdateProject)
}

/// The remedy for a failure whose retry would not help now.
fn overtaken(project: &Project) -> String {
    let id = &project.id;
    if project.reconciliation.exclusive_job.is_some() {
        return format!("A job holds {id}. Retry when it is over.");
    }
    if project.is_changing() {
        return format!("Nothing: a later change of {id} is in progress.");
    }
    match project.problem {
        Some(_) => format!("A later operation of {id} has failed; see its page."),
        None => format!("Nothing: a later operation of {id} has taken the place of this one."),
    }
}

/// Whether the project of a failed operation has never run: its commit can still be changed, and it can be removed.
pub(super) fn never_ran(operation: &Operation, project: &Project) -> bool {
    matches!(operation.kind, OperationKind::Create | OperationKind::Deploy)
        && project.schema_version.is_none()
}

/// What happens to the operation when the operator leaves the page.
pub(super) fn leaving(operation: &Operation) -> String {
    let project = operation.subject();
    if operation.lane == Lane::Job {
        return "The job continues, also after a restart of the control plane. It is listed under Operations."
            .to_owned();
    }
    let shows = match operation.kind {
        OperationKind::Stop => "shows as Suspended in the fleet once it is stopped",
        OperationKind::Delete => "leaves the fleet; its database is then listed below it",
        _ => "shows as Progressing in the fleet",
    };
    format!("The operation continues. It is listed under Operations, and {project} {shows}.")
}

#[cfg(test)]
mod tests;
