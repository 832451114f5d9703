//! A secret that is shown once.

use leptos::prelude::*;

use super::Icon;

/// The secret and its title. It stays on the page until the operator leaves it.
#[component]
pub(crate) fn OneTimeSecretPanel(#[prop(into)] title: String, secret: String) -> impl IntoView {
    view! {
        <div class="banner" data-tone="move" role="status" data-once="secret">
            <Icon name="key"/>
            <div>
                <h2>{title}", shown once"</h2>
                <p><code id="one-time-secret">{secret}</code></p>
                <p>"It cannot be shown again. Copy it now. " <span data-copied=""></span></p>
            </div>
            <div class="buttons js-only">
                <button class="button" data-size="s" type="button" data-copy="one-time-secret">"Copy"</button>
            </div>
        </div>
    }
    .into_any()
}
