//! Tabs: the pages of one subject.

use leptos::prelude::*;

use crate::address::Address;

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
    let here = (Address::current().path == href).then_some("page");
    view! { <a href=href aria-current=here>{children()}</a> }.into_any()
}
