//! The entry of a part that does not answer.

use leptos::prelude::*;
use model::{Action, Outage, Part, PartKind, Project, Target};

use crate::address::with_query;
use crate::components::{Icon, When};
use crate::session::may;
use crate::text::{count, sentence};

/// Number of projects that are named.
const NAMED: usize = 5;

/// The entry: the projects that depend on the part, since when, what happens next, and the page of the part.
pub(super) fn outage(outage: &Outage<'_>) -> AnyView {
    let detail = format!("{} {} {}", sentence(outage.reason), outage.part.kind.consequence(), Outage::NEXT);
    let (title, projects) = (outage.part.title(), projects(outage));
    let row = format!("part {}", outage.part.label());
    view! {
        <li data-tone="bad" data-row=row>
            <Icon name="down"/>
            <span class="strong">{title.clone()}</span>
            <p title=detail.clone()>"Does not answer; "{projects}<span class="faint">{detail.clone()}</span></p>
            <span class="since soft">"down since "<When at=outage.since/></span>
            <div class="buttons">{button(outage.part, &title)}</div>
        </li>
    }
    .into_any()
}

/// The number of projects as a link to the filtered list, and the first of them.
fn projects(outage: &Outage<'_>) -> AnyView {
    let all = outage.touched();
    if all == 0 {
        return view! { "no project depends on it now" }.into_any();
    }
    let link = |(index, project): (usize, &Project)| {
        let comma = if index == 0 { " " } else { ", " };
        view! { {comma} <a href=format!("/projects/{}", project.id)>{project.id.to_string()}</a> }
    };
    let named = outage.projects().take(NAMED).enumerate().map(link).collect_view();
    let more = (all > NAMED).then(|| format!(" and {} more", all - NAMED));
    let list = with_query("/", &[("part", &outage.part.label())]);
    view! { <a href=list>{count(all, "project", "projects")}</a> " "{outage.effect()}":"{named}{more} }
        .into_any()
}

/// The page that says more about the part.
fn button(part: &Part, title: &str) -> Option<AnyView> {
    let (href, text, permitted) = match part.kind {
        PartKind::Postgres => ("/databases", "Databases", may(Action::DatabaseServerView, Target::Anywhere)),
        PartKind::Gateway => ("/gateway", "Gateway", may(Action::GatewayView, Target::Fleet)),
        PartKind::Driver | PartKind::Secrets => ("/settings#system", "System", true),
    };
    permitted.then(|| {
        let label = format!("{text}: {title}");
        view! { <a class="button" data-size="s" href=href aria-label=label>{text}</a> }.into_any()
    })
}
