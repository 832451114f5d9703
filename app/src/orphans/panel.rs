//! Orphans: instances and routes whose project has no row.

use leptos::prelude::*;
use model::{Action, Orphan, Removal, Target};

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
    let (id, state) = (orphan.id.to_string(), sentence(&orphan.state()));
    let hosts = orphan.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let removal = orphan.removal.clone().map(|removal| view! { <UnderWay id=id.clone() removal/> });
    view! {
        <tr>
            <th scope="row">{id}</th>
            <td>{state}{removal}</td>
            <td class="mono">{orphan.instance.as_ref().map(|instance| instance.release.clone())}</td>
            <td class="mono">{orphan.instance.as_ref().map(|instance| instance.address.clone())}</td>
            <td class="mono">{hosts}</td>
            <td class="num soft">{orphan.instance.as_ref().map(|instance| view! { <When at=instance.started_at/> })}</td>
            <td>
                <div class="buttons row-buttons">
                    {may(Action::OrphanRemove, Target::Fleet).then(|| view! { <RemoveButton orphan/> })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// How far the removal is, with a link to its job.
#[component]
fn UnderWay(id: String, removal: Removal) -> impl IntoView {
    let text = format!("Removal under way: {}. ", removal.text());
    view! {
        <p class="soft" id=reason(&id)>
            {text}<a class="link" href=format!("/operations/{}", removal.operation)>"Open the operation"</a>
        </p>
    }
    .into_any()
}

/// Leads to the confirmation. Disabled while a removal is under way; the row says so.
#[component]
fn RemoveButton(orphan: Orphan) -> impl IntoView {
    let (id, label) = (orphan.id.to_string(), format!("Remove what is left of {}", orphan.id));
    if orphan.removal.is_some() {
        return view! {
            <button class="button" type="button" data-kind="danger" data-size="s" disabled aria-label=label aria-describedby=reason(&id)>"Remove"</button>
        }
        .into_any();
    }
    view! { <Guarded href=format!("/orphans/{id}/remove") text="Remove" label kind="danger" size="s"/> }
        .into_any()
}

/// The id of the text that says why an orphan cannot be removed now.
fn reason(id: &str) -> String {
    format!("removal-of-{id}")
}
