//! Keys. Single letters act only outside fields and can be turned off; none reaches an action that needs a confirmation.

mod document;
mod help;
mod keys;
mod palette;

pub(crate) use help::Keyboard;

/// Focuses the first element that matches, if there is one. Does nothing on the server.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(clippy::missing_const_for_fn, reason = "only the browser has something to focus")
)]
pub(crate) fn focus(selector: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let found = leptos::prelude::document().query_selector(selector).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = selector;
}

/// Puts a text on the clipboard. Does nothing on the server, or where the browser does not allow it.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(clippy::missing_const_for_fn, reason = "only the browser has a clipboard")
)]
pub(crate) fn copy(text: &str) {
    #[cfg(feature = "hydrate")]
    let _ = leptos::prelude::window().navigator().clipboard().write_text(text);
    #[cfg(not(feature = "hydrate"))]
    let _ = text;
}
