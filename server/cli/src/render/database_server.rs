//! Database servers: budget, projects, missing grants.

use model::{
    Budget, DatabaseServer, DatabaseServerSeen, DatabaseUse, MissingGrant, Page, PartState, WalArchive,
    Weight,
};

use super::words::plain;
use super::{facts, table};

/// All servers, `default` first.
pub fn list(page: &Page<DatabaseServer>) -> String {
    page.items.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn one(server: &DatabaseServer) -> String {
    let seen = server.seen.as_ref();
    let head = facts([
        ("Server", Some(named(server))),
        ("State", Some(state(&server.state))),
        ("What", seen.map(|seen| format!("{}, as {}", seen.product, role(seen)))),
        ("Connections", Some(seen.map_or_else(|| "?".into(), |seen| sums(&seen.budget)))),
        ("Given", seen.map(|seen| given(&seen.budget))),
        ("In use", seen.map(|seen| seen.in_use.to_string())),
        ("Write-ahead log", server.wal_archive.as_ref().map(archive)),
    ]);
    let projects = table(
        ["PROJECT", "POOL", "LIMIT", "IN USE", "SIZE"],
        server.projects.iter().map(share),
        "No project has its database here.",
    );
    let missing_grants: String =
        seen.map(|seen| seen.missing_grants.iter().map(grant).collect()).unwrap_or_default();
    let problems = server.wal_archive.iter().flat_map(|archive| &archive.problems);
    let problems: String = problems.map(problem).collect();
    format!("{head}\n{projects}\n{missing_grants}{problems}")
}

/// Since when a restore to a time is possible.
fn archive(archive: &WalArchive) -> String {
    let state = if archive.receiving { "received" } else { "x not received" };
    let window = archive.windows.last().map_or_else(
        || "no base backup is complete yet".to_owned(),
        |window| format!("restores from {} on", window.earliest.date()),
    );
    format!("{state}, {window}, {} base backups, {}", archive.base_backups, archive.bytes)
}

fn problem(problem: &MissingGrant) -> String {
    let sql = problem.sql.as_ref().map(|sql| format!("  {sql}\n")).unwrap_or_default();
    format!("x {}\n{sql}", problem.text)
}

fn named(server: &DatabaseServer) -> String {
    let region = server.region.as_ref().map(|region| format!(", {region}")).unwrap_or_default();
    format!("{}{region}", server.name)
}

fn state(state: &PartState) -> String {
    match state {
        PartState::Up => "\u{2713} up".into(),
        PartState::Unknown => "? not checked yet".into(),
        PartState::Away { reason, .. } => format!("x away: {reason}"),
    }
}

fn role(seen: &DatabaseServerSeen) -> String {
    let kind = if seen.superuser { " (superuser)" } else { "" };
    format!("{}{kind}", seen.role)
}

fn sums(budget: &Budget) -> String {
    let Budget { max, reserved, own, backup, given: _ } = budget;
    format!(
        "{max} - {reserved} reserved - {own} control plane - {backup} backups = {} for projects",
        budget.for_projects()
    )
}

fn given(budget: &Budget) -> String {
    match budget.overdrawn() {
        0 => format!("{}, {} free", budget.given, budget.free()),
        over => format!("{}, {over} more than there are", budget.given),
    }
}

fn share(share: &DatabaseUse) -> [String; 5] {
    [
        share.project_id.to_string(),
        share.pool_size.to_string(),
        share.limit.to_string(),
        share.in_use.map_or_else(|| "?".into(), |open| open.to_string()),
        share.bytes.map_or_else(|| "?".into(), |bytes| bytes.to_string()),
    ]
}

fn grant(grant: &model::MissingGrant) -> String {
    let mark = match grant.weight {
        Weight::Missing => "x missing",
        Weight::Lost => "! lost",
        Weight::Asked => "? action needed",
    };
    let sql = grant.sql.iter().flat_map(|sql| sql.lines()).map(|line| format!("    {}\n", plain(line)));
    format!("\n{mark}: {}\n{}", plain(&grant.text), sql.collect::<String>())
}
