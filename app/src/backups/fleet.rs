//! The backups of the fleet: every project with its newest proof, the oldest first.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use model::{Action, Project, ProjectId, Target};
use time::OffsetDateTime;

use super::api::{get_latest, get_next_runs};
use super::latest::LatestBackups;
use super::proof::{Mark, contents, taken};
use crate::address::{query, with_query};
use crate::components::{Empty, HeldRows, HeldStrip, PageHead, TextTable, main_content, quiet_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::fleet::api::get_fleet;
use crate::fleet_backups::RecoveryPanel;
use crate::fleet_backups::api::get_recovery_if_allowed;
use crate::html::Html;
use crate::session::may;
use crate::text::{NONE, ago, count, exact, iso, thousands, took_ms};

/// Maximum number of rows.
const ROWS: usize = 200;
const HEADS: &[&str] =
    &["Project", "Proof", "Verified backup", "Content", "A restore takes", "Last backup", "Next"];

/// What the page shows.
struct Loaded {
    projects: Vec<Arc<Project>>,
    latest: LatestBackups,
    next: BTreeMap<ProjectId, OffsetDateTime>,
}

/// The page.
pub(crate) async fn backups_page() -> Document {
    let (loaded, recovery) = futures::join!(load(), get_recovery_if_allowed());
    let content = main_content(loaded, true, |loaded| view! { <Content loaded/> });
    let recovery =
        quiet_content(recovery, |recovery| recovery.map(|recovery| view! { <RecoveryPanel recovery/> }));
    let view = view! {
        <div class="page" data-page="fleet-backups">
            <PageHead title="Backups"/>
            {content}
            {recovery}
        </div>
    };
    Document::new("Backups", Subject::Fleet, view)
}

async fn load() -> Result<Loaded, AppError> {
    let mut projects = get_fleet().await?.projects;
    let ids = projects.iter().map(|project| project.id.clone()).collect();
    let (latest, next) = futures::join!(get_latest(ids), get_next_runs());
    let (latest, next) = (latest?, next?);
    projects.sort_by_cached_key(|project| (latest.verified(&project.id).map(taken), project.id.clone()));
    Ok(Loaded { projects, latest, next })
}

#[component]
fn Content(loaded: Loaded) -> impl IntoView {
    let Loaded { projects, latest, next } = loaded;
    if projects.is_empty() {
        return view! {
            <Empty icon="archive" title="No project yet" detail="The backups of every project are listed here, the one with the oldest proof first."/>
        }
        .into_any();
    }
    let from = query("from").and_then(|from| from.parse::<usize>().ok());
    let from = from.filter(|from| *from < projects.len()).unwrap_or_default();
    let to = (from + ROWS).min(projects.len());
    let without = projects.iter().filter(|project| latest.verified(&project.id).is_none()).count();
    let lead = lead(projects.len(), without);
    let now = OffsetDateTime::now_utc();
    let mut html = Html::with_capacity((to - from) * 900);
    for project in projects.iter().skip(from).take(ROWS) {
        write_row(&mut html, project, &latest, next.get(&project.id).copied(), now);
    }
    let pager = pager(from, to, projects.len());
    let upload = may(Action::BackupUpload, Target::Anywhere).then(|| {
        view! {
            <p class="soft">
                "An archive that was downloaded here or from another installation is listed by "
                <code>"atomoctl backup upload FILE"</code>
                ", and can then be restored into its project or as a new one."
            </p>
        }
    });
    view! {
        <p class="soft">{lead}</p>
        {upload}
        <div class="parts">
            <HeldStrip/>
            <HeldRows>
                <TextTable label="Projects, oldest proof first" heads=HEADS figures=&["A restore takes"] rows=html.finish()/>
            </HeldRows>
        </div>
        {pager}
    }
    .into_any()
}

fn lead(projects: usize, without: usize) -> String {
    let all = count(projects, "project", "projects");
    match without {
        0 => format!("{all}, each with a verified backup. The oldest proof comes first."),
        without => {
            format!("{all}, {} without a verified backup. The oldest proof comes first.", thousands(without))
        }
    }
}

/// Writes the row of a project.
fn write_row(
    html: &mut Html,
    project: &Project,
    latest: &LatestBackups,
    next: Option<OffsetDateTime>,
    now: OffsetDateTime,
) {
    let id = project.id.as_str();
    let verified = latest.verified(&project.id);
    html.open("tr", &[("data-row", id)]).open("th", &[("scope", "row")]);
    html.element("a", &[("class", "row-link"), ("href", &format!("/projects/{id}/backups"))], id);
    html.close("th").open("td", &[]);
    if verified.is_some() {
        Mark::Verified.write(html);
    } else {
        none(html, "No proof");
    }
    html.close("td").open("td", &[]);
    time(html, verified.map(taken), now);
    html.close("td").element("td", &[("class", "soft")], &verified.map(contents).unwrap_or_default());
    let restore = verified.and_then(|backup| backup.verification.restore_ms);
    html.element("td", &[("class", "num")], &restore.map_or_else(|| NONE.to_owned(), took_ms));
    html.open("td", &[]);
    match latest.of(&project.id).and_then(|latest| latest.newest.as_ref()) {
        None => {
            html.element("span", &[("class", "faint")], "none");
        }
        Some(newest) => {
            Mark::of(newest).write(html);
            html.text(" ").open("small", &[]);
            time(html, Some(taken(newest)), now);
            html.close("small");
        }
    }
    html.close("td").open("td", &[("class", "soft")]);
    time(html, next, now);
    html.close("td").close("tr");
}

/// The mark of something that is missing.
fn none(html: &mut Html, text: &str) {
    html.open("span", &[("class", "status"), ("data-tone", "warn")]);
    html.icon("unverified", false).text(text).close("span");
}

fn time(html: &mut Html, at: Option<OffsetDateTime>, now: OffsetDateTime) {
    match at {
        None => html.element("span", &[("class", "faint")], NONE),
        Some(at) => {
            let attributes = [("datetime", &*iso(at)), ("title", &*exact(at)), ("data-ago", "")];
            html.element("time", &attributes, &ago(at, now))
        }
    };
}

/// Links to the parts of a long list; nothing if one part holds all.
fn pager(from: usize, to: usize, of: usize) -> Option<AnyView> {
    if from == 0 && to == of {
        return None;
    }
    let link = |from: usize, text: &'static str| {
        let first = if from == 0 { String::new() } else { from.to_string() };
        view! { <a class="button" data-size="s" href=with_query("/backups", &[("from", &first)])>{text}</a> }
    };
    let before = (from > 0).then(|| link(from.saturating_sub(ROWS), "Previous"));
    let after = (to < of).then(|| link(to, "Next"));
    let here = format!("{} to {} of {}", thousands(from + 1), thousands(to), thousands(of));
    let view = view! {
        <nav class="pages" aria-label="Parts of the list">{before}<span class="soft">{here}</span>{after}</nav>
    };
    Some(view.into_any())
}

#[cfg(test)]
mod tests {
    use model::Project;

    use super::{lead, write_row};
    use crate::backups::latest::LatestBackups;
    use crate::backups::proof::tests::{BEGUN, backup, failed};
    use crate::html::Html;

    fn row(latest: &LatestBackups) -> String {
        let mut html = Html::default();
        write_row(&mut html, &Project::sample("crm"), latest, None, BEGUN);
        html.finish()
    }

    #[test]
    fn a_project_without_a_proof_says_so_and_its_last_backup_is_a_fact_of_its_own() {
        let html = row(&LatestBackups::from(vec![failed(1)]));
        assert!(html.contains("No proof") && html.contains(">Failed</span>"), "{html}");
        let html = row(&LatestBackups::from(vec![backup(1), failed(2)]));
        assert!(html.contains(">Verified</span>") && html.contains(">Failed</span>"), "{html}");
        assert!(html.contains("11 tables with 20,000 rows"), "{html}");
    }

    #[test]
    fn the_lead_counts_the_projects_without_a_proof() {
        assert!(lead(1200, 3).starts_with("1,200 projects, 3 without a verified backup."));
        assert!(lead(1, 0).starts_with("1 project, each with a verified backup."));
    }
}
