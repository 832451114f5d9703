//! The fleet.

use model::attention::Cause;
use model::fleet::UnreadableRow;
use model::{DeployProposal, Fleet, Health, Part, PartKind, PartState, Project, Remedy};
use time::OffsetDateTime;

use super::words::{ago, health, until};
use super::{project, table};

/// Projects of an outage that are named.
const NAMED: usize = 5;

/// Parts that are away, what needs an operator, then projects, worst first.
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
    sections.extend(attention(fleet, now));
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

/// What needs an operator, as the fleet page of the dashboard lists it; `None` if nothing does.
fn attention(fleet: &Fleet, now: OffsetDateTime) -> Option<String> {
    let causes = fleet.attention();
    let rows = causes.iter().map(|cause| match cause {
        Cause::Outage(outage) => [
            outage.part.title(),
            format!("Does not answer; {}", outage.summary(NAMED)),
            ago(outage.since, now),
            "checked every few seconds".into(),
            format!("atomoctl {}", outage_command(outage.part.kind)),
        ],
        Cause::Project(project, need) => [
            project.id.to_string(),
            need.what.clone(),
            need.since.map_or_else(|| "-".into(), |since| ago(since.at(), now)),
            need.next.filter(|at| *at > now).map_or_else(|| "-".into(), |at| until(at, now)),
            need.remedies
                .first()
                .map(|remedy| format!("atomoctl {}", command(project, *remedy)))
                .unwrap_or_default(),
        ],
        Cause::Drift(project, finding) => [
            project.id.to_string(),
            finding.what(),
            ago(finding.first_seen, now),
            "-".into(),
            format!("atomoctl drift show {}", finding.id),
        ],
        Cause::Proposal(project, proposal) => proposed(project, proposal, now),
        Cause::Backup(project, fault) => [
            project.id.to_string(),
            fault.what.clone(),
            ago(fault.since, now),
            "-".into(),
            match fault.operation_id {
                Some(operation) => format!("atomoctl operation show {operation}"),
                None => format!("atomoctl backup list {}", project.id),
            },
        ],
    });
    let header = ["NEEDS ATTENTION", "WHY", "SINCE", "NEXT ATTEMPT", "COMMAND"];
    (!causes.is_empty()).then(|| table(header, rows, ""))
}

fn proposed(project: &Project, proposal: &DeployProposal, now: OffsetDateTime) -> [String; 5] {
    [
        project.id.to_string(),
        format!("Proposed: {}", proposal.what()),
        ago(proposal.proposed_at, now),
        "-".into(),
        format!("atomoctl deploy run {} --ref {} --plan", project.id, proposal.commit.sha),
    ]
}

const fn outage_command(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Postgres => "database-server list",
        PartKind::Gateway => "gateway show",
        PartKind::Driver | PartKind::Secrets => "fleet tasks",
    }
}

/// The command that does what the first remedy of the dashboard does.
fn command(project: &Project, remedy: Remedy) -> String {
    let id = &project.id;
    match remedy {
        Remedy::ReadOperation(operation) => format!("operation show {operation}"),
        Remedy::Retry(operation) => format!("operation retry {operation}"),
        Remedy::ChangeCommit => format!("project edit {id} --ref SHA"),
        Remedy::ReadLog => format!("project logs {id}"),
        Remedy::Open | Remedy::Compare => format!("project show {id}"),
    }
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
