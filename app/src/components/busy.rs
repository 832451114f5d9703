//! The label of a button, with a second text while its request is pending. Both take the same room, so the width is
//! constant.

use leptos::prelude::*;

use super::Icon;

/// The label of a button.
#[component]
pub(super) fn Label(
    pending: Signal<bool>,
    #[prop(into)] text: Signal<String>,
    /// The text while the request is pending; empty: same as the label.
    busy: &'static str,
    #[prop(optional)] icon: &'static str,
) -> impl IntoView {
    // signals are disposed before the view when the page is left
    let words = move || text.try_get().unwrap_or_default();
    let says = move || if busy.is_empty() { words() } else { busy.to_owned() };
    let state = move || if pending.try_get().unwrap_or_default() { "busy" } else { "ready" };
    view! {
        <span class="label" data-state=state>
            <span>
                {(!icon.is_empty()).then(|| view! { <Icon name=icon/> })}
                {words}
            </span>
            <span>
                <Icon name="progressing" spin=true/>
                {says}
            </span>
        </span>
    }
    .into_any()
}
