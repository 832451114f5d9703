//! The form of a restore of single tables, and the question before their database is dropped.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Backup, OperationId, Problem, SetAsideDatabase, SetAsideReason, Target};

use super::api::{DropSideDatabase, RestoreTables, get_set_aside, get_tables};
use super::one::backup;
use super::proof::taken;
use crate::address::segment;
use crate::components::{
    ActCommand, Attempt, CommandForm, Confirm, Input, PostButton, Submit, TextField, main_content,
};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;
use crate::session::permitted;
use crate::text::{minute, thousands};

/// Tables that are listed at most.
const LISTED: usize = 500;

/// The page of the form.
pub(crate) async fn tables_page() -> Document {
    let (page, loaded) = futures::join!(ProjectPage::load(), load());
    page.document_with("Restore tables of ", |_| {
        let content = main_content(loaded, true, |(backup, tables)| view! { <Ask backup tables/> });
        view! { <div class="page" data-page="confirm">{content}</div> }
    })
}

type Tables = Result<Vec<(String, u64)>, AppError>;

async fn load() -> Result<(Backup, Tables), AppError> {
    let backup = backup().await?;
    let tables = get_tables(backup.id).await;
    Ok((backup, tables))
}

#[component]
fn Ask(backup: Backup, tables: Tables) -> impl IntoView {
    let (id, at) = (backup.project_id.clone(), minute(taken(&backup)));
    let body = permitted(Action::BackupRestoreTables, Target::Project(&id), || {
        main_content(tables, true, |tables| view! { <Form backup tables/> })
    });
    view! {
        <div class="stack">
            <h2>{format!("Restore tables of {id} of {at} UTC")}</h2>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Form(backup: Backup, tables: Vec<(String, u64)>) -> impl IntoView {
    let attempt = Attempt::of::<RestoreTables>();
    let typed = attempt.typed_text("tables").unwrap_or_default();
    let back = format!("/projects/{}/backups/{}", backup.project_id, backup.id);
    let names = tables.into_iter().take(LISTED).map(|(name, rows)| {
        view! { <li><code>{name}</code>" "<span class="soft">{format!("{} rows", thousands(usize::try_from(rows).unwrap_or(usize::MAX)))}</span></li> }
    });
    view! {
        <ol class="will">
            <li>{format!("The tables are restored into a database beside that of {}, which is not touched, and compared.", backup.project_id)}</li>
            <li>"The database belongs to the project's role. Rows are copied back from it by hand; it has no indexes, constraints or triggers."</li>
            <li>"It is listed on the page of the backups, and dropped by itself after the period of an undo."</li>
        </ol>
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=backup.id.to_string()/>
            <TextField id="tables" name="tables" label="Tables" input=Input::Lines text=typed required=true
                fault=attempt.fault("tables") hint="One a line, as listed below, or the plain name."/>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text="Restore the tables" busy="Restoring"/>
                <ActCommand/>
            </div>
        </CommandForm>
        <details>
            <summary class="link">"Tables of the backup"</summary>
            <ul>{names.collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// The page before a side database is dropped.
pub(crate) async fn drop_side_page() -> Document {
    let (page, database) = futures::join!(ProjectPage::load(), side());
    page.document_with("Drop a side database of ", |_| {
        let question = main_content(database, true, |database| question(&database));
        view! { <div class="page" data-page="confirm">{question}</div> }
    })
}

async fn side() -> Result<SetAsideDatabase, AppError> {
    let text = segment(3);
    let unknown = || Problem::not_found(format!("side database of the operation {text}"));
    let operation: OperationId = text.parse().map_err(|_| unknown())?;
    let databases = get_set_aside(ProjectPage::id()?).await?;
    let found = databases
        .into_iter()
        .find(|database| database.operation_id == operation && database.reason == SetAsideReason::Tables);
    Ok(found.ok_or_else(unknown)?)
}

fn question(database: &SetAsideDatabase) -> AnyView {
    permitted(Action::DatabaseDrop, Target::Project(&database.project_id), || {
        let (id, name) = (database.project_id.to_string(), database.database.clone());
        let fields = vec![("id", id.clone()), ("operation", database.operation_id.to_string())];
        let will = vec![
            format!("The database {name} with restored tables is dropped."),
            format!(
                "The database of {id} and its backups are not touched: the tables can be restored again."
            ),
        ];
        let text = format!("Drop {name}");
        view! {
            <Confirm question=format!("Drop {name}?") will back=format!("/projects/{id}/backups")>
                <PostButton action=DropSideDatabase::url() fields text busy="Dropping" kind="destroy"/>
            </Confirm>
        }
        .into_any()
    })
}
