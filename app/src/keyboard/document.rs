//! The document, for shortcuts. Browser only.

#[cfg(feature = "hydrate")]
pub(super) use browser::{leave, place, remember, remembered, step};
#[cfg(not(feature = "hydrate"))]
pub(super) use nowhere::{leave, place, remember, remembered, step};

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::{document, window};
    use wasm_bindgen::JsCast as _;
    use web_sys::HtmlElement;

    use crate::keyboard::keys::Focus;

    /// Whether single letters act; stored in the browser.
    const LETTERS: &str = "single-keys";

    fn focused() -> Option<HtmlElement> {
        document().active_element().and_then(|element| element.dyn_into().ok())
    }

    pub(in crate::keyboard) fn place() -> Focus {
        let in_field = |element: &HtmlElement| {
            matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                || element.is_content_editable()
        };
        match (document().query_selector("dialog[open]"), focused()) {
            (Ok(Some(_)), _) => Focus::Dialog,
            (_, Some(focused)) if in_field(&focused) => Focus::Field,
            _ => Focus::Page,
        }
    }

    pub(in crate::keyboard) fn leave() {
        let _ = focused().map(|element| element.blur());
    }

    /// Focuses the next (`1`) or previous (`-1`) row; the first if none has the focus.
    pub(in crate::keyboard) fn step(by: i32) {
        let Ok(rows) = document().query_selector_all(".row-link") else { return };
        let rows: Vec<HtmlElement> =
            (0..rows.length()).filter_map(|i| rows.item(i)?.dyn_into().ok()).collect();
        let here = focused().and_then(|element| rows.iter().position(|row| *row == element));
        let next = match (here, by) {
            (None, _) => 0,
            (Some(here), 1..) => (here + 1).min(rows.len().saturating_sub(1)),
            (Some(here), _) => here.saturating_sub(1),
        };
        let _ = rows.get(next).map(HtmlElement::focus);
    }

    pub(in crate::keyboard) fn remembered() -> bool {
        let storage = window().local_storage().ok().flatten();
        storage
            .and_then(|storage| storage.get_item(LETTERS).ok().flatten())
            .is_none_or(|value| value != "off")
    }

    pub(in crate::keyboard) fn remember(on: bool) {
        if let Some(storage) = window().local_storage().ok().flatten() {
            let _ = storage.set_item(LETTERS, if on { "on" } else { "off" });
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod nowhere {
    use crate::keyboard::keys::Focus;

    pub(in crate::keyboard) const fn place() -> Focus {
        Focus::Page
    }
    pub(in crate::keyboard) const fn leave() {}
    pub(in crate::keyboard) const fn step(_by: i32) {}
    pub(in crate::keyboard) const fn remembered() -> bool {
        true
    }
    pub(in crate::keyboard) const fn remember(_on: bool) {}
}
