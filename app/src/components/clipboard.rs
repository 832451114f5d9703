//! The clipboard. Browsers offer it over HTTPS and on localhost only; elsewhere the text is selected instead.

/// The result of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser has a clipboard"))]
pub(super) enum Copied {
    /// The text is on the clipboard.
    Yes,
    /// The text is selected; the operator copies it.
    Selected,
}

impl Copied {
    /// The message for the operator.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Yes => "Copied.",
            Self::Selected => "The browser does not allow copying here. The text is selected: press Ctrl+C.",
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

    /// Copies the text of an element or selects it, then calls `tell` with the result.
    pub(in super::super) fn copy(element: Element, tell: impl Fn(Copied) + Clone + 'static) {
        let navigator = window().navigator();
        // without HTTPS `navigator.clipboard` is undefined, and calling it would panic
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
        // exactly one of the two closures is called, once
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
