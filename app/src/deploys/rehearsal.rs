//! What the rehearsal of a deploy showed.

use leptos::prelude::*;
use model::{LockHeld, Rehearsal, WriteOutcome, WriteTried};

use crate::components::{Fact, Facts, Section};
use crate::text::{NONE, took_ms};

/// The facts.
#[component]
pub(super) fn RehearsalSection(project: String, rehearsal: Rehearsal) -> impl IntoView {
    let backup = format!("/projects/{project}/backups/{}", rehearsal.backup_id);
    let or_none = |items: &[String]| if items.is_empty() { NONE.to_owned() } else { items.join(", ") };
    let locks: Vec<String> = rehearsal.locks.iter().map(lock).collect();
    let (rewritten, rows) = (or_none(&rehearsal.rewritten), or_none(&rehearsal.rows));
    let lines = rehearsal.catalog.join("\n");
    let more = (rehearsal.catalog_left_out > 0)
        .then(|| view! { <p class="hint">{format!("{} more lines are not shown.", rehearsal.catalog_left_out)}</p> });
    let catalog = (!lines.is_empty()).then(|| {
        view! {
            <details>
                <summary>{format!("Changes of the catalog: {}", rehearsal.catalog.len())}</summary>
                <code class="code">{lines}</code>
                {more}
            </details>
        }
    });
    view! {
        <Section id="rehearsal" title="Rehearsal">
            <Facts>
                <Fact name="On">"a copy of "<a class="link" href=backup>"this backup"</a></Fact>
                <Fact name="Ready after">{took_ms(rehearsal.boot_ms)}</Fact>
                <Fact name="Server">{format!("{}, {} models", rehearsal.version, rehearsal.models)}</Fact>
                <Fact name="Locks">{or_none(&locks)}</Fact>
                <Fact name="Rewritten">{rewritten}</Fact>
                <Fact name="Rows lost">{rows}</Fact>
                <Fact name="New rows">{writes(&rehearsal.writes)}</Fact>
            </Facts>
            {catalog}
        </Section>
    }
    .into_any()
}

/// Whether rows can be added: `taken by 3 of 4 tables; orders refuses: null value in column "note"`.
fn writes(tried: &[WriteTried]) -> String {
    let sentence = |tried: &WriteTried| match &tried.outcome {
        WriteOutcome::Added => None,
        WriteOutcome::Refused { message, .. } => Some(format!("{} refuses: {message}", tried.table)),
        WriteOutcome::NotTried { message } => Some(format!("{} not checked: {message}", tried.table)),
    };
    let others: Vec<String> = tried.iter().filter_map(sentence).collect();
    let taken = format!("taken by {} of {} tables", tried.len() - others.len(), tried.len());
    std::iter::once(taken).chain(others).collect::<Vec<_>>().join("; ")
}

/// A lock: `public.orders for 1.9 s (AccessExclusiveLock)`.
fn lock(held: &LockHeld) -> String {
    format!("{} for {} ({})", held.table, took_ms(held.millis), held.mode)
}
