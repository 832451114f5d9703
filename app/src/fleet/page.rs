//! The fleet page.

use leptos::prelude::*;
use model::{Action, Fleet, Project, Target};

use super::api::get_fleet;
use super::attention::attention;
use super::filter::Filter;
use super::part::{Part, ROWS};
use super::parts::notices;
use super::summary::summary;
use super::table::{Rows, projects};
use crate::address::{Address, query};
use crate::backups::LatestBackups;
use crate::backups::api::get_latest;
use crate::components::{Empty, Icon, PageHead, main_content, quiet_content};
use crate::deletes::TrashPanel;
use crate::deletes::api::get_trash;
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::fleet_backups::RecoveryNotice;
use crate::fleet_backups::api::get_recovery_if_allowed;
use crate::orphans::Orphans;
use crate::orphans::api::get_orphans;
use crate::retained_databases::RetainedDatabasesPanel;
use crate::retained_databases::api::get_retained_databases;
use crate::session::may;
use crate::text::count;

/// The fleet, and what the table shows of it.
struct Loaded {
    fleet: Fleet,
    filter: Filter,
    part: Part,
    /// The projects of this part.
    shown: Vec<Project>,
    /// Their newest backups; `None` if these could not be read.
    backups: Option<LatestBackups>,
}

/// The page.
pub(crate) async fn fleet_page() -> Document {
    let (fleet, recovery, retained, trash, orphans) = futures::join!(
        load(),
        get_recovery_if_allowed(),
        get_retained_databases(),
        get_trash(),
        get_orphans()
    );
    let lead = fleet
        .as_ref()
        .ok()
        .map(|loaded| count(loaded.fleet.projects.len(), "project", "projects"))
        .unwrap_or_default();
    let content = view! {
        <div class="page" data-page="fleet">
            <PageHead title="Fleet" buttons=Some(buttons())><span class="lead">{lead}</span></PageHead>
            {main_content(fleet, true, |loaded| view! { <Content loaded/> })}
            {quiet_content(recovery, |recovery| recovery.map(|recovery| view! { <RecoveryNotice recovery/> }))}
            {quiet_content(retained, |retained| view! { <RetainedDatabasesPanel retained/> })}
            {quiet_content(trash, |trash| view! { <TrashPanel trash/> })}
            {quiet_content(orphans, |orphans| view! { <Orphans orphans/> })}
        </div>
    };
    Document::new("Fleet", Subject::Fleet, content)
}

fn buttons() -> AnyView {
    let create = may(Action::ProjectCreate, Target::Anywhere).then(|| {
        view! {
            <a class="button" data-kind="primary" href="/projects/new">
                <Icon name="plus"/>
                "Create project"
            </a>
        }
    });
    view! { <a class="button not-phone" data-kind="quiet" href="/wall">"Wall screen"</a> {create} }.into_any()
}

/// Loads the fleet, and the backups of the projects that are shown.
async fn load() -> Result<Loaded, AppError> {
    let fleet = get_fleet().await?;
    let filter = Filter::from_query(&Address::current().query);
    let mut matching = if filter.faults.is_empty() { filter.apply(&fleet.projects) } else { Vec::new() };
    if let Some(part) = &filter.depends_on {
        let part = fleet.parts.iter().find(|known| known.label() == *part);
        matching.retain(|project| part.is_some_and(|part| part.concerns(project)));
    }
    let from = query("from").and_then(|from| from.parse().ok()).unwrap_or_default();
    let part = Part::new(from, matching.len());
    let shown: Vec<Project> = matching.into_iter().skip(part.from).take(ROWS).cloned().collect();
    let backups = get_latest(shown.iter().map(|project| project.id.clone()).collect()).await.ok();
    Ok(Loaded { fleet, filter, part, shown, backups })
}

#[component]
fn Content(loaded: Loaded) -> impl IntoView {
    let Loaded { fleet, filter, part, shown, backups } = loaded;
    if fleet.projects.is_empty() && fleet.unreadable.is_empty() {
        return view! {
            {notices(&fleet)}
            {attention(&fleet)}
            <Empty icon="plus" title="No project yet"
                detail="A project is an app of its own: a database, secrets, a process and a hostname, made from one file at one commit. It takes a few seconds.">
                {may(Action::ProjectCreate, Target::Anywhere).then(|| view! { <a class="button" href="/projects/new">"Create the first project"</a> })}
            </Empty>
        }
        .into_any();
    }
    let shown: Vec<&Project> = shown.iter().collect();
    let (summary, attention) = (summary(&fleet.projects), attention(&fleet));
    let table =
        projects(&fleet.projects, Rows { projects: &shown, part, backups: backups.as_ref() }, &filter);
    view! {
        {notices(&fleet)}
        {summary}
        {attention}
        {table}
    }
    .into_any()
}
