//! A row of the project table, written as text.

use model::{Observed, Project, ReleaseSeen, Sync};
use time::OffsetDateTime;

use crate::html::Html;
use crate::text::{NONE, ago, count, exact, iso, sentence};

/// Writes the row of a project.
pub(super) fn write_row(html: &mut Html, project: &Project) {
    html.open("tr", &[("role", "row"), ("data-row", project.id.as_str())]);
    cell(html, "health", "");
    health(html, project);
    html.close("td");
    name(html, project);
    cell(html, "sync", "");
    sync(html, &project.sync());
    html.close("td");
    let commit = project.schema_ref.commit();
    cell(html, "commit", "");
    html.element("span", &[("class", "sha"), ("title", commit.as_str())], commit.short()).close("td");
    release(html, project);
    figures(html, project);
    changed(html, project.updated_at);
    html.close("tr");
}

fn cell(html: &mut Html, column: &str, class: &str) {
    let attributes = [("role", "cell"), ("data-col", column), ("class", class)];
    html.open("td", attributes.get(..if class.is_empty() { 2 } else { 3 }).unwrap_or_default());
}

fn health(html: &mut Html, project: &Project) {
    let health = project.health();
    let spin = health == model::Health::Progressing;
    html.open("span", &[("class", "status"), ("data-health", health.as_str())]);
    html.icon(health.as_str(), spin).text(&sentence(health.as_str())).close("span");
}

/// The display name as a link, with the id where it differs, and the hostname.
fn name(html: &mut Html, project: &Project) {
    let (id, name) = (project.id.as_str(), project.display_name.as_str());
    html.open("th", &[("role", "rowheader"), ("scope", "row"), ("data-col", "project")]);
    html.element("a", &[("class", "row-link"), ("href", &format!("/projects/{id}"))], name);
    if name != id {
        html.text(" ").element("span", &[("class", "faint mono")], id);
    }
    if let Some(host) = &project.hostname {
        html.text(" ").element("span", &[("class", "faint host")], host.as_str());
    }
    html.close("th");
}

fn sync(html: &mut Html, sync: &Sync) {
    let (word, icon, text) = match sync {
        Sync::Synced => ("synced", "synced", "Synced".to_owned()),
        Sync::Unknown => ("unknown", "unknown", "Unknown".to_owned()),
        Sync::OutOfSync(drifts) => ("out-of-sync", "drift", count(drifts.len(), "drift", "drifts")),
    };
    html.open("span", &[("class", "status"), ("data-sync", word)]);
    html.icon(icon, false).text(&text).close("span");
}

/// The version that the instance reports.
fn release(html: &mut Html, project: &Project) {
    cell(html, "release", "soft");
    let version = |release: &ReleaseSeen| Some(release.version.clone());
    observed(html, project, &project.observed.facts.ready, version);
    html.close("td");
}

fn figures(html: &mut Html, project: &Project) {
    let (facts, figures) = (&project.observed.facts, project.observed.figures);
    cell(html, "database", "num");
    observed(html, project, &facts.database, |_| figures.database.bytes.map(|bytes| bytes.to_string()));
    html.close("td");
    cell(html, "connections", "num");
    observed(html, project, &facts.database, |_| figures.database.connections.map(|open| open.to_string()));
    html.close("td");
    cell(html, "memory", "num");
    observed(html, project, &facts.instance, |_| figures.instance.memory.map(|bytes| bytes.to_string()));
    html.close("td");
}

fn changed(html: &mut Html, at: OffsetDateTime) {
    cell(html, "changed", "num soft");
    let attributes = [("datetime", &*iso(at)), ("title", &*exact(at)), ("data-ago", "")];
    html.element("time", &attributes, &ago(at, OffsetDateTime::now_utc())).close("td");
}

/// An observed value: "?" if unknown, with the time of the last observation; a dash if absent.
fn observed<T>(html: &mut Html, project: &Project, seen: &Observed<T>, text: impl Fn(&T) -> Option<String>) {
    let text = match seen {
        Observed::Unknown => {
            let title = format!("last checked {}", exact(project.observed.at));
            html.element("span", &[("class", "faint"), ("title", &title)], "?");
            return;
        }
        Observed::Absent => None,
        Observed::Present(value) => text(value),
    };
    let Some(text) = text else {
        html.element("span", &[("class", "faint")], NONE);
        return;
    };
    match text.split_once(' ') {
        Some((figure, unit)) if figure.starts_with(|first: char| first.is_ascii_digit()) => {
            html.text(figure).element("span", &[("class", "unit")], &format!(" {unit}"));
        }
        _ => {
            html.text(&text);
        }
    }
}

#[cfg(test)]
mod tests;
