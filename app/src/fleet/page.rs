//! The fleet page.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Action, Fleet, Target};

use super::api::get_fleet;
use super::attention::{Attention, Need, needs};
use super::filter::{Filter, Sort};
use super::group::{Entry, Group};
use super::parts::Parts;
use super::rows::Rows;
use super::summary::Summary;
use super::table::Projects;
use crate::components::{Answered, Empty, Icon, Load, PageHead, Removed};
use crate::data::fetched;
use crate::live::{Watch, version};
use crate::operations::api::RetryOperation;
use crate::orphans::Orphans;
use crate::orphans::api::get_orphans;
use crate::retained_databases::RetainedDatabasesPanel;
use crate::retained_databases::api::get_retained_databases;
use crate::session::may;
use crate::text::count;

/// The page.
#[component]
pub(crate) fn FleetPage() -> impl IntoView {
    let version = version(Watch::Fleet);
    let fleet = fetched(move || version.get(), |_| get_fleet());
    let struck = Removed::<model::RetainedDatabase>::provide();
    let retained = fetched(move || (version.get(), struck.get()), |_| get_retained_databases());
    let removed = Removed::<model::Orphan>::provide();
    let orphans = fetched(move || (version.get(), removed.get()), |_| get_orphans());
    let query = use_query_map();
    let filter = Memo::new(move |_| Filter::from_query(&query.read()));
    let rows = Rows::new();
    let retry = ServerAction::<RetryOperation>::new();
    let lead = move || {
        fleet.with(|fleet| {
            fleet
                .as_ref()
                .and_then(|fleet| fleet.as_ref().ok())
                .map(|fleet| count(fleet.projects.len(), "project", "projects"))
        })
    };
    let content = move |fleet: Fleet| {
        let shown = filter.with(|filter| rows.projects.arrange(entries(filter, &fleet), &filter.address()));
        let needs = rows.needs.arrange(needs(&fleet.projects), "");
        view! { <Content fleet shown needs filter rows retry/> }
    };
    view! {
        <div class="page" data-page="fleet">
            <PageHead title="Fleet" buttons=NewProject>
                <Answered data=fleet children=move || view! { <span class="lead">{lead}</span> }/>
            </PageHead>
            <Load data=fleet main=true titled=true lines=16 children=content/>
            <Load data=retained quiet=true lines=0 children=|retained| view! { <RetainedDatabasesPanel retained/> }/>
            <Load data=orphans quiet=true lines=0 children=|orphans| view! { <Orphans orphans/> }/>
        </div>
    }
    .into_any()
}

fn entries(filter: &Filter, fleet: &Fleet) -> Vec<Entry> {
    let entry = |project: model::Project| {
        let group = (filter.sort == Sort::Health).then(|| Group::of(project.health()));
        Entry { group, project }
    };
    filter.apply(fleet.projects.clone()).into_iter().map(entry).collect()
}

#[component]
fn NewProject() -> impl IntoView {
    may(Action::ProjectCreate, Target::Anywhere).then(|| {
        view! {
            <a class="button" data-kind="primary" href="/projects/new">
                <Icon name="plus"/>
                "Create project"
            </a>
        }
    })
}

#[component]
fn Content(
    fleet: Fleet,
    shown: Vec<Entry>,
    needs: Vec<Need>,
    filter: Memo<Filter>,
    rows: Rows,
    retry: ServerAction<RetryOperation>,
) -> impl IntoView {
    let empty = fleet.projects.is_empty() && fleet.unreadable.is_empty();
    let body = if empty {
        view! {
            <Empty icon="plus" title="No project yet"
                detail="A project is an app of its own: a database, secrets, a process and a hostname, made from one file at one commit. It takes a few seconds.">
                {may(Action::ProjectCreate, Target::Anywhere).then(|| view! { <a class="button" href="/projects/new">"Create the first project"</a> })}
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Summary fleet=fleet.clone()/>
            <Attention needs interaction=rows.interaction retry/>
            <Projects all=fleet.projects.clone() shown filter rows/>
        }
        .into_any()
    };
    view! {
        <Parts fleet/>
        {body}
    }
    .into_any()
}
