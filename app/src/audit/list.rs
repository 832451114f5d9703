//! A filtered list of events, of the fleet or of a project.

use leptos::prelude::*;
use model::{EventFilter, Page, ProjectEvent};

use super::filter::EventQuery;
use crate::components::{NothingMatches, PagedList};
use crate::error::AppError;

/// One page of the list, what is wrong with the filters, or that nothing matches them. `path`: of the page. `read` returns the
/// events of a filter, `rows` shows them.
pub(crate) async fn event_list(
    query: &EventQuery,
    path: &str,
    read: impl AsyncFnOnce(EventFilter) -> Result<Page<ProjectEvent>, AppError>,
    rows: impl FnOnce(Vec<ProjectEvent>) -> AnyView,
) -> Result<AnyView, AppError> {
    let path = path.to_owned();
    let filter = match query.validate() {
        Ok(filter) => filter,
        Err(faults) => return Ok(view! { <NothingMatches path faults/> }.into_any()),
    };
    let Page { items, next_cursor: next } = read(filter).await?;
    let rows = if query.is_set() && items.is_empty() {
        view! { <NothingMatches path=path.clone()/> }.into_any()
    } else {
        rows(items)
    };
    let filters = query.pairs();
    Ok(view! { <PagedList path next filters>{rows}</PagedList> }.into_any())
}
