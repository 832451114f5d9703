//! The steps of operations, addressed by (operation, ordinal): the same step may occur at several places.

use std::collections::HashMap;

use model::{OperationId, PlannedStep, StepRecord, StepStatus};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{RegistryError, Result};

#[cfg(test)]
mod tests;

/// The steps of these operations, in order, in one query.
pub(super) async fn of(
    connection: &mut PgConnection,
    operations: &[Uuid],
) -> Result<HashMap<OperationId, Vec<StepRecord>>> {
    let rows = sqlx::query!(
        "select operation_id, ordinal, step, status, reason, attempts, started_at, finished_at, note
         from operation_steps where operation_id = any ($1) order by operation_id, ordinal",
        operations
    )
    .fetch_all(connection)
    .await
    .map_err(RegistryError::sql("reading steps"))?;
    let mut steps: HashMap<OperationId, Vec<StepRecord>> = HashMap::new();
    for row in rows {
        let fault = |reason: String| RegistryError::Row {
            table: "operation_steps",
            id: row.operation_id.to_string(),
            reason,
        };
        let step = StepRecord {
            ordinal: row.ordinal,
            step: row.step.parse().map_err(|e| fault(format!("step: {e}")))?,
            status: row.status.parse().map_err(|e| fault(format!("status: {e}")))?,
            reason: row.reason,
            started_at: row.started_at,
            finished_at: row.finished_at,
            note: row.note,
            attempts: row.attempts,
        };
        steps.entry(row.operation_id.into()).or_default().push(step);
    }
    Ok(steps)
}

/// Adds steps behind those that the operation has.
pub(super) async fn append(
    connection: &mut PgConnection,
    operation: Uuid,
    steps: &[PlannedStep],
) -> Result<()> {
    let names: Vec<String> = steps.iter().map(|planned| planned.step.to_string()).collect();
    let reasons: Vec<Option<String>> = steps.iter().map(|planned| planned.reason.clone()).collect();
    sqlx::query!(
        "insert into operation_steps (operation_id, ordinal, step, status, reason)
         select $1, (select coalesce(max(ordinal), 0) from operation_steps where operation_id = $1) + ordinal::int,
                step, 'waiting', reason
         from unnest($2::text[], $3::text[]) with ordinality as s (step, reason, ordinal)",
        operation,
        &names,
        &reasons as &[Option<String>]
    )
    .execute(connection)
    .await
    .map_err(RegistryError::sql("adding steps"))?;
    Ok(())
}

/// Makes `plan` the steps that the operation has still to do, and returns their ordinals, in order.
///
/// A plan that repeats the end of the last one keeps its places, so that a thousand attempts leave as many rows as one.
/// Otherwise the plan stands behind what was begun, so that the list shows the steps in the order in which they were done.
pub(super) async fn replan(
    connection: &mut PgConnection,
    operation: Uuid,
    plan: &[PlannedStep],
) -> Result<Vec<i32>> {
    let id = OperationId::from(operation);
    let steps = of(connection, &[operation]).await?.remove(&id).unwrap_or_default();
    let places = places(&steps, plan);
    end_interrupted(connection, operation, &interrupted(&steps, &places, plan)).await?;
    let known = places.last().copied().or_else(|| begun(&steps).last().map(|record| record.ordinal));
    remove_unbegun(connection, operation, known.unwrap_or_default()).await?;
    if !places.is_empty() {
        return Ok(places);
    }
    append(connection, operation, plan).await?;
    let first = known.unwrap_or_default() + 1;
    Ok((first..).take(plan.len()).collect())
}

/// How the steps under way outside of these places ended, because the control plane died before it reported them. One that is
/// planned again at another place is skipped here; another one was done, because nothing differs any more.
fn interrupted(steps: &[StepRecord], places: &[i32], plan: &[PlannedStep]) -> Vec<(i32, StepStatus)> {
    let is_planned = |record: &StepRecord| plan.iter().any(|planned| planned.step == record.step);
    let is_interrupted =
        |record: &&StepRecord| record.status == StepStatus::Running && !places.contains(&record.ordinal);
    let ended = |record| if is_planned(record) { StepStatus::Skipped } else { StepStatus::Done };
    steps.iter().filter(is_interrupted).map(|record| (record.ordinal, ended(record))).collect()
}

async fn end_interrupted(
    connection: &mut PgConnection,
    operation: Uuid,
    ended: &[(i32, StepStatus)],
) -> Result<()> {
    if ended.is_empty() {
        return Ok(());
    }
    let (ordinals, statuses): (Vec<i32>, Vec<String>) =
        ended.iter().map(|(ordinal, status)| (*ordinal, status.as_str().to_owned())).unzip();
    sqlx::query!(
        "update operation_steps s set finished_at = now(), status = e.status
         from unnest($2::int[], $3::text[]) as e (ordinal, status)
         where s.operation_id = $1 and s.ordinal = e.ordinal",
        operation,
        &ordinals,
        &statuses
    )
    .execute(connection)
    .await
    .map_err(RegistryError::sql("ending interrupted steps"))?;
    Ok(())
}

/// The steps up to the last one that was ever begun.
fn begun(steps: &[StepRecord]) -> &[StepRecord] {
    let last = steps.iter().rposition(|record| record.status != StepStatus::Waiting || record.attempts > 0);
    &steps[..last.map_or(0, |last| last + 1)]
}

/// The ordinals at which the plan stands already: at the end of all steps, or of those that were begun. Empty where it
/// stands at neither.
fn places(steps: &[StepRecord], plan: &[PlannedStep]) -> Vec<i32> {
    for steps in [steps, begun(steps)] {
        let Some(first) = steps.len().checked_sub(plan.len()) else { continue };
        let end = &steps[first..];
        if end.iter().map(|record| record.step).eq(plan.iter().map(|planned| planned.step)) {
            return end.iter().map(|record| record.ordinal).collect();
        }
    }
    Vec::new()
}

/// Removes the steps behind this ordinal, none of which was ever begun.
async fn remove_unbegun(connection: &mut PgConnection, operation: Uuid, behind: i32) -> Result<()> {
    sqlx::query!(
        "delete from operation_steps where operation_id = $1 and ordinal > $2 and status = 'waiting' and attempts = 0",
        operation,
        behind
    )
    .execute(connection)
    .await
    .map_err(RegistryError::sql("removing steps"))?;
    Ok(())
}
