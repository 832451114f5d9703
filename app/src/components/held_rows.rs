//! Held rows: while pointer or focus are in a list, its rows keep their order, and none is added or removed. The content of a
//! row is updated at once; only its place is held. A strip says how many changes are pending, with a button that applies
//! them. All of it is done by the page script (`script/held.ts`); without it a list is as it was loaded.

use leptos::prelude::*;

/// The list. Its rows have `data-row` with an id that is unique in the list.
#[component]
pub(crate) fn HeldRows(children: Children) -> impl IntoView {
    view! { <div class="held-region" data-held="">{children()}</div> }.into_any()
}

/// Says how many changes of the lists of this page are pending. It takes the same room when there are none.
#[component]
pub(crate) fn HeldStrip() -> impl IntoView {
    view! {
        <p class="held js-only" role="status" data-none="" data-held-strip="">
            <span></span>
            <button class="link" type="button" data-show-held="" disabled>"Show"</button>
        </p>
    }
    .into_any()
}
