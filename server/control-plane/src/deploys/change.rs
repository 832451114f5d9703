//! The change itself: the project's row names the new version, the engine replaces the instance, and where that fails the row names
//! the former version again.

use model::{DatabaseName, DeployVersion, DesiredState, OperationKind, Problem, ProjectEdit, SystemEvent};
use serde_json::json;

use super::input::DeployInput;
use super::plan::version_of;
use super::problems;
use crate::backups::create::project;
use crate::backups::exchange::settled;
use crate::jobs::JobContext;
use crate::projects::locked::lock;
use crate::registry::{Event, NewOperation, ProjectRecord};
use crate::{Result, target};

/// Writes the new version into the row, in one transaction with the operation that brings it about. Repeated, it does nothing. From
/// here on the job is not cancelled.
pub(super) async fn begin(job: &JobContext<DeployInput>) -> Result<Option<String>> {
    let (inner, input) = (&job.inner, job.input());
    let record = project(job).await?;
    let id = &record.project.id;
    if version_of(&record) == input.to {
        return Ok(None); // the control plane ended between the transaction and its report
    }
    job.commit().await?;
    let (mut change, record) = lock(inner.registry.change_of(job.op(), id).await?, id).await?;
    change.in_term(inner.term).await?;
    if version_of(&record) != input.from || record.project.desired_state == DesiredState::Stopped {
        return Err(problems::changed_meanwhile(id).into());
    }
    let generation = change.edit_project(id, &edit(&input.to, &input.from), None).await?;
    change.deploy_changed(input.deploy).await?;
    if input.pause {
        change.end_maintenance(id, job.operation().id).await?;
    }
    let (mut change, record) = lock(change, id).await?;
    let steps = target::planned(inner, &record);
    let kind = OperationKind::Deploy;
    let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: None };
    let operation = change.open_operation(&new).await?;
    let detail = json!({
        "deploy": input.deploy, "operation": operation.id, "from": input.from.schema_ref.commit(),
        "to": input.to.schema_ref.commit(), "path": input.to.schema_ref.path(),
    });
    change.commit(Event { project: Some(id), action: SystemEvent::DeployBegun.into(), detail }).await?;
    Ok(Some(format!("operation {}", operation.id)))
}

/// Waits until the engine has replaced the instance, or has gone back to the former one: then the problem of the start.
pub(super) async fn done(job: &JobContext<DeployInput>) -> Result<Option<String>> {
    settled(job).await?.map_err(Into::into)
}

/// Gives the row the former version again, because the new one failed. The engine has returned to it already, so nothing is stopped,
/// unless the new instance was ready and is not what it should be. Waits until the project serves.
pub(super) async fn take_back(job: &JobContext<DeployInput>, problem: &Problem) -> Result<Problem> {
    let (inner, input) = (&job.inner, job.input());
    let id = &project(job).await?.project.id;
    let (mut change, record) = lock(inner.registry.change_of(job.op(), id).await?, id).await?;
    change.in_term(inner.term).await?;
    if version_of(&record) == input.to {
        let generation = change.edit_project(id, &edit(&input.from, &input.to), None).await?;
        let (mut change, record) = lock(change, id).await?;
        let steps = target::planned(inner, &record);
        let kind = OperationKind::Deploy;
        let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: None };
        change.open_operation(&new).await?;
        let detail = json!({
            "deploy": input.deploy, "operation": job.operation().id, "from": input.to.schema_ref.commit(),
            "to": input.from.schema_ref.commit(), "reason": problem.title,
        });
        change
            .commit(Event { project: Some(id), action: SystemEvent::DeployReturned.into(), detail })
            .await?;
    } else {
        drop(change);
    }
    match settled(job).await? {
        Ok(_) => Ok(problems::returned(problem, input.from.schema_ref.commit())),
        Err(second) => Ok(problems::not_returned(problem, &second)),
    }
}

/// The edit of the row from one version to another.
fn edit(to: &DeployVersion, from: &DeployVersion) -> ProjectEdit {
    ProjectEdit {
        schema_ref: (to.schema_ref != from.schema_ref).then(|| to.schema_ref.clone()),
        release: (to.release != from.release).then(|| to.release.clone()),
        ..ProjectEdit::default()
    }
}

/// Drops the NOT NULL of columns that the new schema leaves over. Repeated, it does nothing.
pub(super) async fn free_columns(
    job: &JobContext<DeployInput>,
    record: &ProjectRecord,
) -> Result<Option<String>> {
    let input = job.input();
    let copies = &job.ports().postgres.of(input.database_server.as_str())?.copies;
    let database = DatabaseName::main(record.project.id.clone());
    copies.drop_not_null(&database, record.database_oid, &input.free).await?;
    let names: Vec<String> = input.free.iter().map(|(table, column)| format!("{table}.{column}")).collect();
    Ok(Some(names.join(", ")))
}
