//! The page of the audit trail.

use leptos::prelude::*;
use model::{AuditVerdict, ProjectEvent};

use super::api::{get_audit, get_verdict};
use crate::components::{Banner, Icon, Load, PageHead, Parts, part_before};
use crate::data::fetched;
use crate::live::{Watch, version};
use crate::projects::EventRows;
use crate::text::count;

/// Events of the fleet, and the result of the chain's verification.
#[component]
pub(crate) fn AuditPage() -> impl IntoView {
    let before = part_before::<i64>();
    let version = version(Watch::Fleet);
    let events = fetched(move || (version.get(), before.get()), |(_, before)| get_audit(before));
    let verdict = fetched(|| (), |()| get_verdict());
    let rows = |events: Vec<ProjectEvent>| view! { <EventRows events with_project=true/> };
    view! {
        <div class="page" data-page="audit">
            <PageHead title="Audit"/>
            <Load data=verdict quiet=true children=|verdict| view! { <Verdict verdict/> }/>
            <Parts data=events before path="/audit" rows/>
        </div>
    }
    .into_any()
}

#[component]
fn Verdict(verdict: AuditVerdict) -> impl IntoView {
    let rows = count(usize::try_from(verdict.rows).unwrap_or_default(), "event", "events");
    match verdict.broken_at {
        None => view! {
            <p><span class="status" data-tone="ok"><Icon name="done"/>"The trail is intact"</span>": "{rows}" were verified, each against its predecessor."</p>
        }
        .into_any(),
        Some(at) => view! {
            <Banner tone="bad" icon="down" title=format!("The trail is broken at event {at}")
                detail="This event was changed, or its predecessor is missing. Earlier events are intact.".to_owned()/>
        }
        .into_any(),
    }
}
