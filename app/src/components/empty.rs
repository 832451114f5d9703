//! The empty state of a list or page.

use leptos::prelude::*;

use super::Icon;

/// What would be listed here and why nothing is; the children are the one button that changes it.
#[component]
pub(crate) fn Empty(
    icon: &'static str,
    title: &'static str,
    detail: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <h2>{title}</h2>
            <p>{detail}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
