//! The clipboard. A browser offers it over HTTPS and on localhost only; elsewhere the text is selected, ready to be copied.

/// What became of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser has a clipboard"))]
pub(super) enum Copied {
    /// It is on the clipboard.
    Yes,
    /// It is selected.
    Selected,
}

impl Copied {
    /// The same for people.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Yes => "Copied.",
            Self::Selected => "The browser keeps the clipboard to itself here; it is selected: press Ctrl C.",
        }
    }
}

#[cfg(feature = "hydrate")]
pub(super) use browser::copy;

#[cfg(feature = "hydrate")]
mod browser {
    use js_sys::Reflect;
    use leptos::prelude::window;
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::Closure;
    use web_sys::Element;

    use super::Copied;

    /// Copies the text of an element, else selects it, and then tells which.
    pub(in super::super) fn copy(element: Element, tell: impl Fn(Copied) + Clone + 'static) {
        let navigator = window().navigator();
        // where it is not offered, calling it would be a fault that cannot be caught
        let offered =
            Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|it| it.is_object());
        if !offered {
            return tell(select(&element));
        }
        let yes = {
            let tell = tell.clone();
            Closure::once(move |_: JsValue| tell(Copied::Yes))
        };
        let text = element.text_content().unwrap_or_default();
        let no = Closure::once(move |_: JsValue| tell(select(&element)));
        let _ = navigator.clipboard().write_text(&text).then2(&yes, &no);
        // one of the two is called, once
        yes.forget();
        no.forget();
    }

    fn select(element: &Element) -> Copied {
        if let Ok(Some(selection)) = window().get_selection() {
            let _ = selection.select_all_children(element);
        }
        Copied::Selected
    }
}
