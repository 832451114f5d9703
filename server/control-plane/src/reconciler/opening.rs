//! Operations that the engine opens itself, with the event that says why.

use model::{
    Actor, Difference, Exit, InstanceDifference, Operation, OperationKind, PlannedStep, ProjectId,
    SystemEvent,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::registry::{Change, Event, NewOperation};
use crate::target::ReconcileTarget;
use crate::{Inner, OpContext, Result};

/// Restarts after the end of an instance are counted over this time.
const RESTARTS_WITHIN: Duration = Duration::hours(1);

/// Opens an operation for an observed difference or for a row that was edited by SQL. `None` if the generation has changed
/// since the observation: the operation of the newer generation must not be superseded.
pub(super) async fn open(
    inner: &Inner,
    target: &ReconcileTarget,
    differences: &[Difference],
    steps: &[PlannedStep],
) -> Result<Option<Operation>> {
    let project = &target.record.project;
    if inner.registry.open_operation(&project.id).await?.is_some() {
        return Ok(None); // a command was committed between the read of operations and that of the row
    }
    let mut change = inner.registry.change(&OpContext::platform(unrequested(target.due))).await?;
    change.in_term(inner.term).await?;
    let now = change.lock_project(&project.id).await?;
    if now.is_none_or(|now| now.project.generation != project.generation) {
        return Ok(None);
    }
    let new = NewOperation {
        project: &project.id,
        kind: OperationKind::Converge,
        generation: project.generation,
        steps,
        idempotency_key: None,
    };
    let operation = change.open_operation(&new).await?;
    let words: Vec<_> = steps.iter().map(|planned| planned.step).collect();
    let revision = target.record.running.as_ref().filter(|_| target.returned).map(|it| it.number);
    let reasons: Vec<String> = differences.iter().map(Difference::reason).collect();
    let exit = exit(differences);
    let restarts = if exit.is_some() { restarts(&mut change, &project.id).await? } else { None };
    let detail = json!({
        "operation": operation.id, "steps": words, "revision": revision, "reasons": reasons,
        "exit": exit.map(manner), "restarts": restarts,
    });
    let action = if target.returned { SystemEvent::Return } else { SystemEvent::Converge };
    change.commit(Event { project: Some(&project.id), action: action.into(), detail }).await?;
    Ok(Some(operation))
}

/// The actor of work that no operator requested: `Registry` for an edit by SQL, `Reconciler` for an observed difference.
pub(super) const fn unrequested(due: bool) -> Actor {
    if due { Actor::Registry } else { Actor::Reconciler }
}

/// How the instance ended, if that is what differs.
fn exit(differences: &[Difference]) -> Option<&Exit> {
    differences.iter().find_map(|difference| match difference {
        Difference::Instance(InstanceDifference::Ended(exit)) => Some(exit),
        _ => None,
    })
}

/// The exit without its time, which the event has itself.
fn manner(exit: &Exit) -> Value {
    let Exit { code, signal, out_of_memory, at: _ } = exit;
    json!({"code": code, "signal": signal, "out_of_memory": out_of_memory})
}

/// How often the project was restarted within [`RESTARTS_WITHIN`], this time included, and in how many seconds; `None` for the
/// first time.
async fn restarts(change: &mut Change, id: &ProjectId) -> Result<Option<Value>> {
    let now = OffsetDateTime::now_utc();
    let earlier = change.restarts_since(id, now - RESTARTS_WITHIN).await?;
    let first = earlier.iter().min().copied();
    Ok(first
        .map(|first| json!({"count": earlier.len() + 1, "within_s": (now - first).whole_seconds().max(0)})))
}
