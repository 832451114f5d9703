//! What was asked for beside what was seen, level by level.

use leptos::prelude::*;
use model::Project;
use model::health::{Compared, compare};

use crate::components::{Icon, Section, Table, When};
use crate::text::{NONE, sentence};

/// The table "desired and observed".
#[component]
pub(super) fn Levels(project: Project) -> impl IntoView {
    let rows = compare(&project).into_iter().map(|level| view! { <Level level/> }).collect_view();
    let looked = project.observed.at;
    let (generation, reached) = (project.generation, project.observed_generation);
    let beside = move || {
        view! {
            <span class="faint">
                "looked "<When at=looked/>
                {if generation == reached { format!(", generation {generation}") } else { format!(", generation {generation}, {reached} reached") }}
            </span>
        }
    };
    view! {
        <Section id="observed" title="Desired and observed" beside class="levels">
            <Table label="Desired and observed" heads=&["What", "Desired", "Observed", "Drift"]>{rows}</Table>
        </Section>
    }
    .into_any()
}

#[component]
fn Level(level: Compared) -> impl IntoView {
    let (sync, icon, word) = match level.same() {
        Some(true) => ("synced", "synced", "Same"),
        Some(false) => ("out-of-sync", "drift", "Differs"),
        None => ("unknown", "unknown", "Unknown"),
    };
    let observed = level.observed.map_or_else(|| "?".to_owned(), |text| readable(&text));
    view! {
        <tr>
            <th scope="row">{sentence(level.what)}</th>
            <td title=level.desired.clone()>{readable(&level.desired)}</td>
            <td>{observed}</td>
            <td><span class="status" data-sync=sync><Icon name=icon/>{word}</span></td>
        </tr>
    }
    .into_any()
}

/// Commits are cut to seven characters, nothing is a dash.
fn readable(text: &str) -> String {
    let commit = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text {
        "" => NONE.to_owned(),
        commit_id if commit => commit_id[..7].to_owned(),
        other => other.to_owned(),
    }
}
