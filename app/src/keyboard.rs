//! Keyboard shortcuts. Single letters act only outside of fields and can be turned off; none triggers a guarded action.

mod document;
mod help;
mod keys;
mod palette;

use leptos::html::Dialog;
use leptos::prelude::*;

pub(crate) use help::Keyboard;

/// What keys open; buttons open the same through it.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    help: NodeRef<Dialog>,
    palette: NodeRef<Dialog>,
    /// Number of times that the palette was opened.
    opened: RwSignal<u32>,
}

impl Keys {
    /// Provides it to all components below.
    pub(crate) fn provide() {
        provide_context(Self { help: NodeRef::new(), palette: NodeRef::new(), opened: RwSignal::new(0) });
    }

    /// The one of this page.
    pub(crate) fn current() -> Self {
        expect_context()
    }

    /// Opens the list of shortcuts.
    pub(crate) fn open_help(self) {
        open(self.help);
    }

    /// Opens the palette.
    pub(crate) fn open_palette(self) {
        self.opened.update(|times| *times += 1);
        open(self.palette);
    }
}

fn open(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}

/// Focuses the first element that matches `selector`, if there is one. Does nothing on the server.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(clippy::missing_const_for_fn, reason = "only the browser has something to focus")
)]
pub(crate) fn focus(selector: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let found = document().query_selector(selector).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = selector;
}

/// Moves the focus to `main` after navigation, unless the focus is on a tab of the page.
#[cfg(feature = "hydrate")]
pub(crate) fn focus_page() {
    let on_a_tab = document().query_selector(".tabs :focus").is_ok_and(|tab| tab.is_some());
    if !on_a_tab {
        focus("#main");
    }
}
