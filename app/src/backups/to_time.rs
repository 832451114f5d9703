//! The question before a restore to a time: which time, what is replaced, what stays, how to undo it.

use leptos::prelude::*;
use model::{Action, Project, ProjectRecovery, Target};
use time::Duration;

use super::api::{RestoreToTime, get_recovery, get_undo_period};
use super::form::point_in_time::PointInTimeForm;
use super::window::second;
use crate::components::{ActCommand, Attempt, Banner, CommandForm, Input, Submit, TextField, main_content};
use crate::document::Document;
use crate::projects::ProjectPage;
use crate::session::permitted;
use crate::text::span;

/// What the question is made from.
struct Question {
    project: Project,
    recovery: ProjectRecovery,
    /// How long an undo is possible.
    undo: Option<Duration>,
}

/// The page.
pub(crate) async fn restore_to_time_page() -> Document {
    let recovery = async { get_recovery(ProjectPage::id()?).await };
    let (page, recovery, undo) = futures::join!(ProjectPage::load(), recovery, get_undo_period());
    page.document_with("Restore to a time: ", |view| {
        let question = view
            .and_then(|view| Ok(Question { project: view.project, recovery: recovery?, undo: undo.ok() }));
        let content = main_content(question, true, |question| view! { <Ask question/> });
        view! { <div class="page" data-page="confirm">{content}</div> }
    })
}

#[component]
fn Ask(question: Question) -> impl IntoView {
    let id = question.project.id.clone();
    let body = permitted(Action::BackupRestore, Target::Project(&id), || view! { <Body question/> });
    view! {
        <div class="stack">
            <h2>{format!("Restore {id} to a time?")}</h2>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Body(question: Question) -> impl IntoView {
    let Question { project, recovery, undo } = question;
    let Some(newest) = recovery.windows.last().copied() else {
        let detail = if recovery.archived {
            "The first base backup of the database server is not complete yet. Look at the page Databases, or restore a backup."
        } else {
            "The write-ahead log of the database server is not archived. Restore a backup instead."
        };
        return view! { <Banner tone="bad" icon="down" title="The project cannot be restored to a time" detail/> }
            .into_any();
    };
    let lines = effects(&project, undo);
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let possible = format!("{} to {}", second(newest.earliest), second(newest.latest));
    view! {
        <ol class="will">{lines}</ol>
        <Form id=project.id.to_string() possible/>
    }
    .into_any()
}

#[component]
fn Form(id: String, possible: String) -> impl IntoView {
    let attempt = Attempt::of::<RestoreToTime>();
    let typed = attempt.typed().unwrap_or_else(PointInTimeForm::suggested);
    let (hint, text) = (format!("Type {id} to confirm."), format!("Restore {id}"));
    let (back, first) = (format!("/projects/{id}/backups"), typed.backup_first == "true");
    let accepted = format!("In UTC, from {possible}. Everything that was committed until then is restored.");
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <TextField id="at" name="form[at]" label="Time (UTC)" input=Input::Code text=typed.at
                fault=attempt.fault("at") hint=accepted/>
            <label class="check">
                <input type="checkbox" name="form[backup_first]" value="true" checked=first/>
                <span>"Take a backup first"</span>
                <span class="hint">"Of the present data, while the project runs. Without it, what was written since is in the database that is set aside only."</span>
            </label>
            <div class="typed">
                <TextField id="confirm" name="form[confirm]" label="Project id" input=Input::Code text=typed.confirm
                    fault=attempt.fault("confirm") hint/>
            </div>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text busy="Restoring" kind="destroy"/>
                <ActCommand/>
            </div>
        </CommandForm>
    }
    .into_any()
}

/// What the restore does, in order.
fn effects(project: &Project, undo: Option<Duration>) -> Vec<String> {
    let id = &project.id;
    let kept = undo.map(|undo| format!(" for {}", span(undo))).unwrap_or_default();
    vec![
        format!(
            "A private copy of the database server is brought to that time, and the database of {id} is dumped from it into a backup. \
             The live server is not touched."
        ),
        "The backup is loaded beside the present database and compared, while the project runs.".to_owned(),
        "The instance is stopped, the two databases exchange names, and it is started again: usually a few seconds.".to_owned(),
        format!("The present database is set aside{kept}. Undo: the page of the backups lists it under Ways back."),
        "Uploads, schema commit, secrets and settings stay as they are. Other projects are not changed.".to_owned(),
    ]
}
