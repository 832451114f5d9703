//! A secret that is shown once.

use leptos::html::Code;
use leptos::prelude::*;

use super::Icon;
use super::clipboard::Copied;

/// The secret and its title.
#[component]
pub(crate) fn OneTimeSecretPanel(#[prop(into)] title: String, secret: String) -> impl IntoView {
    let code = NodeRef::<Code>::new();
    let copied = RwSignal::new(None::<Copied>);
    let copy = move |_| {
        #[cfg(feature = "hydrate")]
        if let Some(code) = code.get_untracked() {
            super::clipboard::copy(code.into(), move |became| copied.set(Some(became)));
        }
    };
    view! {
        <div class="banner" data-tone="move" role="status">
            <Icon name="key"/>
            <div>
                <h2>{title}", shown once"</h2>
                <p><code node_ref=code>{secret}</code></p>
                <p>"It cannot be shown again. Copy it now. " {move || copied.get().map(Copied::words)}</p>
            </div>
            <div class="buttons js-only">
                <button class="button" data-size="s" type="button" on:click=copy>"Copy"</button>
            </div>
        </div>
    }
    .into_any()
}
