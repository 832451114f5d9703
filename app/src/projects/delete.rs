//! Delete and retain the database. The operator types the project id.

use leptos::prelude::*;
use model::{Action, Project, Target};

use super::api::{DeleteProject, ProjectView, get_project};
use super::form::deletion::check;
use super::head::project_id;
use crate::components::{Attempt, CommandForm, Input, Load, Submit, TextField};
use crate::data::fetched;
use crate::session::permitted;

/// The page.
#[component]
pub(crate) fn DeletePage() -> impl IntoView {
    let id = project_id();
    let project = fetched(
        || (),
        move |()| {
            let id = id.clone();
            async move { get_project(id?).await }
        },
    );
    view! {
        <div class="page" data-page="confirm">
            <Load data=project main=true titled=true children=|view: ProjectView| view! {
                <h2>{format!("Delete {}?", view.project.id)}</h2>
                {permitted(Action::ProjectDelete, Target::Project(&view.project.id.clone()), || view! { <Delete view/> })}
            }/>
        </div>
    }
    .into_any()
}

/// What is removed, what stays, and the button.
#[component]
pub(crate) fn Delete(view: ProjectView) -> impl IntoView {
    let project = StoredValue::new(view.project);
    let delete = ServerAction::<DeleteProject>::new();
    let lines =
        project.with_value(consequences).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let id = project.with_value(|project| project.id.to_string());
    let fields = move |attempt: Attempt| view! { <Typed id=id.clone() attempt/> };
    view! {
        <div class="stack">
            <ul class="will">{lines}</ul>
            <CommandForm action=delete check=|delete: &DeleteProject| check(&delete.id, &delete.confirm) children=fields/>
        </div>
    }
    .into_any()
}

#[component]
fn Typed(id: String, attempt: Attempt) -> impl IntoView {
    let typed = attempt
        .typed::<serde_json::Value>()
        .and_then(|typed| Some(typed.get("confirm")?.as_str()?.to_owned()));
    let text = RwSignal::new(typed.unwrap_or_default());
    let hint = format!("Type {id} to confirm.");
    view! {
        <input type="hidden" name="id" value=id.clone()/>
        <div class="typed">
            <TextField id="confirm" name="confirm" label="Project id" input=Input::Code text fault=attempt.fault("confirm") hint/>
        </div>
        <div class="buttons">
            <a class="button" href=format!("/projects/{id}")>"Cancel"</a>
            <Submit pending=attempt.pending text=format!("Delete {id}") busy="Deleting" kind="destroy"/>
        </div>
    }
    .into_any()
}

fn consequences(project: &Project) -> Vec<String> {
    let hosts: Vec<String> = project.hosts().map(ToString::to_string).collect();
    let observed = &project.observed;
    let size = observed
        .facts
        .database
        .present()
        .and(observed.figures.database.bytes)
        .map_or_else(|| "size unknown".to_owned(), |bytes| bytes.to_string());
    let mut lines = vec!["The instance and the schema file are removed.".to_owned()];
    if !hosts.is_empty() {
        lines.push(format!(
            "{} then answers 404, and the name can be used by another project.",
            hosts.join(", ")
        ));
    }
    lines.push(format!(
        "Retained: the database {} ({size}), its secrets and its media.",
        project.id.database()
    ));
    lines.push(
        "Undo: create a project with the same id and reuse the retained database. There is no time limit."
            .to_owned(),
    );
    lines
}
