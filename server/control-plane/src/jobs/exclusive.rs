//! Exclusive jobs: one job alone may touch the instance and database of a project.

use model::{OperationId, Problem, ProblemKind, ProjectId};

use crate::Result;
use crate::registry::{Change, Exclusive, ProjectRecord};

/// Refuses a command that would touch instance or database while an exclusive job is open. The record was read under the
/// lock of its row, so the answer holds until the change is over.
pub(crate) fn refuse_while_exclusive(record: &ProjectRecord) -> Result<()> {
    match record.exclusive_job {
        Some(job) => Err(in_the_way(&record.project.id, job).into()),
        None => Ok(()),
    }
}

/// Locks the project of a job that is about to be opened, and refuses while it is being deleted or carries an exclusive job.
/// An exclusive job is also refused while any other is open, and without a project.
pub(super) async fn admit(
    change: &mut Change,
    project: Option<&ProjectId>,
    exclusive: Exclusive,
) -> Result<()> {
    let alone = exclusive != Exclusive::No;
    let Some(id) = project else { return if alone { Err(without_project().into()) } else { Ok(()) } };
    let Some(record) = change.lock_project(id).await? else {
        return if alone { Err(Problem::not_found(format!("project {id}")).into()) } else { Ok(()) };
    };
    if record.delete_requested_at.is_some() {
        let detail = format!("Nothing was changed. {id} is being deleted.");
        return Err(Problem::new(ProblemKind::Conflict, "The project is being deleted", detail).into());
    }
    refuse_while_exclusive(&record)?;
    match change.open_job_on(id, None).await? {
        Some(job) if alone => Err(in_the_way(id, job).into()),
        _ => Ok(()),
    }
}

fn in_the_way(id: &ProjectId, job: OperationId) -> Problem {
    let detail = format!(
        "Nothing was changed. A job works on {id} and must not be disturbed. Wait until it is over, or cancel it."
    );
    let problem = Problem::new(ProblemKind::Conflict, "A job is working on the project", detail);
    Problem { operation: Some(job), ..problem }
}

fn without_project() -> Problem {
    let detail = "Nothing was changed. An exclusive job needs a project.";
    Problem::new(ProblemKind::Internal, "A job without its project", detail)
}
