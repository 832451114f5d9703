//! Orphans: instances whose project has no row.

use leptos::prelude::*;
use model::{Action, Orphan, Target};

use super::remove::RemoveQuestion;
use crate::components::{Guarded, Section, Table, When};
use crate::session::may;
use crate::text::sentence;

/// The orphans and a link to remove each. Renders nothing if there are none.
#[component]
pub(crate) fn Orphans(orphans: Vec<Orphan>) -> impl IntoView {
    (!orphans.is_empty()).then(|| {
        let rows = orphans.into_iter().map(|orphan| view! { <Row orphan/> }).collect_view();
        view! {
            <Section id="orphans" title="Instances without a project" class="kept-box">
                <p class="soft">
                    "They carry the id of this fleet, but the registry has no project for them: the row was deleted by hand, or the registry was restored from an older copy. They are not removed automatically."
                </p>
                <Table label="Instances without a project" heads=&["Project", "State", "Server", "Listens at", "Started", "Actions"] figures=&["Started"]>{rows}</Table>
            </Section>
        }
    })
}

#[component]
fn Row(orphan: Orphan) -> impl IntoView {
    let (id, remove) = (orphan.id.to_string(), format!("Remove the instance of {}", orphan.id));
    view! {
        <tr>
            <th scope="row">{id.clone()}</th>
            <td>{sentence(&orphan.state())}</td>
            <td class="mono">{orphan.server.clone()}</td>
            <td class="mono">{orphan.address.clone()}</td>
            <td class="num soft"><When at=orphan.started_at/></td>
            <td>
                <div class="buttons row-buttons">
                    {may(Action::OrphanRemove, Target::Fleet).then(|| view! { <Guarded href=format!("/orphans/{id}/remove") text="Remove" label=remove kind="danger" size="s"
                        children=move || view! { <RemoveQuestion orphan=orphan.clone()/> }/> })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}
