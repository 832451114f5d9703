//! The question before a deploy is undone with its data: what is lost. The operator types the project id.

use leptos::prelude::*;
use model::{Action, Deploy, Target, WrittenSince, WrittenTable};

use super::api::{UndoDeploy, get_written_since};
use super::one::deploy;
use crate::components::{
    ActCommand, Attempt, Banner, CommandForm, Input, Submit, Table, TextField, main_content,
};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;
use crate::session::permitted;
use crate::text::{NONE, minute};

/// The page.
pub(crate) async fn undo_deploy_page() -> Document {
    let (page, deploy) = futures::join!(ProjectPage::load(), deploy());
    let written = match &deploy {
        Ok(deploy) if deploy.undo_until.is_some() => Some(get_written_since(deploy.id).await),
        _ => None,
    };
    page.document_with("Undo a deploy of ", |_| {
        let content = main_content(deploy, true, |deploy| view! { <Ask deploy written/> });
        view! { <div class="page" data-page="confirm">{content}</div> }
    })
}

#[component]
fn Ask(deploy: Deploy, written: Option<Result<WrittenSince, AppError>>) -> impl IntoView {
    let id = deploy.project_id.clone();
    let heading = format!("Undo the deploy of {} in {id} with its data?", deploy.commit.sha.short());
    let body = permitted(Action::BackupRestore, Target::Project(&id), || {
        if let Some(written) = written {
            return main_content(written, true, |written| view! { <Body deploy written/> }).into_any();
        }
        let detail = "Only the last deploy can be undone with its data, for a while, and only if its backup still exists. A roll back \
                      changes the schema alone.";
        view! { <Banner tone="idle" icon="info" title="This deploy cannot be undone with its data" detail/> }
            .into_any()
    });
    view! { <div class="stack"><h2>{heading}</h2>{body}</div> }.into_any()
}

#[component]
fn Body(deploy: Deploy, written: WrittenSince) -> impl IntoView {
    let (id, taken) = (deploy.project_id.to_string(), minute(written.taken_at));
    let lines = [
        format!(
            "A backup of the present data is taken: what was written since {taken} UTC can be exported or restored from it."
        ),
        format!("The backup of {taken} UTC is restored into a copy and compared, while {id} runs."),
        format!(
            "{id} pauses, gets that data and the commit {}, and starts again.",
            deploy.from.schema_ref.commit().short()
        ),
        "The database from now is kept as a way back, as after every restore.".to_owned(),
    ];
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <ol class="will">{lines}</ol>
        <Lost tables=written.tables/>
        <Form deploy/>
    }
    .into_any()
}

/// Tables with another number of rows than in the backup.
#[component]
fn Lost(tables: Vec<WrittenTable>) -> impl IntoView {
    if tables.is_empty() {
        return view! { <p class="soft">"Every table has as many rows as in the backup. Changed rows are not counted."</p> }.into_any();
    }
    let rows = |rows: Option<u64>| rows.map_or_else(|| NONE.to_owned(), |rows| rows.to_string());
    let row = |table: WrittenTable| {
        view! {
            <tr>
                <th scope="row" class="mono">{table.table}</th>
                <td class="num">{rows(table.then)}</td>
                <td class="num">{rows(table.now)}</td>
            </tr>
        }
    };
    let body = tables.into_iter().map(row).collect_view();
    view! {
        <Table label="Tables that were written since" heads=&["Table", "Rows then", "Rows now"] figures=&["Rows then", "Rows now"]>
            {body}
        </Table>
    }
    .into_any()
}

#[component]
fn Form(deploy: Deploy) -> impl IntoView {
    let attempt = Attempt::of::<UndoDeploy>();
    let typed = attempt.typed_text("confirm").unwrap_or_default();
    let id = deploy.project_id.to_string();
    let (hint, back) = (format!("Type {id} to confirm."), format!("/projects/{id}/deploys"));
    let text = format!("Undo {} with its data", deploy.commit.sha.short());
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=deploy.id.to_string()/>
            <div class="typed">
                <TextField id="confirm" name="confirm" label="Project id" input=Input::Code text=typed
                    fault=attempt.fault("confirm") hint/>
            </div>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text busy="Undoing" kind="destroy"/>
                <ActCommand/>
            </div>
        </CommandForm>
    }
    .into_any()
}
