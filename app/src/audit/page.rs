//! The page of the audit trail.

use leptos::prelude::*;
use model::AuditVerdict;

use super::api::{get_audit, get_verdict};
use super::filter::{EventFields, EventQuery};
use super::list::event_list;
use super::rows::EventRows;
use crate::address::Address;
use crate::call_context::is_refetch;
use crate::components::{Banner, FilterForm, Icon, PageHead, cursor, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::text::count;

/// The path of the page.
const PATH: &str = "/audit";

/// Events of the fleet that the filters of the address admit, and the result of the chain's verification.
pub(crate) async fn audit_page() -> Document {
    // the verification reads every event: once for a visit, not for every hint of an open page, which keeps the result
    let verdict = async { if is_refetch() { None } else { get_verdict().await.ok() } };
    let query = EventQuery::of(&Address::current().query);
    let (list, verdict) = futures::join!(events(&query), verdict);
    let list = main_content(list, true, |list| list);
    let content = view! {
        <div class="page" data-page="audit">
            <PageHead title="Audit" buttons=query.validate().is_ok().then(|| exports(&query))/>
            {verdict.map(|verdict| view! { <div data-once=""><Verdict verdict/></div> })}
            <FilterForm path=PATH label="Filter the events" is_set=query.is_set()>
                <EventFields query with_project=true/>
            </FilterForm>
            {list}
        </div>
    };
    Document::new("Audit", Subject::Fleet, content)
}

/// The list, or what is wrong with the filters.
async fn events(query: &EventQuery) -> Result<AnyView, AppError> {
    let read = async |filter| get_audit(filter, cursor()).await;
    event_list(query, PATH, read, |events| view! { <EventRows events with_project=true/> }.into_any()).await
}

/// Links to all events that match the filters.
fn exports(query: &EventQuery) -> AnyView {
    let link = |format: &str, file: &'static str, text: &'static str| {
        view! { <a class="button" href=query.export(format) download=file>{text}</a> }
    };
    view! {
        {link("jsonl", "audit.jsonl", "Export JSON Lines")}
        {link("csv", "audit.csv", "Export CSV")}
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
                detail="This event was changed, or its predecessor is missing. Earlier events are intact."/>
        }
        .into_any(),
    }
}
