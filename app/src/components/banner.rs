//! A message at the top of a page or section.

use leptos::prelude::*;

use super::Icon;

/// A message with a tone, a title and a detail. Children are further content, such as buttons.
#[component]
pub(crate) fn Banner(
    /// `bad`, `warn`, `move`, `ok`, `idle` or `unknown`.
    tone: &'static str,
    /// The icon, which carries the tone for readers who do not see colour.
    icon: &'static str,
    /// What happened, as a sentence without full stop.
    #[prop(into)]
    title: String,
    /// Whether anything was changed, and what to do.
    #[prop(optional, into)]
    detail: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="banner" data-tone=tone>
            <Icon name=icon/>
            <div>
                <h2>{title}</h2>
                <p>{detail}</p>
            </div>
            {children.map(|children| view! { <div class="buttons">{children()}</div> })}
        </div>
    }
    .into_any()
}
