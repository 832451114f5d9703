//! Tabs: the pages of one subject.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The strip of [`Tab`]s.
#[component]
pub(crate) fn Tabs(
    /// The accessible name.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    view! { <nav class="tabs" aria-label=label>{children()}</nav> }.into_any()
}

/// A link that is marked as current on its own page only.
#[component]
pub(crate) fn Tab(#[prop(into)] href: String, children: Children) -> impl IntoView {
    let path = use_location().pathname;
    let here = {
        let href = href.clone();
        move || (path.get() == href).then_some("page")
    };
    view! { <a href=href aria-current=here>{children()}</a> }.into_any()
}
