//! Delete and retain the database. The operator types the project id.

use leptos::prelude::*;
use model::{Action, Project, ProjectOrigin, Target};

use super::api::DeleteProject;
use super::head::ProjectPage;
use crate::components::{ActCommand, Attempt, CommandForm, Input, Submit, TextField, main_content};
use crate::deletes::IsProtected;
use crate::document::Document;
use crate::session::{may, permitted};

/// The page.
pub(crate) async fn delete_page() -> Document {
    ProjectPage::load().await.document_with("Delete ", |view| {
        let question = main_content(view, true, |view| {
            view! {
                <h2>{format!("Delete {}?", view.project.id)}</h2>
                {deletion(&view.project)}
            }
        });
        view! { <div class="page" data-page="confirm">{question}</div> }
    })
}

/// What is removed, what stays, and the button; or the roles that may delete.
pub(super) fn deletion(project: &Project) -> AnyView {
    if project.delete_protection {
        return view! { <IsProtected id=project.id.clone()/> }.into_any();
    }
    let retain = permitted(Action::ProjectDelete, Target::Project(&project.id), || {
        let lines = consequences(project).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        let id = project.id.to_string();
        view! {
            <div class="stack">
                <ul class="will">{lines}</ul>
                <Form id/>
            </div>
        }
        .into_any()
    });
    let drop = may(Action::ProjectDrop, Target::Project(&project.id)).then(|| {
        let href = format!("/projects/{}/drop", project.id);
        view! {
            <p class="soft">
                "The database can be dropped too, after a proved backup and an approval. "
                <a class="link" href=href>{format!("Drop {}'s database", project.id)}</a>
            </p>
        }
    });
    view! { {retain} {drop} }.into_any()
}

#[component]
fn Form(id: String) -> impl IntoView {
    let attempt = Attempt::of::<DeleteProject>();
    let typed = attempt.typed_text("confirm").unwrap_or_default();
    let (hint, text) = (format!("Type {id} to confirm."), format!("Delete {id}"));
    let back = format!("/projects/{id}");
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <div class="typed">
                <TextField id="confirm" name="confirm" label="Project id" input=Input::Code text=typed
                    fault=attempt.fault("confirm") hint/>
            </div>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text busy="Deleting" kind="destroy"/>
                <ActCommand/>
            </div>
        </CommandForm>
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
    if project.origin.as_ref().is_some_and(ProjectOrigin::is_clone) {
        lines.push(format!(
            "The project is a clone: its database {} ({size}), its uploads and its secrets are dropped with it.",
            project.id.database()
        ));
        lines.push("This cannot be undone. Its source is not touched.".to_owned());
        return lines;
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
