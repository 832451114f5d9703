//! What looks at the answers by itself, from the first one on.

use crate::data::Data;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;

/// Shows `children` as soon as there is a first answer, whichever it is, and leaves them alone from then on.
///
/// What reads `data` with `with` stands in here: on the server a plain `Transition` lets its page go as soon as the answer is
/// on its way, a moment before it can be read.
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
