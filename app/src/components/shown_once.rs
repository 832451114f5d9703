//! A secret that is shown once and can never be read again.

use leptos::prelude::*;

use super::Icon;

/// The secret, with what it is.
#[component]
pub(crate) fn ShownOnce(#[prop(into)] title: String, secret: String) -> impl IntoView {
    let text = secret.clone();
    let copy = move |_| crate::keyboard::copy(&text);
    view! {
        <div class="banner" data-tone="move" role="status">
            <Icon name="key"/>
            <div>
                <h2>{title}", shown once"</h2>
                <p><code>{secret}</code></p>
                <p>"It is kept nowhere that can be read. Copy it now."</p>
            </div>
            <div class="buttons">
                <button class="button" data-size="s" type="button" on:click=copy>"Copy"</button>
            </div>
        </div>
    }
    .into_any()
}
