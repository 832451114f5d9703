//! What every page does with its data: shows that it is loading, that it failed, or the data. None can be forgotten.

use leptos::prelude::*;

use super::ProblemPanel;
use crate::error::AppError;

/// Shows `children` of the data. While it is looked at again, the old view stays.
#[component]
pub(crate) fn Load<T, F, V>(
    data: Resource<Result<T, AppError>>,
    /// Whether the page is about this data: a page about something that does not exist has the status 404.
    #[prop(optional)]
    main: bool,
    /// Whether the page has its heading without it.
    #[prop(optional)]
    titled: bool,
    /// Whether a failure is told elsewhere on the page.
    #[prop(optional)]
    quiet: bool,
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let show = move || {
        let children = children.clone();
        Suspend::new(async move {
            match data.await {
                Ok(data) => children(data).into_any(),
                Err(_) if quiet => ().into_any(),
                Err(error) => {
                    #[cfg(feature = "ssr")]
                    if main {
                        crate::host::page_status(error.problem());
                    }
                    view! { <ProblemPanel problem=error.into_problem() main=main && !titled/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=Skeleton>{show}</Transition> }.into_any()
}

#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="loading" role="status" aria-busy="true" aria-label="Loading">
            <span class="skeleton"></span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
        </div>
    }
    .into_any()
}
