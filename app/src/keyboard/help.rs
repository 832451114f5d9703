//! The key listener and the list of shortcuts.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Keys;
use super::document::{leave, place, remember, remembered, step};
use super::keys::{Act, KeyPress, act};
use super::palette::Palette;

/// Every shortcut and its effect.
const KEYS: [(&str, &str); 8] = [
    ("Ctrl K", "Go to a page or a project"),
    ("/", "Search on this page"),
    ("j, k", "Next, previous row"),
    ("Enter", "Open the row"),
    ("g f", "Fleet"),
    ("g o", "Operations"),
    ("Esc", "Close, or leave the field"),
    ("?", "This list"),
];

/// Listens for keys. Every page contains it once.
#[component]
pub(crate) fn Keyboard() -> impl IntoView {
    let keys = Keys::current();
    let letters = RwSignal::new(true);
    listen(keys, letters);
    let toggle = move |event| {
        letters.set(event_target_checked(&event));
        remember(letters.get_untracked());
    };
    let rows = KEYS.map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> });
    view! {
        <dialog class="dialog" node_ref=keys.help aria-label="Keys">
            <div class="dialog-body">
                <h2>"Keys"</h2>
                <dl class="facts">{rows.collect_view()}</dl>
                <label class="check">
                    <input type="checkbox" prop:checked=letters on:change=toggle/>
                    <span>"Single-letter shortcuts in this browser"</span>
                </label>
                <form method="dialog"><button class="button">"Close"</button></form>
            </div>
        </dialog>
        <Palette/>
    }
    .into_any()
}

fn listen(keys: Keys, letters: RwSignal<bool>) {
    let navigate = use_navigate();
    let led = StoredValue::new(false);
    Effect::new(move |_| {
        letters.set(remembered());
        let navigate = navigate.clone();
        let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
            let press = KeyPress {
                key: &event.key(),
                command: event.ctrl_key() || event.meta_key(),
                focus: place(),
                led: led.get_value(),
                letters: letters.get_untracked(),
            };
            led.set_value(false);
            let Some(act) = act(press) else { return };
            event.prevent_default();
            match act {
                Act::Palette => keys.open_palette(),
                Act::Help => keys.open_help(),
                Act::Lead => led.set_value(true),
                Act::Go(path) => navigate(path, NavigateOptions::default()),
                Act::Search => super::focus(".search input"),
                Act::Next => step(1),
                Act::Previous => step(-1),
                Act::Leave => leave(),
            }
        });
        on_cleanup(move || handle.remove());
    });
}
