//! The fleet.

use model::fleet::UnreadableRow;
use model::{Fleet, Health, Part, PartState};
use time::OffsetDateTime;

use super::words::{ago, health};
use super::{project, table};

/// Parts that are away, then projects, worst first.
pub fn page(fleet: &Fleet, now: OffsetDateTime) -> String {
    let mut sections = vec![counts(fleet)];
    if fleet.standin {
        sections.push(format!("{}.", project::STANDIN));
    }
    let mut parts: Vec<&Part> = fleet.parts.iter().collect();
    parts.sort_by_key(|part| match part.state {
        PartState::Away { .. } => 0,
        PartState::Unknown => 1,
        PartState::Up => 2,
    });
    let parts = parts.into_iter().map(|part| row(part, now));
    sections.push(table(["PART", "STATE", "WHAT"], parts, "No part is known yet."));
    if fleet.parts.iter().any(|part| !part.missing.is_empty()) {
        sections.push(table(["PART", "WHAT IT LACKS"], fleet.parts.iter().flat_map(lacks), ""));
    }
    sections.push(project::rows(&fleet.projects, now));
    if !fleet.unreadable.is_empty() {
        let rows = fleet.unreadable.iter().map(unreadable);
        sections.push(table(["UNREADABLE ROW", "WHY"], rows, ""));
    }
    sections.join("\n\n")
}

/// The number of projects by health, worst first: `3 projects: 1 down, 2 healthy`.
pub fn counts(fleet: &Fleet) -> String {
    let total = fleet.projects.len();
    let noun = if total == 1 { "project" } else { "projects" };
    let counts: Vec<String> = Health::ALL
        .into_iter()
        .map(|word| (word, fleet.count(word)))
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    if counts.is_empty() { "No projects".into() } else { format!("{total} {noun}: {}", counts.join(", ")) }
}

fn row(part: &Part, now: OffsetDateTime) -> [String; 3] {
    let (state, what) = match &part.state {
        PartState::Up => ("\u{2713} up".into(), part.name.clone()),
        PartState::Unknown => ("? unknown".into(), part.name.clone()),
        PartState::Away { reason, since } => {
            (format!("x away since {}", ago(*since, now)), format!("{}: {reason}", part.name))
        }
    };
    [part.label(), state, what]
}

fn lacks(part: &Part) -> impl Iterator<Item = [String; 2]> {
    part.missing.iter().map(|lack| [part.label(), lack.clone()])
}

fn unreadable(row: &UnreadableRow) -> [String; 2] {
    [row.id.clone(), row.reason.clone()]
}

/// One line for each project or part that changed, appeared or disappeared.
pub fn changes(before: &Fleet, after: &Fleet) -> Vec<String> {
    let found = |fleet: &Fleet, id: &model::ProjectId| {
        fleet.projects.iter().find(|p| p.id == *id).map(|p| (p.health(), p.status))
    };
    let mut lines = Vec::new();
    for now in &after.projects {
        let state = (now.health(), now.status);
        if found(before, &now.id) != Some(state) {
            lines.push(format!("{}: {}, {}", now.id, health(state.0), state.1));
        }
    }
    for was in &before.projects {
        if found(after, &was.id).is_none() {
            lines.push(format!("{}: gone", was.id));
        }
    }
    for now in after.parts.iter().filter(|part| !before.parts.contains(part)) {
        let [part, state, what] = row(now, after.at);
        lines.push(format!("{part}: {state}, {what}"));
    }
    lines
}
