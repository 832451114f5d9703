//! The list of retained databases.

use leptos::prelude::*;
use model::{Action, RetainedDatabase, RetainedPresence, Target};

use crate::address::with_query;
use crate::components::{Figure, Guarded, Section, Table, When};
use crate::session::may;

/// The list. Renders nothing if no database is retained.
#[component]
pub(crate) fn RetainedDatabasesPanel(retained: Vec<RetainedDatabase>) -> impl IntoView {
    (!retained.is_empty()).then(|| {
        let rows = retained.into_iter().map(|retained| view! { <Row retained/> }).collect_view();
        view! {
            <Section id="retained" title="Retained databases" class="retained-box">
                <p class="soft">
                    "Databases of deleted projects, with their secrets and media. A new project of the same id can reuse them."
                </p>
                <Table label="Retained databases" heads=&["Project", "Database", "State", "Size", "Deleted", "Actions"] figures=&["Size", "Deleted"] stack=true>{rows}</Table>
            </Section>
        }
    })
}

#[component]
fn Row(retained: RetainedDatabase) -> impl IntoView {
    let size = retained.bytes.map_or_else(
        || view! { <span class="faint" title="Unknown: Postgres did not answer when the project was deleted">"?"</span> }.into_any(),
        |bytes| view! { <Figure text=bytes.to_string()/> }.into_any(),
    );
    let name = (retained.display_name != retained.project_id.as_str()).then(|| retained.display_name.clone());
    let state = match retained.presence {
        RetainedPresence::Present => "present",
        RetainedPresence::Gone => "missing on its server",
        RetainedPresence::Replaced => "replaced: another database has its name",
        RetainedPresence::Unknown => "unknown",
    };
    view! {
        <tr>
            <th scope="row">{retained.project_id.to_string()}{name.map(|name| view! { <small>{name}</small> })}</th>
            <td class="mono">{retained.database.clone()}</td>
            <td data-presence=retained.presence.to_string()>{state}</td>
            <td class="num">{size}</td>
            <td class="num soft"><When at=retained.retained_at/></td>
            <td><div class="buttons row-buttons"><Act retained/></div></td>
        </tr>
    }
    .into_any()
}

/// A lost database can only be removed from the list; any other can be reused.
#[component]
fn Act(retained: RetainedDatabase) -> impl IntoView {
    let id = retained.project_id.to_string();
    let (project, is_lost) = (Target::Project(&retained.project_id), retained.presence.is_lost());
    let action = if is_lost { Action::RetainedDatabaseRemove } else { Action::ProjectCreate };
    if !may(action, project) {
        return ().into_any();
    }
    if is_lost {
        let label = format!("Remove the entry of {id} from the list");
        return view! {
            <Guarded href=format!("/retained-databases/{id}/remove") text="Remove from list" label=label kind="danger" size="s"/>
        }
        .into_any();
    }
    let href = with_query("/projects/new", &[("id", &id), ("reuse", "true")]);
    view! { <a class="button" data-size="s" href=href aria-label=format!("Reuse the database of {id}")>"Reuse"</a> }
        .into_any()
}
