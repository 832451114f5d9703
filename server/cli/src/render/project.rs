//! Projects.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use model::difference::{LevelComparison, compare};
use model::{
    CommitSha, EnvName, EnvValue, FirstAdmin, Fleet, Hostname, Observed, Project, ProjectId, ReleaseSeen,
    SchemaRef,
};
use time::OffsetDateTime;

use super::words::{ago, health, plain, sync};
use super::{Fact, facts, problem, table};

/// The note wherever instances are shown that run the stand-in.
pub const STANDIN: &str = "STAND-IN: not a real atomo-server, but the stand-in of Atomo Fleet's own tests";

/// Printed instead of a table without rows.
const NONE: &str = "No project yet. Create one with: atomoctl project create";

/// The table of projects, worst first.
pub fn rows<P: Borrow<Project>>(projects: &[P], now: OffsetDateTime) -> String {
    let header = ["PROJECT", "HEALTH", "SYNC", "STATUS", "HOSTNAME", "SCHEMA", "CHANGED"];
    table(header, worst_first(projects).into_iter().map(|project| row(project, now)), NONE)
}

/// The same with class and labels.
pub fn wide_rows(projects: &[impl Borrow<Project>], now: OffsetDateTime) -> String {
    let header = ["PROJECT", "HEALTH", "SYNC", "STATUS", "HOSTNAME", "SCHEMA", "CHANGED", "CLASS", "LABELS"];
    table(header, worst_first(projects).into_iter().map(|project| wide_row(project, now)), NONE)
}

fn worst_first(projects: &[impl Borrow<Project>]) -> Vec<&Project> {
    let mut projects: Vec<&Project> = projects.iter().map(Borrow::borrow).collect();
    projects.sort_by_key(|project| (project.health(), project.id.clone()));
    projects
}

fn wide_row(project: &Project, now: OffsetDateTime) -> [String; 9] {
    let [id, health, sync, status, hostname, schema, changed] = row(project, now);
    let labels = if project.labels.is_empty() { "-".into() } else { project.labels.to_string() };
    [id, health, sync, status, hostname, schema, changed, project.class.to_string(), labels]
}

fn row(project: &Project, now: OffsetDateTime) -> [String; 7] {
    [
        project.id.to_string(),
        health_since(project, now),
        sync(&project.sync()),
        project.status.to_string(),
        project.hostname.as_ref().map_or_else(|| "-".into(), ToString::to_string),
        project.schema_ref.commit().short().to_owned(),
        changed(project, now),
    ]
}

/// `3 min ago, release`
fn changed(project: &Project, now: OffsetDateTime) -> String {
    let what = project.last_change.map(|change| format!(", {}", change.kind.change())).unwrap_or_default();
    format!("{}{what}", ago(project.changed_at(), now))
}

/// A project. `fleet` tells whether instances run the stand-in.
pub fn page(project: &Project, fleet: Option<&Fleet>, now: OffsetDateTime) -> String {
    let head = head(project, fleet, now);
    let levels = table(["LEVEL", "ASKED FOR", "SEEN", ""], compare(project).iter().map(level), "");
    let problem = project.problem.as_ref().map(|found| format!("\n\n{}", problem::text(found)));
    format!("{head}\n{levels}{}", problem.unwrap_or_default())
}

fn head(project: &Project, fleet: Option<&Fleet>, now: OffsetDateTime) -> String {
    let observed = [
        ("Health", Some(health_since(project, now))),
        ("Sync", Some(sync(&project.sync()))),
        ("Status", Some(format!("{}, asked for: {}", project.status, project.desired_state))),
        ("Address", Some(address(project))),
        ("Release", release(project, fleet)),
        ("Pinned to", project.release.as_ref().map(ToString::to_string)),
        ("Before that", project.release_before.as_ref().map(ToString::to_string)),
        ("Database", Some(format!("{} on {}", project.id.database(), project.database_server))),
        ("Pool", Some(pool(project.pool_size))),
        ("Size", size(project)),
        ("Instance", Some(instance(project, now))),
        ("Limits", Some(limits(project))),
        ("Variables", (!project.env.is_empty()).then(|| project.env.len().to_string())),
        ("First admin", project.first_admin.as_ref().map(|admin| first_admin(&project.id, admin, now))),
        ("Created", Some(ago(project.created_at, now))),
        ("Looked at", Some(ago(project.observed.at, now))),
    ];
    facts(described(project).into_iter().chain(observed))
}

/// What an operator calls it, what describes it, and its schema.
pub fn described(project: &Project) -> Vec<Fact> {
    let schema = &project.schema_ref;
    let aliases: Vec<&str> = project.aliases.iter().map(Hostname::as_str).collect();
    vec![
        ("Project", Some(named(project))),
        ("Class", Some(project.class.to_string())),
        ("Labels", (!project.labels.is_empty()).then(|| project.labels.to_string())),
        ("Aliases", (!aliases.is_empty()).then(|| aliases.join(", "))),
        ("Schema", Some(schema_text(schema))),
        ("Schema file", project.observed.facts.file.as_ref().and_then(|file| file.problem.clone())),
    ]
}

/// `shop/schema.ts at 1234567 of https://...`, or the file that is followed.
fn schema_text(schema: &SchemaRef) -> String {
    let (path, content) = (schema.path(), schema.commit().short());
    schema.repo().map_or_else(
        || format!("development: follows {path}, content {content}"),
        |repo| format!("{path} at {content} of {repo}"),
    )
}

/// `x down, since 5 min ago`; the health alone where it is well or the time was not recorded.
fn health_since(project: &Project, now: OffsetDateTime) -> String {
    let since = project.ill_since().map(|at| format!(", since {}", ago(at, now))).unwrap_or_default();
    format!("{}{since}", health(project.health()))
}

/// The address, and when the generated password was shown, or how it is shown.
fn first_admin(id: &ProjectId, admin: &FirstAdmin, now: OffsetDateTime) -> String {
    let shown = admin.shown_at.map_or_else(
        || format!("password not shown yet: atomoctl project admin-password {id}"),
        |at| format!("password shown {}", ago(at, now)),
    );
    format!("{}, {shown}", plain(admin.email.as_str()))
}

/// The last measured size of the database; `None` if there is none, or if it was not measured.
fn size(project: &Project) -> Option<String> {
    project.observed.facts.database.present()?;
    project.observed.figures.database.bytes.map(|bytes| bytes.to_string())
}

fn pool(size: model::PoolSize) -> String {
    if size.get() == 1 { "1 connection".into() } else { format!("{size} connections") }
}

fn named(project: &Project) -> String {
    if project.display_name == project.id.as_str() {
        project.id.to_string()
    } else {
        format!("{} ({})", project.id, project.display_name)
    }
}

/// The URL of the project, or how it is reached without a hostname.
pub fn address(project: &Project) -> String {
    let none = || format!("no hostname; reached by the header X-Atomo-Project: {}", project.id);
    project.address.clone().unwrap_or_else(none)
}

fn release(project: &Project, fleet: Option<&Fleet>) -> Option<String> {
    match project.observed.facts.ready.present() {
        Some(ReleaseSeen { standin: true, version, .. }) => Some(format!("{STANDIN} ({version})")),
        Some(seen) => Some(format!("atomo-server {}, {} models", seen.version, seen.models)),
        None => fleet.filter(|fleet| fleet.standin).map(|_| STANDIN.to_owned()),
    }
}

/// The desired limits, and the present ones if they differ.
fn limits(project: &Project) -> String {
    let held = project.observed.facts.instance.present().and_then(|instance| instance.limits);
    let differs = held.filter(|held| *held != project.limits.instance);
    let now = differs.map(|held| format!("; currently {held}")).unwrap_or_default();
    format!("{}, {} restart attempts{now}", project.limits.instance, project.limits.restarts)
}

fn instance(project: &Project, now: OffsetDateTime) -> String {
    match &project.observed.facts.instance {
        Observed::Unknown => "not known".into(),
        Observed::Absent => "none".into(),
        Observed::Present(seen) if seen.is_running() => {
            let pid = seen.pid.map(|pid| format!(", pid {pid}")).unwrap_or_default();
            let memory = project.observed.figures.instance.memory;
            let memory = memory.map(|memory| format!(", {memory}")).unwrap_or_default();
            format!("{}{pid}{memory}, started {}", seen.address, ago(seen.started_at, now))
        }
        Observed::Present(seen) => {
            let at = seen.exit.as_ref().map(|exit| format!(" {}", ago(exit.at, now))).unwrap_or_default();
            let memory = seen.exit.as_ref().and_then(|exit| exit.out_of_memory);
            let why = memory.map(|reached| format!(", at its memory limit of {}", reached.limit));
            format!("ended{at}{}", why.unwrap_or_default())
        }
    }
}

fn level(level: &LevelComparison) -> [String; 4] {
    let verdict = match level.same() {
        Some(true) => "same".to_owned(),
        Some(false) => level.differences.join("; "),
        None => "?".to_owned(),
    };
    let seen = level.observed.as_deref().map_or_else(|| "not known".into(), short);
    [level.level.label().to_owned(), short(&level.desired), seen, verdict]
}

/// The first digits of a commit; other text unchanged.
fn short(text: &str) -> String {
    text.parse::<CommitSha>().map_or_else(|_| text.to_owned(), |commit| commit.short().to_owned())
}

/// The environment of a project.
pub fn env(env: &BTreeMap<EnvName, EnvValue>) -> String {
    let row = |(name, value): (&EnvName, &EnvValue)| match value {
        EnvValue::Text(text) => [name.to_string(), text.clone()],
        EnvValue::Secret(used) => [name.to_string(), format!("the secret {}", used.secret)],
    };
    table(["VARIABLE", "VALUE"], env.iter().map(row), "No variables.")
}
