//! Drift: context, call, answer.

use leptos::prelude::*;
use model::{
    AcceptDraft, DriftFilter, DriftFinding, DriftFindingId, FixOutcome, ProjectDrift, ProjectId, SnoozeDraft,
};

use crate::error::AppError;

/// The findings that the filter admits.
pub(crate) async fn get_findings(filter: DriftFilter) -> Result<Vec<DriftFinding>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.drift().list(&context.op, &filter).await })
        .await
}

/// One finding.
pub(crate) async fn get_finding(id: DriftFindingId) -> Result<DriftFinding, AppError> {
    crate::call_context::ask(|context| async move { context.plane.drift().get(&context.op, id).await }).await
}

/// The levels and findings of a project.
pub(crate) async fn get_project_drift(id: ProjectId) -> Result<ProjectDrift, AppError> {
    crate::call_context::ask(|context| async move { context.plane.drift().project(&context.op, &id).await })
        .await
}

/// Checks every level of a project now.
#[server(prefix = "/actions", endpoint = "check_drift")]
pub(crate) async fn check_drift(id: ProjectId) -> Result<(), AppError> {
    let check = |context: crate::call_context::CallContext| async move {
        context.plane.drift().check(&context.op, &id).await
    };
    crate::call_context::command((), check, |drift| format!("/projects/{}/drift", drift.project_id)).await
}

/// Accepts a finding.
#[server(prefix = "/actions", endpoint = "accept_drift")]
pub(crate) async fn accept_drift(id: DriftFindingId, reason: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "reason": reason });
    let accept = |context: crate::call_context::CallContext| async move {
        context.plane.drift().accept(&context.op, id, &AcceptDraft { reason }).await
    };
    crate::call_context::command(typed, accept, page).await
}

/// Snoozes a finding for some days.
#[server(prefix = "/actions", endpoint = "snooze_drift")]
pub(crate) async fn snooze_drift(id: DriftFindingId, days: u32, reason: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "reason": reason });
    let snooze = |context: crate::call_context::CallContext| async move {
        context.plane.drift().snooze(&context.op, id, &SnoozeDraft { days, reason }).await
    };
    crate::call_context::command(typed, snooze, page).await
}

/// Opens the operation that closes a finding.
#[server(prefix = "/actions", endpoint = "fix_drift")]
pub(crate) async fn fix_drift(id: DriftFindingId) -> Result<(), AppError> {
    let fix = |context: crate::call_context::CallContext| async move {
        context.plane.drift().fix(&context.op, id).await
    };
    let next = |outcome: &FixOutcome| {
        let operation = outcome.operation.as_ref();
        operation.map_or_else(|| format!("/drift/{id}"), |operation| format!("/operations/{}", operation.id))
    };
    crate::call_context::command((), fix, next).await
}

fn page(finding: &DriftFinding) -> String {
    format!("/drift/{}", finding.id)
}
