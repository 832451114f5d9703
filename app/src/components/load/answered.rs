//! Renders once the first answer has arrived.

use crate::data::Data;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;

/// Renders `children` once, as soon as there is a first answer, success or not.
///
/// Use it around code that reads `data` with `with`: on the server a plain `Transition` finishes the page when the
/// answer is about to arrive, a moment before it can be read.
#[component]
pub(crate) fn Answered<T, F, V>(data: Data<T>, children: F) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn() -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let show = move || {
        let children = children.clone();
        Suspend::new(ScopedFuture::new_untracked(async move {
            data.await;
            children().into_any()
        }))
    };
    view! { <Transition>{show}</Transition> }.into_any()
}
