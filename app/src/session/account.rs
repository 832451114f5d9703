//! The account menu.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html::Details;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::Node;
use leptos_router::hooks::use_location;
use model::Me;

use super::Theme;
use super::api::{LogOut, SetTheme};
use crate::keyboard::{Keys, focus};

/// The operator's name, the theme and the log-out button.
#[component]
pub(crate) fn Account(me: Me) -> impl IntoView {
    let initials: String = me.email.as_str().chars().take(2).collect::<String>().to_uppercase();
    let email = me.email.to_string();
    let keys = Keys::current();
    let menu = NodeRef::<Details>::new();
    close_by_itself(menu);
    let left = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
        // without a related target the click was outside the document or on nothing focusable; the click handler closes
        // the menu
        if to.is_some_and(|to| !holds(menu, &to)) {
            close(menu);
        }
    };
    let press = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            close(menu);
            focus(".menu summary");
        }
    };
    let help = move |_| {
        close(menu);
        keys.open_help();
    };
    view! {
        <details class="menu" node_ref=menu on:focusout=left on:keydown=press>
            <summary>
                <span class="avatar" aria-hidden="true">{initials}</span>
                <span class="visually-hidden">{format!("{email}, account menu")}</span>
            </summary>
            <ul>
                <li><a href="/settings">{email}</a></li>
                <ThemeSwitch/>
                <li class="js-only"><button type="button" on:click=help>"Keyboard "<kbd aria-hidden="true">"?"</kbd></button></li>
                <li><hr/></li>
                <li><form method="post" action=LogOut::url()><button>"Log out"</button></form></li>
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
            <form method="post" action=SetTheme::url()>
                <input type="hidden" name="theme" value=theme.next().word().unwrap_or("system")/>
                <button>{format!("Theme: {}", theme.name())}</button>
            </form>
        </li>
    }
    .into_any()
}

/// Closes the menu on navigation and on a click outside of it.
fn close_by_itself(menu: NodeRef<Details>) {
    let path = use_location().pathname;
    Effect::new(move |before: Option<()>| {
        path.track();
        // not at hydration: the operator may have opened the menu before
        if before.is_some() {
            close(menu);
        }
    });
    Effect::new(move |_| {
        let pressed = window_event_listener(leptos::ev::pointerdown, move |event| {
            let on = event.target().and_then(|on| on.dyn_into::<Node>().ok());
            if on.is_some_and(|on| !holds(menu, &on)) {
                close(menu);
            }
        });
        on_cleanup(move || pressed.remove());
    });
}

fn holds(menu: NodeRef<Details>, node: &Node) -> bool {
    menu.get_untracked().is_some_and(|menu| menu.contains(Some(node)))
}

fn close(menu: NodeRef<Details>) {
    if let Some(menu) = menu.get_untracked() {
        menu.set_open(false);
    }
}
