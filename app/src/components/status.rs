//! Health, sync and outcome of an operation: each with colour, shape and word. They are never merged into one status.

use leptos::prelude::*;
use model::{Health, Operation, OperationStatus, StepStatus, Sync};

use super::Icon;
use crate::text::sentence;

/// The health of a project.
#[component]
pub(crate) fn HealthMark(
    health: Health,
    /// Text in place of the word, such as a count.
    #[prop(optional, into)]
    text: Option<String>,
) -> impl IntoView {
    let text = text.unwrap_or_else(|| sentence(health.as_str()));
    let spin = health == Health::Progressing;
    view! {
        <span class="status" data-health=health.as_str()>
            <Icon name=health.as_str() spin/>
            {text}
        </span>
    }
    .into_any()
}

/// Word for the style sheet, icon and text of a sync state.
pub(crate) fn sync_parts(sync: &Sync) -> (&'static str, &'static str, String) {
    match sync {
        Sync::Synced => ("synced", "synced", "Synced".to_owned()),
        Sync::Unknown => ("unknown", "unknown", "Unknown".to_owned()),
        Sync::OutOfSync(drifts) => {
            ("out-of-sync", "drift", crate::text::count(drifts.len(), "drift", "drifts"))
        }
        Sync::Progressing(_) => ("progressing", "progressing", "In progress".to_owned()),
    }
}

/// The sync state of a project.
#[component]
pub(crate) fn SyncMark(sync: Sync) -> impl IntoView {
    let (word, icon, text) = sync_parts(&sync);
    view! {
        <span class="status" data-sync=word>
            <Icon name=icon/>
            {text}
        </span>
    }
    .into_any()
}

/// The status of an operation.
#[component]
pub(crate) fn OperationMark(operation: Operation) -> impl IntoView {
    let (tone, icon) = tone_of(operation.status);
    let spin = operation.status == OperationStatus::Running;
    view! {
        <span class="status" data-tone=tone>
            <Icon name=icon spin/>
            {outcome(&operation)}
        </span>
    }
    .into_any()
}

const fn tone_of(status: OperationStatus) -> (&'static str, &'static str) {
    match status {
        OperationStatus::Waiting => ("unknown", "waiting"),
        OperationStatus::Running => ("move", "progressing"),
        OperationStatus::Succeeded => ("ok", "done"),
        OperationStatus::Failed => ("bad", "down"),
        OperationStatus::Cancelled | OperationStatus::Superseded => ("idle", "skipped"),
    }
}

fn outcome(operation: &Operation) -> String {
    let of = operation.steps.len();
    let at = operation.current().and_then(|step| operation.steps.iter().position(|other| other == step));
    let failed = operation.steps.iter().position(|step| step.status == StepStatus::Failed);
    match (operation.status, at) {
        (OperationStatus::Running, Some(at)) => format!("Running, step {} of {of}", at + 1),
        (OperationStatus::Succeeded, _) => "Done".to_owned(),
        (OperationStatus::Failed, _) => failed
            .map_or_else(|| "Failed".to_owned(), |failed| format!("Failed at step {} of {of}", failed + 1)),
        (status, _) => sentence(status.as_str()),
    }
}
