//! Guarded actions. The link leads to a page that says what will happen; with JavaScript the same stands in a dialog.

use leptos::ev::MouseEvent;
use leptos::html::Dialog;
use leptos::prelude::*;

use super::Icon;

/// The link to a guarded action. `children` is what its page shows, for the dialog.
#[component]
pub(crate) fn Guarded<F, V>(
    /// The page of the action.
    #[prop(into)]
    href: String,
    text: &'static str,
    #[prop(optional)] icon: &'static str,
    #[prop(optional)] kind: &'static str,
    /// `s` inside rows.
    #[prop(optional)]
    size: &'static str,
    /// What it is called where several stand on a page.
    #[prop(optional, into)]
    label: Option<String>,
    children: F,
) -> impl IntoView
where
    F: Fn() -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let dialog = NodeRef::<Dialog>::new();
    let opened = RwSignal::new(false);
    let open = move |event: MouseEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
        if let (true, Some(dialog)) = (plain, dialog.get_untracked()) {
            event.prevent_default();
            opened.set(true);
            let _ = dialog.show_modal();
        }
    };
    let close = move |_| dialog.get_untracked().map_or((), |dialog| dialog.close());
    view! {
        <a class="button" data-kind=kind data-size=size href=href aria-label=label.clone() on:click=open>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon/> })}
            {text}
        </a>
        <dialog class="dialog" node_ref=dialog aria-label=label.unwrap_or_else(|| text.to_owned()) on:close=move |_| opened.set(false)>
            {move || opened.get().then(|| view! {
                <div class="dialog-head">
                    <button class="button" data-kind="quiet" data-icon-only="" type="button" aria-label="Close" on:click=close>
                        <Icon name="close"/>
                    </button>
                </div>
                <div class="dialog-body">{children()}</div>
            })}
        </dialog>
    }
    .into_any()
}

/// Closes the dialog in which something was asked that is done now. The row that it belonged to may be another's by then.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(clippy::missing_const_for_fn, reason = "only the browser has dialogs")
)]
pub(crate) fn close_dialog() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let open = document().query_selector("dialog[open]").ok().flatten();
        if let Some(dialog) = open.and_then(|open| open.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
            dialog.close();
        }
    }
}

/// What a guarded action shows before it can be pressed: what is done, what stays, how to undo it.
#[component]
pub(crate) fn Confirm(
    /// A question with the name of what it is about.
    #[prop(into)]
    question: String,
    /// What will happen, in order.
    will: Vec<String>,
    /// The button that does it, and what belongs to it.
    children: Children,
    /// The way out: where it leads without JavaScript.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    view! {
        <div class="stack">
            <h2>{question}</h2>
            <ol class="will">{will.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ol>
            <div class="buttons">
                <a class="button" href=back rel="external">"Keep as it is"</a>
                {children()}
            </div>
        </div>
    }
    .into_any()
}
