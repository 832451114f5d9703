//! The projects in the trash.

use leptos::prelude::*;
use model::{Action, Target, TrashedProject};

use crate::components::{Figure, Guarded, Section, Table, When};
use crate::session::may;

/// The list. Renders nothing if the trash is empty.
#[component]
pub(crate) fn TrashPanel(trash: Vec<TrashedProject>) -> impl IntoView {
    (!trash.is_empty()).then(|| {
        let rows = trash.into_iter().map(|project| view! { <Row project/> }).collect_view();
        view! {
            <Section id="trash" title="Trash" class="retained-box">
                <p class="soft">
                    "Deleted projects whose database, secrets and media still exist. Undelete brings a project back until they are dropped."
                </p>
                <Table label="Trash" heads=&["Project", "Database", "Size", "Deleted", "Dropped", "Actions"]
                    figures=&["Size", "Deleted", "Dropped"] stack=true>{rows}</Table>
            </Section>
        }
    })
}

#[component]
fn Row(project: TrashedProject) -> impl IntoView {
    let id = project.project_id.to_string();
    let name = (project.display_name != id).then(|| project.display_name.clone());
    let size = project.bytes.map_or_else(
        || view! { <span class="faint">"?"</span> }.into_any(),
        |bytes| view! { <Figure text=bytes.to_string()/> }.into_any(),
    );
    let undelete = may(Action::ProjectUndelete, Target::Project(&project.project_id)).then(|| {
        let (href, label) = (format!("/trash/{id}/undelete"), format!("Undelete {id}"));
        view! { <Guarded href text="Undelete" label size="s"/> }
    });
    view! {
        <tr>
            <th scope="row">{id.clone()}{name.map(|name| view! { <small>{name}</small> })}</th>
            <td class="mono">{project.database.clone()}</td>
            <td class="num">{size}</td>
            <td class="num soft"><When at=project.deleted_at/></td>
            <td class="num soft"><When at=project.drop_after/></td>
            <td><div class="buttons row-buttons">{undelete}</div></td>
        </tr>
    }
    .into_any()
}
