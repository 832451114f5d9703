//! Desired beside observed state, level by level.

use leptos::prelude::*;
use model::difference::{LevelComparison, compare};
use model::{CommitSha, InstanceSeen, Level as On, Project};
use time::OffsetDateTime;

use super::cell_text::Unknown;
use crate::components::{Elapsed, Icon, Section, Sha, Table, When};
use crate::text::{NONE, sentence};

/// The table.
#[component]
pub(super) fn Levels(project: Project) -> impl IntoView {
    let checked = project.observed.at;
    let runs = project.observed.facts.instance.present().filter(|instance| instance.is_running());
    let up = runs.map(|instance: &InstanceSeen| instance.started_at);
    let changing = project.is_changing();
    let row = |level| view! { <Level level checked up changing/> };
    let rows = compare(&project).into_iter().map(row).collect_view();
    let (generation, reached) = (project.generation, project.observed_generation);
    let generations = if generation == reached {
        format!(", generation {generation}")
    } else {
        format!(", generation {generation}, {reached} reached")
    };
    let beside = view! { <span class="faint">"checked "<When at=checked/>{generations}</span> }.into_any();
    view! {
        <Section id="observed" title="Desired and observed" beside=Some(beside) class="levels">
            <Table label="Desired and observed" heads=&["Level", "Desired", "Observed", "Drift"]>{rows}</Table>
        </Section>
    }
    .into_any()
}

#[component]
fn Level(
    level: LevelComparison,
    checked: OffsetDateTime,
    /// Since when the instance runs.
    up: Option<OffsetDateTime>,
    /// Whether a requested change is in progress, of which a difference is no drift.
    changing: bool,
) -> impl IntoView {
    let (sync, icon, word) = match level.same() {
        Some(true) => ("synced", "synced", "Same"),
        Some(false) if changing => ("progressing", "progressing", "In progress"),
        Some(false) => ("out-of-sync", "drift", "Differs"),
        None => ("unknown", "unknown", "Unknown"),
    };
    let up = up.filter(|_| level.level == On::State).map(|from| view! { ", up "<Elapsed from to=None/> });
    let observed = level.observed.map_or_else(
        || view! { <Unknown at=checked/> }.into_any(),
        |text| view! { <Value value=LevelValue::of(level.level, &text)/>{up} }.into_any(),
    );
    let word = if level.differences.is_empty() { word.to_owned() } else { level.differences.join("; ") };
    view! {
        <tr>
            <th scope="row">{level.level.label()}</th>
            <td><Value value=LevelValue::of(level.level, &level.desired)/></td>
            <td>{observed}</td>
            <td><span class="status" data-sync=sync><Icon name=icon/>{word}</span></td>
        </tr>
    }
    .into_any()
}

/// How a value is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LevelValue {
    Commit(CommitSha),
    /// A name, unchanged.
    Name(String),
    /// A word, capitalised.
    Word(String),
}

impl LevelValue {
    fn of(level: On, text: &str) -> Self {
        match (level, text) {
            (_, "") => Self::Word(NONE.to_owned()),
            (_, "absent") | (On::State, _) => Self::Word(sentence(text)),
            _ => CommitSha::try_from(text.to_owned())
                .map_or_else(|_| Self::Name(text.to_owned()), Self::Commit),
        }
    }
}

#[component]
fn Value(value: LevelValue) -> impl IntoView {
    match value {
        LevelValue::Commit(commit) => view! { <Sha commit/> }.into_any(),
        LevelValue::Name(text) | LevelValue::Word(text) => text.into_any(),
    }
}

#[cfg(test)]
mod tests;
