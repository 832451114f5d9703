//! A part of a page under its own heading.

use leptos::prelude::*;

/// Heading, an element beside it, and content.
#[component]
pub(crate) fn Section(
    /// The anchor; also the accessible name.
    id: &'static str,
    title: &'static str,
    /// A link or figure beside the heading.
    #[prop(optional_no_strip)]
    beside: Option<AnyView>,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=format!("section {class}") aria-labelledby=id>
            <header>
                <h2 id=id>{title}</h2>
                {beside}
            </header>
            {children()}
        </section>
    }
    .into_any()
}
