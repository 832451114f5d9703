//! Events of a project, each with its actor.

use leptos::prelude::*;

use super::api::get_events;
use super::head::ProjectPage;
use crate::address::Address;
use crate::audit::{EventFields, EventQuery, EventRows, event_list};
use crate::components::{FilterForm, cursor, main_content};
use crate::document::Document;
use crate::error::AppError;

/// The page. It also lists the events of a deleted project.
pub(crate) async fn events_page() -> Document {
    let Address { path, query, .. } = Address::current();
    let query = EventQuery::of_project(&query);
    let (page, list) = futures::join!(ProjectPage::load(), events(&query, &path));
    let list = main_content(list, true, |list| list);
    let content = view! {
        <div class="page" data-page="events">
            <FilterForm path label="Filter the events" is_set=query.is_set()>
                <EventFields query/>
            </FilterForm>
            {list}
        </div>
    };
    page.document("Events of ", content)
}

async fn events(query: &EventQuery, path: &str) -> Result<AnyView, AppError> {
    let read = async |filter| get_events(ProjectPage::id()?, filter, cursor()).await;
    event_list(query, path, read, |events| view! { <EventRows events/> }.into_any()).await
}
