//! The steps of an operation. All are listed from the start, so the layout does not move.

use leptos::prelude::*;
use model::{StepRecord, StepStatus};

use super::{Elapsed, Icon};

/// The steps in order.
#[component]
pub(crate) fn Steps(steps: Vec<StepRecord>) -> impl IntoView {
    view! { <ol class="steps">{steps.into_iter().map(|step| view! { <OneStep step/> }).collect_view()}</ol> }
        .into_any()
}

#[component]
fn OneStep(step: StepRecord) -> impl IntoView {
    let (icon, label) = mark(step.status);
    let time = match (step.status, step.started_at) {
        (StepStatus::Skipped, _) => view! { "not run" }.into_any(),
        (StepStatus::Waiting, _) | (_, None) => ().into_any(),
        (_, Some(from)) => view! { <Elapsed from to=step.finished_at/> }.into_any(),
    };
    view! {
        <li data-step=step.status.as_str()>
            <Icon name=icon label spin=step.status == StepStatus::Running/>
            <span class="step-name">{step.step.title()}</span>
            <span class="step-time">{time}</span>
            <div class="step-note">{note(&step)}</div>
        </li>
    }
    .into_any()
}

const fn mark(status: StepStatus) -> (&'static str, &'static str) {
    match status {
        StepStatus::Waiting => ("waiting", "waiting"),
        StepStatus::Running => ("progressing", "running"),
        StepStatus::Done => ("done", "done"),
        StepStatus::Failed => ("down", "failed"),
        StepStatus::Skipped => ("skipped", "not run"),
    }
}

fn note(step: &StepRecord) -> String {
    let tries = (step.attempts > 1).then(|| format!("attempt {}", step.attempts));
    [step.note.clone(), tries].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
