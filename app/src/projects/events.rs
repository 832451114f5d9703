//! Events of a project, each with its actor.

use leptos::prelude::*;
use model::{Action, Actor, ProjectEvent};

use super::api::get_events;
use super::head::ProjectPage;
use crate::address::Address;
use crate::components::{Empty, PagedList, Table, When, cursor, main_content};
use crate::document::Document;
use crate::text::{NONE, sentence};

/// The page. It also lists the events of a deleted project.
pub(crate) async fn events_page() -> Document {
    let events = async { get_events(ProjectPage::id()?, cursor()).await };
    let (page, events) = futures::join!(ProjectPage::load(), events);
    let list = main_content(events, true, |page| {
        let path = Address::current().path;
        view! { <PagedList path next=page.next_cursor><EventRows events=page.items/></PagedList> }
    });
    page.document("Events of ", view! { <div class="page" data-page="events">{list}</div> })
}

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
    view! { <Table label="Events, newest first" heads>{rows}</Table> }.into_any()
}

#[component]
fn Row(event: ProjectEvent, with_project: bool) -> impl IntoView {
    let actor = event.actor.map_or_else(|| NONE.to_owned(), |actor| named(&actor));
    let project = event.project_id.map_or_else(
        || "fleet".into_any(),
        |id| view! { <a class="link" href=format!("/projects/{id}")>{id.to_string()}</a> }.into_any(),
    );
    view! {
        <tr data-row=event.id.to_string()>
            <td class="num faint mono">{event.id}</td>
            <td class="nowrap"><When at=event.at/></td>
            <td class="nowrap">{actor}</td>
            {with_project.then(|| view! { <td class="nowrap">{project}</td> })}
            <th scope="row" class="nowrap">{what(&event.action)}</th>
            <td class="soft detail">{event.detail.map(|detail| detail_text(&detail))}</td>
        </tr>
    }
    .into_any()
}

/// What happened: the words of an action, or the event's own word.
fn what(action: &str) -> String {
    action
        .parse::<Action>()
        .map_or_else(|_| sentence(&action.replace('_', " ")), |known| sentence(known.doing()))
}

/// An operator by e-mail address, a part of the platform capitalised.
fn named(actor: &Actor) -> String {
    match actor {
        Actor::Operator(_) | Actor::Token { .. } => actor.label(),
        Actor::Reconciler | Actor::Registry | Actor::Schedule | Actor::Host => sentence(&actor.label()),
    }
}

/// The detail of an event in one line: `hostname crm.example.com, reuse database no`.
fn detail_text(detail: &serde_json::Value) -> String {
    let Some(facts) = detail.as_object() else { return plain(detail) };
    let fact =
        |(name, value): (&String, &serde_json::Value)| format!("{} {}", name.replace('_', " "), plain(value));
    facts
        .iter()
        .filter(|(name, value)| !value.is_null() && *name != "operation")
        .map(fact)
        .collect::<Vec<_>>()
        .join(", ")
}

fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(" "),
        Value::Object(facts) => facts.values().map(plain).collect::<Vec<_>>().join(" "),
        Value::Null => NONE.to_owned(),
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests;
