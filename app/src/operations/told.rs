//! What the page of an operation says in sentences: what came of it, what was changed, what to do.

use model::{Operation, OperationKind, Project, Step, StepRecord, StepStatus};

/// What a success means.
pub(super) fn done(operation: &Operation) -> String {
    let project = operation.subject();
    match operation.kind {
        OperationKind::Create => format!("{project} runs and answers through the gateway"),
        OperationKind::Stop => format!("{project} is stopped"),
        OperationKind::Delete => {
            format!("{project} is deleted; its database, secrets and media are kept")
        }
        _ => format!("{project} is what was asked for"),
    }
}

/// What a failure has left behind, from the steps that were done.
pub(super) fn changed(operation: &Operation) -> String {
    let done: Vec<&str> = with(operation, StepStatus::Done).map(|record| record.step.title()).collect();
    let mut text = if done.is_empty() {
        "Nothing: no step was done.".to_owned()
    } else {
        format!("These steps are done and stay: {}.", done.join(", "))
    };
    let routed = |record: &StepRecord| matches!(record.step, Step::SyncRoute | Step::VerifyRoute);
    if operation.kind == OperationKind::Create && !with(operation, StepStatus::Done).any(routed) {
        text.push_str(" Nothing is public: no route was published.");
    }
    text
}

fn with(operation: &Operation, status: StepStatus) -> impl Iterator<Item = &StepRecord> {
    operation.steps.iter().filter(move |record| record.status == status)
}

/// What helps after a failure.
pub(super) fn remedy(operation: &Operation, project: Option<&Project>) -> String {
    const RETRY: &str = "Retry begins where it ended; steps that are done are not repeated.";
    match project {
        None => "The project is gone; nothing is left to do.".to_owned(),
        Some(project) if never_ran(operation, project) => format!(
            "If the schema is at fault: correct it, commit, and choose that commit here. {RETRY} Or remove what was created."
        ),
        Some(_) => RETRY.to_owned(),
    }
}

/// Whether a failed operation is of a project that has never run: its commit can be another one, and it can go.
pub(super) fn never_ran(operation: &Operation, project: &Project) -> bool {
    matches!(operation.kind, OperationKind::Create | OperationKind::Deploy)
        && project.schema_version.is_none()
}

/// What becomes of the work when nobody looks.
pub(super) fn leaving(operation: &Operation) -> String {
    let project = operation.subject();
    let shows = match operation.kind {
        OperationKind::Stop => "shows as Suspended in the fleet once it is stopped",
        OperationKind::Delete => "leaves the fleet; its database is then listed below it",
        _ => "shows as Progressing in the fleet",
    };
    format!("The work goes on. You find it under Operations, and {project} {shows}.")
}

#[cfg(test)]
mod tests;
