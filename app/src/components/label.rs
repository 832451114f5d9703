//! The label of a button, with a second text while its request is pending. Both take the same room, so the width is
//! constant.

use leptos::prelude::*;

use super::Icon;

/// The label of a button. The page script sets `data-state` to `busy` while the request is pending.
#[component]
pub(super) fn Label(
    text: String,
    /// The text while the request is pending; empty: same as the label.
    busy: &'static str,
    #[prop(optional)] icon: &'static str,
) -> impl IntoView {
    let busy = if busy.is_empty() { text.clone() } else { busy.to_owned() };
    view! {
        <span class="label" data-state="ready">
            <span>
                {(!icon.is_empty()).then(|| view! { <Icon name=icon/> })}
                {text}
            </span>
            <span>
                <Icon name="progressing" spin=true/>
                {busy}
            </span>
        </span>
    }
    .into_any()
}
