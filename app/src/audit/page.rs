//! The page of the audit trail.

use leptos::prelude::*;
use model::AuditVerdict;

use super::api::{get_audit, get_verdict};
use crate::call_context::is_refetch;
use crate::components::{Banner, Icon, PageHead, PagedList, cursor, main_content};
use crate::document::{Document, Subject};
use crate::projects::EventRows;
use crate::text::count;

/// Events of the fleet, and the result of the chain's verification.
pub(crate) async fn audit_page() -> Document {
    // the verification reads every event: once for a visit, not for every hint of an open page, which keeps the result
    let verdict = async { if is_refetch() { None } else { get_verdict().await.ok() } };
    let (events, verdict) = futures::join!(get_audit(cursor()), verdict);
    let content = view! {
        <div class="page" data-page="audit">
            <PageHead title="Audit"/>
            {verdict.map(|verdict| view! { <div data-once=""><Verdict verdict/></div> })}
            {main_content(events, true, |page| view! {
                <PagedList path="/audit" next=page.next_cursor>
                    <EventRows events=page.items with_project=true/>
                </PagedList>
            })}
        </div>
    };
    Document::new("Audit", Subject::Fleet, content)
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
                detail="This event was changed, or its predecessor is missing. Earlier events are intact."/>
        }
        .into_any(),
    }
}
