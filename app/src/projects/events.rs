//! Events of a project, each with its actor.

use leptos::prelude::*;
use model::{Page, ProjectEvent};

use super::api::get_events;
use super::head::ProjectPage;
use crate::address::Address;
use crate::audit::{EventFields, EventQuery, EventRows};
use crate::components::{FilterForm, NothingMatches, PagedList, cursor, main_content};
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

/// The list, or what is wrong with the filters.
async fn events(query: &EventQuery, path: &str) -> Result<AnyView, AppError> {
    let path = path.to_owned();
    let filter = match query.validate() {
        Ok(filter) => filter,
        Err(faults) => return Ok(view! { <NothingMatches path faults/> }.into_any()),
    };
    let Page { items, next_cursor: next } = get_events(ProjectPage::id()?, filter, cursor()).await?;
    let (rows, filters) = (rows(query, items, &path), query.pairs());
    Ok(view! { <PagedList path next filters>{rows}</PagedList> }.into_any())
}

fn rows(query: &EventQuery, events: Vec<ProjectEvent>, path: &str) -> AnyView {
    if query.is_set() && events.is_empty() {
        return view! { <NothingMatches path/> }.into_any();
    }
    view! { <EventRows events/> }.into_any()
}
