//! The page of the fleet.

use leptos::prelude::*;
use model::Fleet;

use super::api::{get_fleet, get_kept};
use super::attention::Attention;
use super::kept::Kept;
use super::order::Held;
use super::parts::Parts;
use super::summary::Summary;
use super::table::Projects;
use crate::components::{Empty, Icon, Load, PageHead};
use crate::live::{Watch, version};
use crate::text::count;

/// The fleet.
#[component]
pub(crate) fn FleetPage() -> impl IntoView {
    let version = version(Watch::Fleet);
    let fleet = Resource::new(move || version.get(), |_| get_fleet());
    let kept = Resource::new(move || version.get(), |_| get_kept());
    let held = Held::new();
    let lead = move || {
        fleet.with(|fleet| {
            fleet
                .as_ref()
                .and_then(|fleet| fleet.as_ref().ok())
                .map(|fleet| count(fleet.projects.len(), "project", "projects"))
        })
    };
    view! {
        <div class="page" data-page="fleet">
            <PageHead title="Fleet" buttons=NewProject>
                <Transition><span class="lead">{lead}</span></Transition>
            </PageHead>
            <Load data=fleet main=true children=move |fleet| view! { <Content fleet held/> }/>
            <Load data=kept children=|kept| view! { <Kept kept/> }/>
        </div>
    }
    .into_any()
}

#[component]
fn NewProject() -> impl IntoView {
    view! {
        <a class="button" data-kind="primary" href="/projects/new">
            <Icon name="plus"/>
            "Create project"
        </a>
    }
    .into_any()
}

#[component]
fn Content(fleet: Fleet, held: Held) -> impl IntoView {
    let empty = fleet.projects.is_empty() && fleet.unreadable.is_empty();
    let body = if empty {
        view! {
            <Empty icon="plus" title="No project yet"
                detail="A project is an app of its own: a database, secrets, a process and a hostname, made from one file at one commit. It takes a few seconds.">
                <a class="button" href="/projects/new">"Create the first project"</a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Summary fleet=fleet.clone()/>
            <Attention projects=fleet.projects.clone()/>
            <Projects projects=fleet.projects.clone() held/>
        }
        .into_any()
    };
    view! {
        <Parts fleet/>
        {body}
    }
    .into_any()
}
