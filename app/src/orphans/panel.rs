//! Orphans: instances and routes whose project has no row.

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
            <Section id="orphans" title="Orphans" class="retained-box">
                <p class="soft">
                    "Instances and routes of this fleet whose project the registry does not have: the row was deleted by SQL, or the registry was restored from a backup. They keep working until an operator removes them."
                </p>
                <Table label="Orphans" heads=&["Project", "State", "Release", "Address", "Routed names", "Started", "Actions"] figures=&["Started"]>{rows}</Table>
            </Section>
        }
    })
}

#[component]
fn Row(orphan: Orphan) -> impl IntoView {
    let (id, remove) = (orphan.id.to_string(), format!("Remove what is left of {}", orphan.id));
    let hosts = orphan.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <th scope="row">{id.clone()}</th>
            <td>{sentence(&orphan.state())}</td>
            <td class="mono">{orphan.instance.as_ref().map(|instance| instance.release.clone())}</td>
            <td class="mono">{orphan.instance.as_ref().map(|instance| instance.address.clone())}</td>
            <td class="mono">{hosts}</td>
            <td class="num soft">{orphan.instance.as_ref().map(|instance| view! { <When at=instance.started_at/> })}</td>
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
