//! Pages of one thing, side by side.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The strip of [`Tab`]s.
#[component]
pub(crate) fn Tabs(
    /// What they are pages of.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    view! { <nav class="tabs" aria-label=label>{children()}</nav> }.into_any()
}

/// A link that knows whether it leads to this very page.
#[component]
pub(crate) fn Tab(#[prop(into)] href: String, children: Children) -> impl IntoView {
    let path = use_location().pathname;
    let here = {
        let href = href.clone();
        move || (path.get() == href).then_some("page")
    };
    view! { <a href=href aria-current=here>{children()}</a> }.into_any()
}
