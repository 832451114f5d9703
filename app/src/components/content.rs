//! Content that was loaded, or the problem in its place.

use leptos::prelude::*;

use super::ProblemPanel;
use crate::call_context::page_status;
use crate::error::AppError;

/// The content of a part of a page. A failure is shown in its place; the rest of the page is unaffected.
pub(crate) fn content<T, V: IntoView + 'static>(
    answer: Result<T, AppError>,
    view: impl FnOnce(T) -> V,
) -> AnyView {
    match answer {
        Ok(value) => view(value).into_any(),
        Err(error) => view! { <ProblemPanel problem=error.into_problem()/> }.into_any(),
    }
}

/// The subject of a page. If it cannot be loaded the page has the status of the problem. `titled`: whether the page has its
/// own heading.
pub(crate) fn main_content<T, V: IntoView + 'static>(
    answer: Result<T, AppError>,
    titled: bool,
    view: impl FnOnce(T) -> V,
) -> AnyView {
    match answer {
        Ok(value) => view(value).into_any(),
        Err(error) => {
            page_status(error.problem());
            view! { <ProblemPanel problem=error.into_problem() main=!titled/> }.into_any()
        }
    }
}

/// Content whose failure another part of the page shows.
pub(crate) fn quiet_content<T, V: IntoView + 'static>(
    answer: Result<T, AppError>,
    view: impl FnOnce(T) -> V,
) -> AnyView {
    answer.map_or_else(|_| ().into_any(), |value| view(value).into_any())
}
