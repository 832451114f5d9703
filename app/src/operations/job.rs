//! Progress and cancellation of a job.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::action::Scope;
use model::{Action, Lane, Operation, Progress, Target};

use super::api::CancelOperation;
use crate::components::{PostButton, Section};
use crate::session::may;

/// Progress and the Cancel button of a job; nothing for an operation that reconciles.
#[component]
pub(super) fn Job(operation: Operation) -> impl IntoView {
    let opens = operation.kind.action().unwrap_or(Action::OperationCancel);
    let project = Target::of(operation.project_id.as_ref());
    let target = if opens.scope() == Scope::Fleet { Target::Fleet } else { project };
    let is_open = operation.lane == Lane::Job && !operation.status.is_over();
    let open = is_open && may(Action::OperationCancel, project) && may(opens, target);
    let progress = operation.progress.clone().filter(|_| operation.lane == Lane::Job);
    view! {
        {progress.map(|progress| view! { <Section id="progress" title="Progress"><Bar progress/></Section> })}
        {open.then(|| view! { <div class="buttons"><CancelButton operation/></div> })}
    }
    .into_any()
}

#[component]
fn CancelButton(operation: Operation) -> impl IntoView {
    if operation.cancel_requested {
        return view! { <p class="soft">"Cancellation was requested. Completed steps stay."</p> }.into_any();
    }
    let fields = vec![("id", operation.id.to_string())];
    view! { <PostButton action=CancelOperation::url() fields text="Cancel the job" busy="Cancelling" icon="stop"/> }
        .into_any()
}

/// The bar, with the figures in words. Without a total it has no end.
#[component]
fn Bar(progress: Progress) -> impl IntoView {
    let (text, percent) = (progress.text(), progress.percent().map(|percent| percent.to_string()));
    view! {
        <div class="progress">
            <progress max="100" value=percent aria-label="Progress"></progress>
            <span>{text}</span>
        </div>
    }
    .into_any()
}
