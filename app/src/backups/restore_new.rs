//! The form of a restore as a new project: what it gets, what is left out.

use leptos::prelude::*;
use model::{Action, Backup, BackupState, EnvName, NewProjectPlan, Target};

use super::api::{RestoreBackupNew, get_new_project_plan};
use super::form::restore_new::RestoreNewForm;
use super::one::backup;
use super::proof::{Mark, contents, taken};
use crate::components::{ActCommand, Attempt, Banner, CommandForm, Input, Submit, TextField, main_content};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;
use crate::session::permitted;
use crate::text::{minute, took_ms};

/// The page.
pub(crate) async fn restore_new_page() -> Document {
    let (page, loaded) = futures::join!(ProjectPage::load(), load());
    page.document_with("Restore as a new project: ", |_| {
        let content = main_content(loaded, true, |(backup, plan)| view! { <Ask backup plan/> });
        view! { <div class="page" data-page="confirm">{content}</div> }
    })
}

/// The backup, and what a new project gets from it; the second fails without the right to restore it.
async fn load() -> Result<(Backup, Result<NewProjectPlan, AppError>), AppError> {
    let backup = backup().await?;
    let plan = get_new_project_plan(backup.id).await;
    Ok((backup, plan))
}

#[component]
fn Ask(backup: Backup, plan: Result<NewProjectPlan, AppError>) -> impl IntoView {
    let (id, at) = (backup.project_id.clone(), minute(taken(&backup)));
    let body = permitted(Action::BackupRestoreNew, Target::Project(&id), || view! { <Body backup plan/> });
    view! {
        <div class="stack">
            <h2>{format!("Restore {id} of {at} UTC as a new project")}</h2>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Body(backup: Backup, plan: Result<NewProjectPlan, AppError>) -> impl IntoView {
    if backup.state != BackupState::Complete {
        let detail = format!("The backup is {}; only a complete one can be restored.", backup.state);
        return view! { <Banner tone="bad" icon="down" title="The backup cannot be restored" detail/> }
            .into_any();
    }
    let form = main_content(plan, true, |plan| view! { <Planned backup plan/> });
    view! { {form} }.into_any()
}

#[component]
fn Planned(backup: Backup, plan: NewProjectPlan) -> impl IntoView {
    let unproved = (Mark::of(&backup) != Mark::Verified).then(|| {
        view! {
            <Banner tone="warn" icon="unverified" title="The backup is not verified"
                detail="Whether it can be restored is not known until the copy is compared. If it cannot, nothing of the new project is left."/>
        }
    });
    let lines = effects(&backup, &plan).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        {unproved}
        <ol class="will">{lines}</ol>
        <Form backup/>
    }
    .into_any()
}

/// What happens, in order.
fn effects(backup: &Backup, plan: &NewProjectPlan) -> Vec<String> {
    let took = backup
        .verification
        .restore_ms
        .map(|millis| format!(" At its verification this took {}.", took_ms(millis)));
    vec![
        format!(
            "A new project is created at the schema commit {}, with the settings of the backup and secrets of its own.",
            plan.schema_ref.commit().short()
        ),
        format!(
            "Its database is filled with {} and compared before its instance starts for the first time.{}",
            contents(backup),
            took.unwrap_or_default()
        ),
        left_out(&plan.left_out),
        format!(
            "{} is not touched. If a step fails, or you cancel, nothing of the new project is left.",
            plan.source
        ),
    ]
}

/// Which variables are not copied.
pub(crate) fn left_out(names: &[EnvName]) -> String {
    if names.is_empty() {
        return "All variables of the environment are copied; none of them is a secret.".to_owned();
    }
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    format!(
        "Not copied, because their values are secrets: {}. Set them in the settings of the new project.",
        names.join(", ")
    )
}

#[component]
fn Form(backup: Backup) -> impl IntoView {
    let attempt = Attempt::of::<RestoreBackupNew>();
    let typed = attempt.typed::<RestoreNewForm>().unwrap_or_default();
    let back = format!("/projects/{}/backups/{}", backup.project_id, backup.id);
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="backup" value=backup.id.to_string()/>
            <TextField id="id" name="form[id]" label="Project id" input=Input::Code text=typed.id required=true
                fault=attempt.fault("id") hint="Permanent. 3 to 40 of a to z, 0 to 9 and hyphen, starting with a letter."/>
            <TextField id="display_name" name="form[display_name]" label="Display name" optional="optional" text=typed.display_name
                fault=attempt.fault("display_name") hint="Empty: the id."/>
            <TextField id="hostname" name="form[hostname]" label="Hostname" optional="optional" input=Input::Code text=typed.hostname
                fault=attempt.fault("hostname") hint="Empty: the hostname of the backup with the new id as its first label."/>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text="Restore as a new project" busy="Restoring"/>
                <ActCommand/>
            </div>
        </CommandForm>
    }
    .into_any()
}
