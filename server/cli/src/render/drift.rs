//! Drift: findings, levels, what closes them.

use model::{DriftFinding, DriftFix, DriftLevelState, FixOutcome, ProjectDrift};
use time::OffsetDateTime;

use super::words::{ago, plain};
use super::{Fact, facts, table};

/// Findings.
pub fn findings(findings: &[DriftFinding], now: OffsetDateTime) -> String {
    let row = |finding: &DriftFinding| {
        [
            finding.id.to_string(),
            finding.project_id.to_string(),
            finding.level.to_string(),
            finding.severity.to_string(),
            finding.state(now).to_owned(),
            finding.diff.len().to_string(),
            ago(finding.first_seen, now),
            ago(finding.last_seen, now),
        ]
    };
    let head = ["FINDING", "PROJECT", "LEVEL", "SEVERITY", "STATE", "LINES", "FIRST SEEN", "LAST SEEN"];
    table(head, findings.iter().map(row), "No drift.")
}

/// One finding.
pub fn finding(finding: &DriftFinding, now: OffsetDateTime) -> String {
    let decided = finding.decision.as_ref().map(|decision| {
        let until = decision.until.map(|until| format!(" until {}", until.date())).unwrap_or_default();
        format!("{}{until} by {}: {}", decision.kind, decision.by.label(), decision.reason)
    });
    let lines: [Fact; 9] = [
        ("finding", Some(finding.id.to_string())),
        ("project", Some(finding.project_id.to_string())),
        ("level", Some(format!("{}. {}", finding.level, finding.level.help()))),
        ("state", Some(format!("{}, {}", finding.state(now), finding.severity))),
        ("first seen", Some(ago(finding.first_seen, now))),
        ("last seen", Some(ago(finding.last_seen, now))),
        ("unknown", finding.unknown_since.map(|since| format!("since {}", ago(since, now)))),
        ("resolved", finding.resolved_at.map(|at| ago(at, now))),
        ("decision", decided),
    ];
    let diff: Vec<String> = finding.diff.iter().map(|line| plain(line)).collect();
    format!("{}\n\n{}\n\n{}", facts(lines), diff.join("\n"), fix(&finding.fix()))
}

/// Every level of a project, then its findings that are not resolved.
pub fn project(drift: &ProjectDrift, now: OffsetDateTime) -> String {
    let row = |level: &DriftLevelState| {
        [
            level.level.to_string(),
            level.state.to_string(),
            level.checked_at.map_or_else(|| "-".into(), |at| ago(at, now)),
            level.unknown_since.map_or_else(|| "-".into(), |since| ago(since, now)),
            level.note.clone().unwrap_or_else(|| "-".into()),
        ]
    };
    let head = ["LEVEL", "STATE", "CHECKED", "UNKNOWN SINCE", "NOTE"];
    let levels = table(head, drift.levels.iter().map(row), "No level was checked.");
    let open: Vec<DriftFinding> =
        drift.findings.iter().filter(|it| it.resolved_at.is_none()).cloned().collect();
    let ahead = drift.repository_ahead.as_ref().map(|commit| {
        format!("\n\nThe repository is ahead: {} is the newest commit of the schema file.", commit.short())
    });
    format!("{levels}\n\n{}{}", findings(&open, now), ahead.unwrap_or_default())
}

/// What came of a fix.
pub fn outcome(outcome: &FixOutcome) -> String {
    match &outcome.operation {
        Some(operation) => {
            format!("{}\nFollow it: atomoctl operation wait {}", fix(&outcome.fix), operation.id)
        }
        None => fix(&outcome.fix),
    }
}

fn fix(fix: &DriftFix) -> String {
    match fix {
        DriftFix::Operation { what } => format!("Fix: {what}."),
        DriftFix::ByHand { what, sql } if sql.is_empty() => format!("Fix: {what}"),
        DriftFix::ByHand { what, sql } => {
            let sql: Vec<String> = sql.iter().map(|line| plain(line)).collect();
            format!("Fix: {what}\n\n{}", sql.join("\n"))
        }
    }
}
