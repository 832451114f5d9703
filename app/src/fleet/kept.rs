//! Retained databases.

use leptos::prelude::*;
use model::{Action, KeptDatabase, Target};

use crate::components::{Figure, Section, Table, When};
use crate::session::may;

/// The retained databases and a link to use one again. Renders nothing if there are none.
#[component]
pub(crate) fn Kept(kept: Vec<KeptDatabase>) -> impl IntoView {
    (!kept.is_empty()).then(|| {
        let rows = kept.into_iter().map(|kept| view! { <Row kept/> }).collect_view();
        view! {
            <Section id="kept" title="Kept databases" class="kept-box">
                <p class="soft">
                    "Their projects were deleted; database, secrets and media are still here. A new project with the same id can use them again."
                </p>
                <Table label="Kept databases" heads=&["Project", "Database", "Size", "Deleted", "Actions"] figures=&["Size", "Deleted"]>{rows}</Table>
            </Section>
        }
    })
}

#[component]
fn Row(kept: KeptDatabase) -> impl IntoView {
    let create = may(Action::ProjectCreate, Target::Project(&kept.project_id));
    let size = kept.bytes.map_or_else(
        || view! { <span class="faint" title="unknown: Postgres was not checked, or did not answer">"?"</span> }.into_any(),
        |bytes| view! { <Figure text=bytes.to_string()/> }.into_any(),
    );
    view! {
        <tr>
            <th scope="row">{kept.project_id.to_string()}<small>{kept.display_name}</small></th>
            <td class="mono">{kept.database}</td>
            <td class="num">{size}</td>
            <td class="num soft"><When at=kept.kept_at/></td>
            <td>
                <div class="buttons row-buttons">
                    {create.then(|| view! { <a class="button" data-size="s" href=format!("/projects/new?id={}&reuse=true", kept.project_id)>"Use again"</a> })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}
