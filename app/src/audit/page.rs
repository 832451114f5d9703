//! The events of the fleet, with the verdict on their chain.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{AuditVerdict, Page, ProjectEvent};

use super::api::{get_audit, get_verdict};
use crate::components::{Banner, Held, HeldRegion, HeldStrip, Icon, Load, PageHead, Pager, Presence};
use crate::live::{Watch, version};
use crate::projects::EventRows;
use crate::text::count;

/// The page of the audit trail.
#[component]
pub(crate) fn AuditPage() -> impl IntoView {
    let query = use_query_map();
    let before = Memo::new(move |_| query.read().get("before").and_then(|id| id.parse::<i64>().ok()));
    let version = version(Watch::Fleet);
    let events = Resource::new(move || (version.get(), before.get()), |(_, before)| get_audit(before));
    let verdict = Resource::new(|| (), |()| get_verdict());
    let presence = Presence::new();
    let held = Held::new(presence);
    let list = move |page: Page<ProjectEvent>| {
        let before = before.get_untracked();
        let events = held.arrange(page.items, &before.map(|id| id.to_string()).unwrap_or_default());
        view! {
            <HeldStrip presence text=held.newer()/>
            <HeldRegion presence><EventRows events with_project=true/></HeldRegion>
            <Pager path="/audit" next=page.next_cursor newest=before.is_none()/>
        }
    };
    view! {
        <div class="page" data-page="audit">
            <PageHead title="Audit"/>
            <Load data=verdict quiet=true children=|verdict| view! { <Verdict verdict/> }/>
            <Load data=events main=true children=list/>
        </div>
    }
    .into_any()
}

#[component]
fn Verdict(verdict: AuditVerdict) -> impl IntoView {
    let rows = count(usize::try_from(verdict.rows).unwrap_or_default(), "event", "events");
    match verdict.broken_at {
        None => view! {
            <p><span class="status" data-tone="ok"><Icon name="done"/>"The trail is whole"</span>": "{rows}" were checked, each against the one before."</p>
        }
        .into_any(),
        Some(at) => view! {
            <Banner tone="bad" icon="down" title=format!("The trail is broken at event {at}")
                detail="That row was changed, or one before it is missing. What stands before it can be trusted.".to_owned()/>
        }
        .into_any(),
    }
}
