//! Deploys: what one would do, what it did.

use model::{
    CommitInfo, Deploy, DeployPlan, DeployProposal, DeployVersion, Page, Preflight, Rehearsal,
    RepositoryAhead, SchemaDiff, WrittenSince, WrittenTable,
};
use time::OffsetDateTime;

use super::words::{ago, plain};
use super::{Fact, facts, problem, table};

/// What a deploy would do.
pub fn plan(plan: &DeployPlan, now: OffsetDateTime) -> String {
    let backup = plan.backup.map(|backup| format!("{}, {}", backup.id, ago(backup.taken_at, now)));
    let lines: [Fact; 7] = [
        ("project", Some(plan.project_id.to_string())),
        ("from", Some(version(&plan.from))),
        ("to", Some(version(&plan.to))),
        ("commit", Some(commit(&plan.commit, now))),
        ("verified backup", Some(backup.unwrap_or_else(|| "none".into()))),
        ("last pause", plan.last_pause_ms.map(|millis| format!("{millis} ms"))),
        ("needs", Some(needs(plan))),
    ];
    format!("{}\n{}", facts(lines), findings(&plan.preflight))
}

fn needs(plan: &DeployPlan) -> String {
    let gate = &plan.gate;
    let mut needs = Vec::new();
    if let Some(operation) = plan.waits_for {
        needs.push(format!("the end of operation {operation}"));
    }
    if gate.confirm {
        needs.push(format!("--confirm {}", plan.project_id));
    }
    if gate.rehearse_required {
        needs.push("a rehearsal, which is the default".to_owned());
    }
    if let Some(hours) = gate.backup_hours {
        needs.push(format!("with --without-backup: a verified backup of the last {hours} h"));
    }
    if needs.is_empty() { "nothing".to_owned() } else { needs.join("; ") }
}

/// Every finding, the worst first, and what was not checked.
pub fn findings(preflight: &Preflight) -> String {
    let rows = preflight.findings.iter().map(|finding| {
        let rows = finding.evidence.as_ref().map(|evidence| match evidence.rows {
            Some(rows) => rows.to_string(),
            None => "not counted".to_owned(),
        });
        let detail = format!("{} {}", finding.change, finding.detail);
        [finding.class.label().to_owned(), rows.unwrap_or_else(|| "-".into()), detail]
    });
    let head = ["CLASS", "ROWS", "WHAT HAPPENS"];
    let mut text = table(head, rows, "The schema changes nothing in the database.");
    for place in &preflight.not_checked {
        text = format!("{text}\nnot checked, line {}: {}", place.line, place.what);
    }
    text
}

/// The deploys of a project.
pub fn rows(page: &Page<Deploy>, now: OffsetDateTime) -> String {
    let row = |deploy: &Deploy| {
        [
            deploy.id.to_string(),
            deploy.state.to_string(),
            deploy.kind.to_string(),
            deploy.to.schema_ref.commit().short().to_owned(),
            deploy.commit.summary.clone(),
            deploy.actor.label(),
            ago(deploy.requested_at, now),
        ]
    };
    let head = ["DEPLOY", "STATE", "KIND", "COMMIT", "MESSAGE", "BY", "REQUESTED"];
    let mut text = table(head, page.items.iter().map(row), "No deploy.");
    if let Some(cursor) = &page.next_cursor {
        text = format!("{text}\nOlder ones: --cursor {cursor}");
    }
    text
}

/// One deploy.
pub fn page(deploy: &Deploy, now: OffsetDateTime) -> String {
    let took = deploy.ended_at.map(|ended| ended - deploy.requested_at);
    let lines: [Fact; 11] = [
        ("deploy", Some(deploy.id.to_string())),
        ("project", Some(deploy.project_id.to_string())),
        ("state", Some(deploy.state.to_string())),
        ("from", Some(version(&deploy.from))),
        ("to", Some(version(&deploy.to))),
        ("commit", Some(commit(&deploy.commit, now))),
        ("requested", Some(format!("{}, by {}", ago(deploy.requested_at, now), deploy.actor.label()))),
        ("took", took.map(|took| format!("{:.1} s", took.as_seconds_f64()))),
        ("backup", deploy.backup_id.map(|backup| backup.to_string())),
        ("undo", deploy.undo_until.map(|until| format!("with its data, until {}", ago(until, now)))),
        ("operation", Some(deploy.operation_id.to_string())),
    ];
    let mut text = format!("{}\n{}", facts(lines), findings(&deploy.preflight));
    if let Some(done) = &deploy.rehearsal {
        text = format!("{text}\n\n{}", rehearsal(done));
    }
    match &deploy.problem {
        Some(found) => format!("{text}\n\n{}", problem::text(found)),
        None => text,
    }
}

fn rehearsal(done: &Rehearsal) -> String {
    let lock = |held: &model::LockHeld| format!("{} on {} for {} ms", held.mode, held.table, held.millis);
    let locks: Vec<String> = done.locks.iter().map(lock).collect();
    let none = || "none".to_owned();
    let joined = |items: &[String]| if items.is_empty() { none() } else { items.join(", ") };
    let lines: [Fact; 6] = [
        ("rehearsal", Some(format!("server {} was ready after {} ms", done.version, done.boot_ms))),
        ("models", Some(done.models.to_string())),
        ("copy of", Some(format!("backup {}", done.backup_id))),
        ("locks", Some(joined(&locks))),
        ("written anew", Some(joined(&done.rewritten))),
        ("rows lost", Some(joined(&done.rows))),
    ];
    let mut text = facts(lines);
    for line in &done.catalog {
        text.push_str(line);
        text.push('\n');
    }
    if done.catalog_left_out > 0 {
        text = format!("{text}({} more lines)\n", done.catalog_left_out);
    }
    text.trim_end().to_owned()
}

/// Later commits.
pub fn ahead(ahead: &RepositoryAhead, now: OffsetDateTime) -> String {
    let row = |commit: &CommitInfo| {
        [commit.sha.to_string(), commit.summary.clone(), commit.author.clone(), ago(commit.at, now)]
    };
    let mut text = table(
        ["COMMIT", "MESSAGE", "AUTHOR", "WHEN"],
        ahead.commits.iter().map(row),
        "The project has the newest commit that changes its schema.",
    );
    if !ahead.present_is_known {
        text.push_str("\nThe commit of the project is not among the last 50 of the default branch.");
    }
    text
}

/// A unified diff.
pub fn diff(diff: &SchemaDiff) -> String {
    if diff.lines.is_empty() {
        return format!("{} is the same at both commits.", diff.path);
    }
    let left_out = (diff.left_out > 0).then(|| format!("\n({} more lines)", diff.left_out));
    let (path, from, to) = (&diff.path, diff.from.short(), diff.to.short());
    format!("--- {path} {from}\n+++ {path} {to}\n{}{}", diff.lines.join("\n"), left_out.unwrap_or_default())
}

/// What an undo with data loses, for the prompt.
pub fn lost(deploy: &Deploy, written: &WrittenSince, now: OffsetDateTime) -> String {
    let rows = |rows: Option<u64>| rows.map_or_else(|| "no table".to_owned(), |rows| format!("{rows} rows"));
    let line = |table: &WrittenTable| {
        format!("  {}: {} then, {} now", table.table, rows(table.then), rows(table.now))
    };
    let tables: Vec<String> = written.tables.iter().map(line).collect();
    let tables = if tables.is_empty() {
        "No table has another number of rows; changed rows are not counted.".to_owned()
    } else {
        format!("Tables with another number of rows:\n{}", tables.join("\n"))
    };
    format!(
        "This gives {} schema and data of {} again. What was written since is lost from the project; it is backed up first. {tables}",
        deploy.project_id,
        ago(written.taken_at, now)
    )
}

fn version(version: &DeployVersion) -> String {
    let release = version.release.as_ref().map(|release| format!(", release {release}"));
    let schema = &version.schema_ref;
    format!("{} at {}{}", schema.path(), schema.commit().short(), release.unwrap_or_default())
}

fn commit(commit: &CommitInfo, now: OffsetDateTime) -> String {
    format!("{} ({}, {})", commit.summary, commit.author, ago(commit.at, now))
}

/// The proposed deploys of a project: none or one.
pub fn proposals(proposals: &[DeployProposal], now: OffsetDateTime) -> String {
    let row = |proposal: &DeployProposal| {
        [
            proposal.commit.sha.to_string(),
            plain(&proposal.commit.summary),
            plain(&proposal.commit.author),
            plain(&proposal.branch),
            proposal.host.label().to_owned(),
            ago(proposal.proposed_at, now),
        ]
    };
    let head = ["COMMIT", "MESSAGE", "AUTHOR", "BRANCH", "HOST", "PROPOSED"];
    table(head, proposals.iter().map(row), "No deploy is proposed.")
}
