//! Icons of the sprite.

use leptos::prelude::*;

/// An icon. Beside a word it is hidden from screen readers; alone it needs a `label`.
#[component]
pub(crate) fn Icon(
    /// The symbol's name in the sprite, without `i-`.
    name: &'static str,
    /// Rotates; for work in progress.
    #[prop(optional)]
    spin: bool,
    /// The accessible name, where no text is beside it.
    #[prop(optional)]
    label: &'static str,
) -> impl IntoView {
    let alone = !label.is_empty();
    view! {
        <svg
            class="icon"
            data-spin=spin.then_some("")
            role=alone.then_some("img")
            aria-label=alone.then_some(label)
            aria-hidden=(!alone).then_some("true")
        >
            <use href=format!("/icons.svg#i-{name}")></use>
        </svg>
    }
    .into_any()
}
