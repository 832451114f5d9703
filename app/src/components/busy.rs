//! What stands on a button: its words, and while it is under way that it is. Both take the same place, so it keeps its width.

use leptos::prelude::*;

use super::Icon;

/// The words of a button.
#[component]
pub(super) fn Label(
    pending: Signal<bool>,
    #[prop(into)] text: Signal<String>,
    /// What it says while it is under way; the same words where there are no others.
    busy: &'static str,
    #[prop(optional)] icon: &'static str,
) -> impl IntoView {
    // a page that is being left has lost its signals before its view
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
