//! The fleet on a wall screen, legible from 5 m: counts by health, what needs an operator, a clock and the time of the data. It
//! has no controls. The page script fetches it again as any page of the fleet; without JavaScript the browser does, every 15 s.

use leptos::prelude::*;
use model::attention::Cause;
use model::{Attention, BackupFault, DriftFinding, Fleet, Health, Outage, Project, Rollout};
use time::OffsetDateTime;

use super::api::get_fleet;
use super::attention::{times, tone_and_icon};
use super::backup_fault;
use crate::components::{Icon, When, main_content};
use crate::document::{Document, Subject};
use crate::frame::Brand;
use crate::text::{clock, count, exact, iso, sentence, thousands};

/// Entries that fit on a screen.
const SHOWN: usize = 6;
/// Projects of an outage that are named.
const NAMED: usize = 6;

/// The page.
pub(crate) async fn wall_page() -> Document {
    let fleet = get_fleet().await;
    let at = fleet.as_ref().ok().map(|fleet| fleet.at);
    let content = view! {
        <div class="wall" data-page="wall">
            {head(at)}
            <div id="page-age" class="banners" data-skip-merge=""></div>
            {main_content(fleet, true, |fleet| content(&fleet))}
        </div>
    };
    Document::new("Wall screen", Subject::Fleet, content).on_wall()
}

/// The clock, and the time of the data where there is any.
fn head(at: Option<OffsetDateTime>) -> AnyView {
    let now = OffsetDateTime::now_utc();
    let at = at.map(|at| {
        view! { <p class="soft">"as of "<time datetime=iso(at) title=exact(at)>{clock(at)}</time></p> }
    });
    view! {
        <header>
            <h1><Brand/></h1>
            // the page script writes it, and a page that is fetched again does not know the connection
            <span id="live" class="live" data-live="off" data-skip-merge="" title="This page shows the state at the time it was loaded">"Not live"</span>
            {at}
            <p class="clock"><time datetime=iso(now) data-clock="">{clock(now)}</time>" UTC"</p>
        </header>
    }
    .into_any()
}

fn content(fleet: &Fleet) -> AnyView {
    let counts = counts(fleet);
    // a proposed deploy is no fault
    let causes: Vec<Cause<'_>> =
        fleet.attention().into_iter().filter(|cause| !matches!(cause, Cause::Proposal(..))).collect();
    if causes.is_empty() {
        return view! {
            {counts}
            <p class="all-well"><Icon name="healthy"/>"Nothing needs attention"</p>
        }
        .into_any();
    }
    let number = causes.len();
    let rows = causes.into_iter().take(SHOWN).map(|cause| match cause {
        Cause::Outage(found) => outage(&found),
        Cause::Project(project, need) => ill(project, need),
        Cause::Backup(project, fault) => backups(project, fault),
        Cause::Drift(project, finding) => drift(project, finding),
        Cause::Rollout(found) => rollout(found),
        Cause::Proposal(..) => ().into_any(),
    });
    let rows = rows.collect_view();
    let more = (number > SHOWN).then(|| {
        view! { <p class="soft">{format!("and {} more", thousands(number - SHOWN))}</p> }
    });
    view! {
        {counts}
        <section aria-label="Needs attention"><ol class="causes">{rows}</ol>{more}</section>
    }
    .into_any()
}

/// The number of projects of each health, worst first.
fn counts(fleet: &Fleet) -> AnyView {
    let counts = Health::ALL.into_iter().map(|health| (health, fleet.count(health)));
    let counts = counts.filter(|(health, number)| *number > 0 || *health == Health::Healthy);
    let counts = counts.map(|(health, number)| {
        view! {
            <li data-health=health.as_str()>
                <Icon name=health.as_str()/>
                <strong>{thousands(number)}</strong>
                <span>{sentence(health.as_str())}</span>
            </li>
        }
    });
    let label = count(fleet.projects.len(), "project", "projects");
    view! { <ul class="counts" aria-label=label>{counts.collect_view()}</ul> }.into_any()
}

fn outage(outage: &Outage<'_>) -> AnyView {
    let text = format!("Does not answer; {}", outage.summary(NAMED));
    view! {
        <li data-tone="bad">
            <Icon name="down"/>
            <h2>{outage.part.title()}</h2>
            <p>{text}</p>
            <p class="soft">"down since "<When at=outage.since/></p>
        </li>
    }
    .into_any()
}

fn ill(project: &Project, need: Attention) -> AnyView {
    let (tone, icon) = tone_and_icon(need.health);
    let times = times(&need);
    view! {
        <li data-tone=tone>
            <Icon name=icon/>
            <h2>{project.display_name.clone()}</h2>
            <p>{need.what}</p>
            <p class="soft">{times}</p>
        </li>
    }
    .into_any()
}

fn rollout(rollout: &Rollout) -> AnyView {
    let why = rollout.problem.as_ref().map(|problem| problem.title.clone());
    view! {
        <li data-tone="warn">
            <Icon name="degraded"/>
            <h2>{format!("Rollout of {}", rollout.target.label())}</h2>
            <p>{why}</p>
            <p class="soft">"paused since "<When at=rollout.changed_at/></p>
        </li>
    }
    .into_any()
}

fn drift(project: &Project, finding: &DriftFinding) -> AnyView {
    view! {
        <li data-tone="warn">
            <Icon name="drift"/>
            <h2>{project.display_name.clone()}</h2>
            <p>{finding.what()}</p>
            <p class="soft">"since "<When at=finding.first_seen/></p>
        </li>
    }
    .into_any()
}

fn backups(project: &Project, fault: &BackupFault) -> AnyView {
    let (tone, icon) = backup_fault::tone_and_icon(fault.kind);
    view! {
        <li data-tone=tone>
            <Icon name=icon/>
            <h2>{project.display_name.clone()}</h2>
            <p>{fault.what.clone()}</p>
            <p class="soft">{backup_fault::proved(fault)}</p>
        </li>
    }
    .into_any()
}
