//! The question before a restore: what is replaced, what stays, how to undo it. The operator types the project id.

mod effects;

use leptos::prelude::*;
use model::{Action, Backup, BackupState, OperationFilter, OperationKind, OperationStatus, Project, Target};
use time::{Duration, OffsetDateTime};

use super::api::{RestoreBackup, get_undo_period};
use super::form::restore::RestoreForm;
use super::one::backup;
use super::proof::{Mark, taken};
use crate::components::{ActCommand, Attempt, Banner, CommandForm, Input, Submit, TextField, main_content};
use crate::document::Document;
use crate::error::AppError;
use crate::operations::api::get_operations;
use crate::projects::ProjectPage;
use crate::session::permitted;
use crate::text::minute;
use effects::{effects, facts};

/// What the question is made from.
struct Question {
    backup: Backup,
    project: Project,
    /// How long the last restore of the project took.
    last: Option<Duration>,
    /// How long an undo is possible.
    undo: Option<Duration>,
}

/// The page.
pub(crate) async fn restore_page() -> Document {
    let (page, backup, last, undo) =
        futures::join!(ProjectPage::load(), backup(), last_restore(), get_undo_period());
    page.document_with("Restore ", |view| {
        let question = view.and_then(|view| {
            Ok(Question {
                backup: backup?,
                project: view.project,
                last: last.ok().flatten(),
                undo: undo.ok(),
            })
        });
        let content = main_content(question, true, |question| view! { <Ask question/> });
        view! { <div class="page" data-page="confirm">{content}</div> }
    })
}

/// How long the newest restore took that succeeded.
async fn last_restore() -> Result<Option<Duration>, AppError> {
    let filter = OperationFilter {
        kind: Some(OperationKind::BackupRestore),
        status: Some(OperationStatus::Succeeded),
        ..OperationFilter::of(Some(&ProjectPage::id()?))
    };
    let page = get_operations(filter, None).await?;
    let newest = page.items.into_iter().next();
    Ok(newest.and_then(|operation| Some(operation.finished_at? - operation.started_at?)))
}

#[component]
fn Ask(question: Question) -> impl IntoView {
    let id = question.project.id.clone();
    let at = minute(taken(&question.backup));
    let body = permitted(Action::BackupRestore, Target::Project(&id), || view! { <Body question/> });
    view! {
        <div class="stack">
            <h2>{format!("Restore {id} to {at} UTC?")}</h2>
            {body}
        </div>
    }
    .into_any()
}

/// Facts, effects and form; or why the backup cannot be restored.
#[component]
fn Body(question: Question) -> impl IntoView {
    let Question { backup, project, last, undo } = question;
    if backup.state != BackupState::Complete {
        let detail = format!("The backup is {}; only a complete one can be restored.", backup.state);
        return view! { <Banner tone="bad" icon="down" title="The backup cannot be restored" detail/> }
            .into_any();
    }
    let warning = match Mark::of(&backup) {
        Mark::Unverified => Some((
            "warn",
            "unverified",
            "The backup is not verified",
            "Whether it can be restored is not known until the copy is compared. Nothing of the project is changed if it cannot.",
        )),
        Mark::NotProved => Some((
            "bad",
            "down",
            "The verification of this backup failed",
            "The restore will probably fail before anything of the project is changed. Choose another backup.",
        )),
        _ => None,
    };
    let lines = effects(&backup, last, undo);
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        {warning.map(|(tone, icon, title, detail)| view! { <Banner tone icon title detail/> })}
        <p>{facts(&backup, OffsetDateTime::now_utc())}</p>
        <ol class="will">{lines}</ol>
        <Form backup project/>
    }
    .into_any()
}

#[component]
fn Form(backup: Backup, project: Project) -> impl IntoView {
    let attempt = Attempt::of::<RestoreBackup>();
    let typed = attempt.typed().unwrap_or_else(RestoreForm::suggested);
    let (id, at) = (project.id.to_string(), minute(taken(&backup)));
    let (hint, text) = (format!("Type {id} to confirm."), format!("Restore {id} to {at}"));
    let back = format!("/projects/{id}/backups");
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=backup.id.to_string()/>
            <Choices typed=typed.clone() backup project/>
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

/// The two checkboxes.
#[component]
fn Choices(typed: RestoreForm, backup: Backup, project: Project) -> impl IntoView {
    let (first, schema) = (typed.backup_first == "true", typed.with_schema == "true");
    let present = project.schema_ref.commit();
    let commits = match &backup.commit {
        None => "The commit of the backup is not known.".to_owned(),
        Some(commit) if commit == present => format!("The project has the same commit, {}.", commit.short()),
        Some(commit) => {
            format!(
                "Backup: {}. Present: {}. Without it the server is first started on the copy with the present one. If it does not become ready, nothing is changed.",
                commit.short(),
                present.short()
            )
        }
    };
    view! {
        <label class="check">
            <input type="checkbox" name="form[backup_first]" value="true" checked=first/>
            <span>"Take a backup first"</span>
            <span class="hint">"Of the present data, while the project runs. Without it, what was written since the newest backup is in the database that is set aside only."</span>
        </label>
        <label class="check">
            <input type="checkbox" name="form[with_schema]" value="true" checked=schema/>
            <span>"Use the schema commit of the backup"</span>
            <span class="hint">{commits}</span>
        </label>
    }
    .into_any()
}
