//! Undoing a restore. The operator types the project id.

use leptos::prelude::*;
use model::{Action, OperationId, Problem, SetAsideDatabase, SetAsideReason, Target};
use time::{Duration, OffsetDateTime};

use super::api::{UndoRestore, get_set_aside, get_undo_period};
use crate::address::segment;
use crate::components::{ActCommand, Attempt, CommandForm, Input, Submit, TextField, main_content};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;
use crate::session::permitted;
use crate::text::{minute, span};

/// The page.
pub(crate) async fn undo_page() -> Document {
    let (page, database, period) = futures::join!(ProjectPage::load(), database(), get_undo_period());
    page.document_with("Undo the restore of ", |_| {
        let question = main_content(database, true, |database| question(&database, period.ok()));
        view! { <div class="page" data-page="confirm">{question}</div> }
    })
}

/// The database that the restore of the address replaced.
async fn database() -> Result<SetAsideDatabase, AppError> {
    let (id, text) = (ProjectPage::id()?, segment(3));
    let missing = || Problem::not_found(format!("restore {text} that can be undone"));
    let operation: OperationId = text.parse().map_err(|_| missing())?;
    let is_it = |database: &SetAsideDatabase| {
        database.operation_id == operation && database.reason == SetAsideReason::Restored
    };
    Ok(get_set_aside(id).await?.into_iter().find(is_it).ok_or_else(missing)?)
}

fn question(database: &SetAsideDatabase, period: Option<Duration>) -> AnyView {
    let id = &database.project_id;
    permitted(Action::BackupUndo, Target::Project(id), || {
        let lines = effects(database, period, OffsetDateTime::now_utc());
        let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        let at = minute(database.set_aside_at);
        view! {
            <div class="stack">
                <h2>{format!("Undo the restore of {id} of {at} UTC?")}</h2>
                <ol class="will">{lines}</ol>
                <Form id=id.to_string() operation=database.operation_id/>
            </div>
        }
        .into_any()
    })
}

#[component]
fn Form(id: String, operation: OperationId) -> impl IntoView {
    let attempt = Attempt::of::<UndoRestore>();
    let typed = attempt.typed_text("confirm").unwrap_or_default();
    let (hint, text) = (format!("Type {id} to confirm."), format!("Undo the restore of {id}"));
    let back = format!("/projects/{id}/backups");
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="operation" value=operation.to_string()/>
            <div class="typed">
                <TextField id="confirm" name="confirm" label="Project id" input=Input::Code text=typed
                    fault=attempt.fault("confirm") hint/>
            </div>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text busy="Undoing the restore" kind="destroy"/>
                <ActCommand/>
            </div>
        </CommandForm>
    }
    .into_any()
}

/// What the undo does, in order.
fn effects(database: &SetAsideDatabase, period: Option<Duration>, now: OffsetDateTime) -> Vec<String> {
    let size = database.bytes.map(|bytes| format!(" ({bytes})")).unwrap_or_default();
    let since = span(now - database.set_aside_at);
    let kept = period.map(|period| format!(" for {}", span(period))).unwrap_or_default();
    vec![
        format!(
            "The database from before the restore, {}{size}, is in use again, with the uploads and the schema commit from then.",
            database.database
        ),
        format!(
            "What was written in the {since} since the restore is no longer in use. It is set aside{kept}."
        ),
        "The instance is stopped meanwhile, usually for a few seconds. Visitors get the maintenance page."
            .to_owned(),
        "Undo: the page of the backups then lists the present database under Ways back.".to_owned(),
        "Secrets, settings and other projects are not changed.".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use model::{ByteSize, SetAsideDatabase, SetAsideReason};
    use time::Duration;

    use super::effects;
    use crate::backups::proof::tests::BEGUN;

    #[test]
    fn an_undo_says_what_is_no_longer_in_use() {
        let database = SetAsideDatabase {
            project_id: "crm".parse().unwrap(),
            operation_id: uuid::Uuid::nil().into(),
            database_server: "default".into(),
            database: "former_crm_1".into(),
            reason: SetAsideReason::Restored,
            bytes: Some(ByteSize::new(8_400_000)),
            set_aside_at: BEGUN,
            drop_after: BEGUN + Duration::days(1),
        };
        let lines = effects(&database, Some(Duration::days(1)), BEGUN + Duration::minutes(12));
        assert!(lines[0].contains("former_crm_1 (8.4 MB), is in use again"), "{lines:?}");
        assert!(lines[1].contains("in the 12 min since the restore"), "{lines:?}");
        assert!(lines[1].ends_with("set aside for 1 d."), "{lines:?}");
    }
}
