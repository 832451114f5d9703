//! The table of events: each is a sentence, with its detail one click away.

use leptos::prelude::*;
use model::{Actor, OperationId, ProjectEvent};
use serde_json::{Value, json};

use crate::components::{Empty, Table, When};
use crate::text::{NONE, sentence};

/// Events, newest first.
#[component]
pub(crate) fn EventRows(
    events: Vec<ProjectEvent>,
    /// Whether the events are of several projects.
    #[prop(optional)]
    with_project: bool,
) -> impl IntoView {
    if events.is_empty() {
        return view! { <Empty icon="info" title="No event yet" detail="Every command and every change of state is recorded here with its actor."/> }.into_any();
    }
    let rows = events.into_iter().map(|event| view! { <Row event with_project/> }).collect_view();
    let heads: &[&str] = if with_project {
        &["No.", "Time", "Actor", "Project", "Event", "Details"]
    } else {
        &["No.", "Time", "Actor", "Event", "Details"]
    };
    view! { <Table label="Events, newest first" heads stack=true>{rows}</Table> }.into_any()
}

#[component]
fn Row(event: ProjectEvent, with_project: bool) -> impl IntoView {
    let actor = event.actor.as_ref().map_or_else(|| NONE.to_owned(), named);
    let project = event.project_id.as_ref().map_or_else(
        || "fleet".into_any(),
        |id| view! { <a class="link" href=format!("/projects/{id}")>{id.to_string()}</a> }.into_any(),
    );
    let (id, at) = (event.id, event.at);
    view! {
        <tr data-row=id.to_string()>
            <td class="num faint mono">{id}</td>
            <td class="nowrap"><When at/></td>
            <td class="nowrap">{actor}</td>
            {with_project.then(|| view! { <td class="nowrap">{project}</td> })}
            <th scope="row" class="event">{event.sentence.clone()}</th>
            <td class="detail"><Details event/></td>
        </tr>
    }
    .into_any()
}

/// Action and detail as they are recorded, and the operation that the event belongs to.
#[component]
fn Details(event: ProjectEvent) -> impl IntoView {
    let operation = operation(event.detail.as_ref())
        .map(|id| view! { <p><a class="link" href=format!("/operations/{id}")>"Show the operation"</a></p> });
    // the id keeps an open detail at its event while rows are merged
    let (id, summary) = (format!("event-{}", event.id), format!(" of event {}", event.id));
    let recorded = recorded(&event);
    view! {
        <details id=id>
            <summary>"Details"<span class="visually-hidden">{summary}</span></summary>
            <pre class="code" tabindex="0">{recorded}</pre>
            {operation}
        </details>
    }
    .into_any()
}

/// The recorded action, actor and detail as JSON.
fn recorded(event: &ProjectEvent) -> String {
    let ProjectEvent { action, actor, detail, .. } = event;
    let value = json!({"action": action, "actor": actor, "detail": detail});
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

/// The operation that an event names.
fn operation(detail: Option<&Value>) -> Option<OperationId> {
    detail?.get("operation")?.as_str()?.parse().ok()
}

/// An operator by e-mail address, a part of the platform capitalised.
fn named(actor: &Actor) -> String {
    match actor {
        Actor::Operator(_) | Actor::Token { .. } => actor.label(),
        Actor::Reconciler | Actor::Registry | Actor::Schedule | Actor::Host => sentence(&actor.label()),
    }
}

#[cfg(test)]
mod tests;
