//! A row of the project table, written as text.

use model::{Observed, Project, ProjectClass, ReleaseSeen, Sync};
use time::OffsetDateTime;

use crate::backups::LatestBackups;
use crate::components::sync_parts;
use crate::html::Html;
use crate::text::{NONE, ago, exact, iso, sentence};

/// Labels of a row that are written out.
const TAGS: usize = 3;

/// Writes the row of a project. `backups`: the newest ones; `None` if these could not be read.
pub(super) fn write_row(html: &mut Html, project: &Project, backups: Option<&LatestBackups>) {
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
    match project.schema_ref.volume() {
        None => html.element("span", &[("class", "sha"), ("title", commit.as_str())], commit.short()),
        Some(path) => followed(html, project, path.as_str()),
    };
    html.close("td");
    release(html, project);
    figures(html, project);
    backup(html, project, backups);
    changed(html, project);
    html.close("tr");
}

/// The mark of a project that follows a file, with what is in the way of its content.
fn followed<'a>(html: &'a mut Html, project: &Project, path: &str) -> &'a mut Html {
    let problem = project.observed.facts.file.as_ref().and_then(|file| file.problem.as_deref());
    let title = problem.map_or_else(|| format!("follows {path}"), str::to_owned);
    match problem {
        None => html.element(
            "span",
            &[("class", "tag"), ("data-class", "development"), ("title", &title)],
            "development",
        ),
        Some(_) => html.element(
            "span",
            &[("class", "status"), ("data-tone", "warn"), ("title", &title)],
            "development, not applied",
        ),
    }
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

/// The display name as a link, with the id where it differs, the hostname, the class and labels.
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
    tags(html, project);
    html.close("th");
}

/// The class unless it is production, and the first labels; the title of the last tag names the others.
fn tags(html: &mut Html, project: &Project) {
    if project.class != ProjectClass::Production {
        html.text(" ").element(
            "span",
            &[("class", "tag"), ("data-class", project.class.as_str())],
            project.class.as_str(),
        );
    }
    let labels: Vec<String> = project.labels.texts().collect();
    let (shown, others) = labels.split_at(labels.len().min(TAGS));
    for label in shown {
        html.text(" ").element("span", &[("class", "tag")], label);
    }
    if !others.is_empty() {
        let number = format!("+{}", others.len());
        html.text(" ").element("span", &[("class", "tag"), ("title", &others.join(", "))], &number);
    }
}

fn sync(html: &mut Html, sync: &Sync) {
    let (word, icon, text) = sync_parts(sync);
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
    measured(html, project, &facts.database, figures.database.bytes.as_ref());
    html.close("td");
    cell(html, "connections", "num");
    measured(html, project, &facts.database, figures.database.connections.as_ref());
    html.close("td");
    cell(html, "memory", "num");
    observed(html, project, &facts.instance, |_| figures.instance.memory.map(|bytes| bytes.to_string()));
    html.close("td");
}

/// The age of its newest verified backup.
fn backup(html: &mut Html, project: &Project, backups: Option<&LatestBackups>) {
    cell(html, "backup", "num soft");
    let Some(backups) = backups else {
        html.element("span", &[("class", "faint"), ("title", "the backups could not be read")], "?")
            .close("td");
        return;
    };
    match backups.verified(&project.id).map(|backup| backup.taken_at.unwrap_or(backup.started_at)) {
        None => {
            let title = "no verified backup";
            html.element("span", &[("class", "status"), ("data-tone", "warn"), ("title", title)], "none");
        }
        Some(at) => {
            let title = format!("verified backup of {}", exact(at));
            let attributes = [("datetime", &*iso(at)), ("title", &*title), ("data-ago", "")];
            html.element("time", &attributes, &ago(at, OffsetDateTime::now_utc()));
        }
    }
    html.close("td");
}

/// When it was changed last by request, and what changed.
fn changed(html: &mut Html, project: &Project) {
    let (at, what) = (project.changed_at(), project.last_change.map(|change| change.kind.change()));
    let title = what.map_or_else(|| exact(at), |what| format!("{}, {what}", exact(at)));
    cell(html, "changed", "num soft");
    let attributes = [("datetime", &*iso(at)), ("title", &*title), ("data-ago", "")];
    html.element("time", &attributes, &ago(at, OffsetDateTime::now_utc()));
    if let Some(what) = what {
        html.element("span", &[("class", "faint")], &format!(", {what}"));
    }
    html.close("td");
}

/// A figure of what is observed apart from it: "?" if that is present and was not measured yet.
fn measured<T>(html: &mut Html, project: &Project, seen: &Observed<T>, figure: Option<&impl ToString>) {
    if matches!((seen, figure), (Observed::Present(_), None)) {
        html.element("span", &[("class", "faint"), ("title", "not measured yet")], "?");
        return;
    }
    observed(html, project, seen, |_| figure.map(ToString::to_string));
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
