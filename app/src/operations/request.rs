//! The request of an operation: command, actor, subject.

use leptos::prelude::*;
use model::{Lane, Project};

use super::api::OperationView;
use super::outcome_text;
use crate::components::{Fact, Facts, Section, Sha, When};

/// The facts beside the steps.
#[component]
pub(super) fn RequestFacts(view: OperationView) -> impl IntoView {
    let (operation, project) = (view.operation, view.project.map(|view| view.project));
    let leave = (!operation.status.is_over()).then(|| {
        let text = outcome_text::leaving(&operation);
        view! { <Section id="leave" title="If you leave"><p class="soft">{text}</p></Section> }
    });
    let about = operation.project_id.clone();
    let request = operation.problem.as_ref().and_then(|problem| problem.request_id.clone());
    let desired = project.clone().filter(|project| project.generation == operation.generation);
    view! {
        <Section id="request" title="Request">
            <Facts>
                <Fact name="Requested by">{operation.actor.label()}</Fact>
                <Fact name="Requested"><When at=operation.requested_at/></Fact>
                {about.map(|id| view! { <Fact name="Project"><a class="link" href=format!("/projects/{id}")>{id.to_string()}</a></Fact> })}
                {desired.map(|project| view! { <DesiredState project/> })}
                {project.map(|project| view! { <Place project/> })}
                {(operation.lane == Lane::Converge).then(|| view! { <Fact name="Generation">{operation.generation}</Fact> })}
                {request.map(|request| view! { <Fact name="Request ID"><span class="mono">{request}</span></Fact> })}
                <Fact name="Operation ID"><span class="mono">{operation.id.to_string()}</span></Fact>
            </Facts>
        </Section>
        {leave}
    }
    .into_any()
}

/// The desired state of the project. Shown only for the newest operation.
#[component]
fn DesiredState(project: Project) -> impl IntoView {
    let hostname = project.hostname.map_or_else(|| "none".to_owned(), |host| host.to_string());
    view! {
        <Fact name="Hostname">{hostname}</Fact>
        <Fact name="Schema">
            <Sha commit=project.schema_ref.commit().clone()/>
            " "
            <span class="mono">{project.schema_ref.path().to_owned()}</span>
        </Fact>
    }
    .into_any()
}

#[component]
fn Place(project: Project) -> impl IntoView {
    view! {
        <Fact name="Driver">{project.driver}</Fact>
        <Fact name="Database"><span class="mono">{project.id.database()}</span>" on "{project.database_server}</Fact>
    }
    .into_any()
}
