//! What a delete destroys and what stays, as a table and a list.

use leptos::prelude::*;
use model::DeleteFacts;

use crate::components::{Figure, Section, Table, When};
use crate::text::{NONE, count, thousands};

/// The table of what is destroyed.
#[component]
pub(super) fn Destroyed(facts: DeleteFacts) -> impl IntoView {
    let number = |number: Option<u64>| {
        number.map_or_else(
            || NONE.to_owned(),
            |number| thousands(usize::try_from(number).unwrap_or(usize::MAX)),
        )
    };
    let size = |size: Option<model::ByteSize>| size.map_or_else(|| NONE.to_owned(), |size| size.to_string());
    let hosts = facts.hostnames.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let hosts = if hosts.is_empty() { "none".to_owned() } else { hosts };
    let rows = [
        (format!("Database {}", facts.database), number(facts.rows), size(facts.database_bytes)),
        ("Media".to_owned(), NONE.to_owned(), size(facts.media_bytes)),
        ("Secrets".to_owned(), number(facts.secrets), NONE.to_owned()),
        (format!("Routes: {hosts}"), facts.hostnames.len().to_string(), NONE.to_owned()),
    ];
    let rows = rows.into_iter().map(|(what, number, size)| {
        view! {
            <tr>
                <th scope="row">{what}</th>
                <td class="num">{number}</td>
                <td class="num"><Figure text=size/></td>
            </tr>
        }
    });
    let counted = facts
        .counted_at
        .map(|at| view! { <span class="faint">"rows and media counted "<When at/></span> }.into_any());
    view! {
        <Section id="destroyed" title="What will be destroyed" beside=counted>
            <Table label="What will be destroyed" heads=&["What", "Number", "Size"] figures=&["Number", "Size"]>
                {rows.collect_view()}
            </Table>
        </Section>
    }
    .into_any()
}

/// What stays.
#[component]
pub(super) fn Stays(facts: DeleteFacts) -> impl IntoView {
    let backups = count(usize::try_from(facts.backups).unwrap_or(usize::MAX), "backup", "backups");
    let lines = [
        format!(
            "{backups}, {}, for their retention, and the one that is taken after the instance was stopped.",
            facts.backup_bytes
        ),
        "The events of the project.".to_owned(),
        "Other projects; nothing of theirs is read or written.".to_owned(),
    ];
    view! {
        <Section id="stays" title="What stays">
            <ul class="will">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </Section>
    }
    .into_any()
}
