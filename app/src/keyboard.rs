//! The dialogs that keys open: the palette (Ctrl K) and the list of shortcuts. The page script (`script/keys.ts`,
//! `script/palette.ts`) listens for keys; single letters act only outside of fields and can be turned off.

pub(crate) mod api;
mod palette;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

/// Every shortcut and its effect.
const KEYS: [(&str, &str); 12] = [
    ("Ctrl K", "Go to a page or a project, or run a command"),
    ("/", "Search on this page"),
    ("j, k", "Next, previous row"),
    ("Enter", "Open the row"),
    ("r", "Restart the project of the row, after a confirmation"),
    ("l", "Open the log of the project of the row"),
    (".", "Find a command for the project of the row"),
    ("g f", "Fleet"),
    ("g o", "Operations"),
    ("g b", "Backups"),
    ("Esc", "Close, or leave the field"),
    ("?", "This list"),
];

/// Both dialogs. Every page of an operator contains them once.
#[component]
pub(crate) fn Keyboard() -> impl IntoView {
    let rows = KEYS.map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> });
    view! {
        <dialog class="dialog" id="keys" aria-label="Keys">
            <div class="dialog-body">
                <h2>"Keys"</h2>
                <dl class="facts">{rows.collect_view()}</dl>
                <label class="check">
                    <input type="checkbox" checked data-single-keys=""/>
                    <span>"Single-letter shortcuts in this browser"</span>
                </label>
                <form method="dialog"><button class="button">"Close"</button></form>
            </div>
        </dialog>
        <dialog class="dialog palette" id="palette" aria-label="Go to">
            <fleet-palette data-source=api::FindTargets::url()>
                <input class="input" type="text" role="combobox" aria-label="Go to a page or a project"
                    placeholder="Page, project, hostname, command" aria-expanded="true" aria-controls="palette-results"
                    aria-autocomplete="list" autocomplete="off" spellcheck="false"/>
                <ul role="listbox" id="palette-results" aria-label="Results"></ul>
                <p class="hint" role="status"></p>
            </fleet-palette>
        </dialog>
    }
    .into_any()
}
