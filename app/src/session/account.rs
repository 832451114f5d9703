//! The account menu. The page script closes it on a click outside and on Escape.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::Me;

use super::Theme;
use super::api::{LogOut, SetTheme};

/// The operator's name, the theme and the log-out button.
#[component]
pub(crate) fn Account(me: Me) -> impl IntoView {
    let initials: String = me.email.as_str().chars().take(2).collect::<String>().to_uppercase();
    let email = me.email.to_string();
    view! {
        <details class="menu">
            <summary>
                <span class="avatar" aria-hidden="true">{initials}</span>
                <span class="visually-hidden">{format!("{email}, account menu")}</span>
            </summary>
            <ul>
                <li><a href="/settings">{email.clone()}</a></li>
                <ThemeSwitch/>
                <li class="js-only"><button type="button" data-open="keys">"Keyboard "<kbd aria-hidden="true">"?"</kbd></button></li>
                <li><hr/></li>
                <li><form method="post" action=LogOut::url() data-native=""><button>"Log out"</button></form></li>
            </ul>
        </details>
    }
    .into_any()
}

/// The current theme; a click selects the next one.
#[component]
fn ThemeSwitch() -> impl IntoView {
    let theme = Theme::current();
    view! {
        <li>
            <form method="post" action=SetTheme::url() data-native="">
                <input type="hidden" name="theme" value=theme.next().word().unwrap_or("system")/>
                <button>{format!("Theme: {}", theme.name())}</button>
            </form>
        </li>
    }
    .into_any()
}
