//! Something the whole page should know.

use leptos::prelude::*;

use super::Icon;

/// A tone, a sentence, what follows from it. Children are further content, such as buttons.
#[component]
pub(crate) fn Banner(
    /// `bad`, `warn`, `move` or `unknown`.
    tone: &'static str,
    /// The icon that says the same without colour.
    icon: &'static str,
    /// What happened, as a sentence without a full stop.
    #[prop(into)]
    title: Signal<String>,
    /// Whether anything was changed, and what to do.
    #[prop(optional, into)]
    detail: Signal<String>,
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
