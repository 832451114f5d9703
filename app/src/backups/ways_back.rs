//! Databases that a restore replaced: the ways back, until they are dropped.

use leptos::prelude::*;
use model::{Action, SetAsideDatabase, SetAsideReason, Target};

use crate::components::{Figure, Guarded, Section, Table, When};
use crate::session::may;
use crate::text::NONE;

const HEADS: &[&str] = &["Database", "Reason", "Size", "Set aside", "Dropped", "Actions"];

/// The list. Renders nothing if there is none.
#[component]
pub(super) fn WaysBack(databases: Vec<SetAsideDatabase>) -> impl IntoView {
    (!databases.is_empty()).then(|| {
        let rows = databases.into_iter().map(|database| view! { <Row database/> }).collect_view();
        view! {
            <Section id="ways-back" title="Ways back">
                <p class="soft">
                    "Databases that a restore replaced: undoing the restore puts one back in its place, with the uploads and the schema commit from before. Databases with single tables of a backup: connect to them with the address of the project's database and this name in place of its name."
                </p>
                <Table label="Ways back" heads=HEADS figures=&["Size"] stack=true>{rows}</Table>
            </Section>
        }
    })
}

#[component]
fn Row(database: SetAsideDatabase) -> impl IntoView {
    let reason = match database.reason {
        SetAsideReason::Restored => "replaced by a restore",
        SetAsideReason::Deleted => "deleted with its project",
        SetAsideReason::Tables => "single tables of a backup",
    };
    let size = database
        .bytes
        .map_or_else(|| NONE.into_any(), |bytes| view! { <Figure text=bytes.to_string()/> }.into_any());
    let is_undone_here = database.reason == SetAsideReason::Restored
        && may(Action::BackupUndo, Target::Project(&database.project_id));
    let undo = is_undone_here.then(|| {
        let href = format!("/projects/{}/restores/{}/undo", database.project_id, database.operation_id);
        let label = format!("Undo the restore that replaced {}", database.database);
        view! { <Guarded href text="Undo the restore" label icon="restore" size="s"/> }
    });
    let is_dropped_here = database.reason == SetAsideReason::Tables
        && may(Action::DatabaseDrop, Target::Project(&database.project_id));
    let drop = is_dropped_here.then(|| {
        let href =
            format!("/projects/{}/side-databases/{}/remove", database.project_id, database.operation_id);
        let label = format!("Drop {}", database.database);
        view! { <Guarded href text="Drop" label kind="danger" size="s"/> }
    });
    view! {
        <tr data-row=database.operation_id.to_string()>
            <th scope="row" class="mono">{database.database.clone()}</th>
            <td><a class="link" href=format!("/operations/{}", database.operation_id)>{reason}</a></td>
            <td class="num">{size}</td>
            <td class="soft"><When at=database.set_aside_at/></td>
            <td class="soft"><When at=database.drop_after/></td>
            <td><div class="buttons row-buttons">{undo}{drop}</div></td>
        </tr>
    }
    .into_any()
}
