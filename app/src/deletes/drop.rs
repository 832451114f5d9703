//! Requesting the delete of a project with its database. The operator types the project id.

use leptos::prelude::*;
use model::{Action, DeletePreview, Project, Target, span};
use time::Duration;

use super::api::{RequestDelete, get_delete_preview};
use super::destroyed::{Destroyed, Stays};
use super::protection::IsProtected;
use crate::components::{ActCommand, Attempt, Banner, CommandForm, Input, Submit, TextField, main_content};
use crate::document::Document;
use crate::projects::ProjectPage;
use crate::session::permitted;

/// The page.
pub(crate) async fn drop_page() -> Document {
    let preview = async { get_delete_preview(ProjectPage::id()?).await };
    let (page, preview) = futures::join!(ProjectPage::load(), preview);
    let project = page.project().cloned();
    page.document_with("Drop the database of ", move |_| {
        let content = main_content(preview, true, |preview| {
            project.map(|project| view! { <Question project preview/> })
        });
        view! { <div class="page" data-page="confirm">{content}</div> }
    })
}

#[component]
fn Question(project: Project, preview: DeletePreview) -> impl IntoView {
    let id = project.id.clone();
    permitted(Action::ProjectDrop, Target::Project(&id), || {
        if let Some(request) = preview.open_request {
            let href = format!("/approvals/{request}");
            return view! {
                <Banner tone="warn" icon="info" title=format!("A delete of {id} is requested already")
                    detail="It is open until it is decided, withdrawn or expired.">
                    <a class="button" data-size="s" href=href>"Open the request"</a>
                </Banner>
            }
            .into_any();
        }
        if project.delete_protection {
            return view! { <IsProtected id=id.clone()/> }.into_any();
        }
        let lines = effects(&preview).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        let (sentence, facts) = (preview.facts.sentence(), preview.facts.clone());
        view! {
            <div class="stack">
                <h2>{format!("Delete {id} and drop its database?")}</h2>
                <Destroyed facts=facts.clone()/>
                <Stays facts/>
                <ol class="will">{lines}</ol>
                <Form id=id.to_string() sentence/>
            </div>
        }
        .into_any()
    })
}

#[component]
fn Form(id: String, sentence: String) -> impl IntoView {
    let attempt = Attempt::of::<RequestDelete>();
    let typed = attempt.typed_text("confirm").unwrap_or_default();
    let (hint, text) = (format!("Type {id} to confirm."), format!("Drop {id}'s database"));
    let back = format!("/projects/{id}/delete");
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <div class="typed">
                <TextField id="confirm" name="confirm" label="Project id" input=Input::Code text=typed
                    fault=attempt.fault("confirm") hint/>
            </div>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text busy="Requesting" kind="destroy"/>
                <ActCommand/>
            </div>
            <p class="soft" data-facts="">{sentence}</p>
        </CommandForm>
    }
    .into_any()
}

/// What happens, in order.
fn effects(preview: &DeletePreview) -> Vec<String> {
    let seconds = |seconds: u64| span(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)));
    let proof = if preview.takes_backup {
        format!(
            "A backup is taken and verified now, because none of the last {} is verified.",
            seconds(preview.backup_age_s)
        )
    } else {
        "The newest verified backup is young enough; none is taken now.".to_owned()
    };
    let approval = if preview.needs_approval {
        "Another operator approves or refuses the request. Until then the project runs, and nothing is changed."
    } else {
        "No approval is needed: the delete begins as soon as the backup is verified."
    };
    let trash = seconds(preview.trash_s);
    vec![
        proof,
        approval.to_owned(),
        "The instance is stopped. A last backup is taken and verified by a restore; if that fails, the project runs again.".to_owned(),
        format!("The database is moved to the trash for {trash}, with secrets and media. Instance, routes and schema file are removed."),
        format!("Undo: Undelete brings everything back for {trash}. Then database, secrets and media are dropped; the backups stay."),
    ]
}
