//! Listens to keys, and shows which there are.

use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::document::{in_field, leave, remember, remembered, step};
use super::keys::{Act, Focus, Press, act};
use super::palette::Palette;

/// Every key and what it does, for people.
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

/// Makes keys act. Stands once on every page.
#[component]
pub(crate) fn Keyboard() -> impl IntoView {
    let help = NodeRef::<Dialog>::new();
    let palette = NodeRef::<Dialog>::new();
    let asked = RwSignal::new(false);
    let letters = RwSignal::new(true);
    listen(help, palette, asked, letters);
    let toggle = move |event| {
        letters.set(event_target_checked(&event));
        remember(letters.get_untracked());
    };
    let rows = KEYS.map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> });
    view! {
        <dialog class="dialog" node_ref=help aria-label="Keys">
            <div class="dialog-body">
                <h2>"Keys"</h2>
                <dl class="facts">{rows.collect_view()}</dl>
                <label class="check">
                    <input type="checkbox" prop:checked=letters on:change=toggle/>
                    <span>"Single letters act on this browser"</span>
                </label>
                <form method="dialog"><button class="button">"Close"</button></form>
            </div>
        </dialog>
        <Palette dialog=palette asked/>
    }
    .into_any()
}

fn listen(help: NodeRef<Dialog>, palette: NodeRef<Dialog>, asked: RwSignal<bool>, letters: RwSignal<bool>) {
    let navigate = use_navigate();
    let led = StoredValue::new(false);
    Effect::new(move |_| {
        letters.set(remembered());
        let navigate = navigate.clone();
        let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
            let press = Press {
                key: &event.key(),
                command: event.ctrl_key() || event.meta_key(),
                focus: if in_field() { Focus::Field } else { Focus::Page },
                led: led.get_value(),
                letters: letters.get_untracked(),
            };
            led.set_value(false);
            let Some(act) = act(press) else { return };
            event.prevent_default();
            match act {
                Act::Palette => {
                    asked.set(true);
                    open(palette);
                }
                Act::Help => open(help),
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

fn open(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}
