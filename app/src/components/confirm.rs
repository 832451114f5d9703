//! Guarded actions: a link to a confirmation page. With JavaScript the same content opens in a dialog.

use leptos::ev::MouseEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys;

use super::Icon;

/// The link to a guarded action. `children` is the content of its page, for the dialog.
#[component]
pub(crate) fn Guarded<F, V>(
    /// The page of the action.
    #[prop(into)]
    href: String,
    text: &'static str,
    #[prop(optional)] icon: &'static str,
    #[prop(optional)] kind: &'static str,
    /// `s` inside table rows.
    #[prop(optional)]
    size: &'static str,
    /// The accessible name, where several such links are on one page.
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
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
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

/// Closes the open dialog after its command succeeded. The table row of the dialog may have changed meanwhile.
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

/// The content of a confirmation: what is done, what stays, how to undo it.
#[component]
pub(crate) fn Confirm(
    /// The question, with the name of the object.
    #[prop(into)]
    question: String,
    /// The effects, in order.
    will: Vec<String>,
    /// The button that runs the command, and its fields.
    children: Children,
    /// The page that Cancel leads to without JavaScript.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    // in a dialog, Cancel closes it; the browser then restores the focus
    let keep = move |event: MouseEvent| {
        let target: Option<web_sys::Element> = event.target().and_then(|target| target.dyn_into().ok());
        let dialog = target.and_then(|target| target.closest("dialog").ok().flatten());
        if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
            event.prevent_default();
            dialog.close();
        }
    };
    view! {
        <div class="stack">
            <h2>{question}</h2>
            <ol class="will">{will.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ol>
            <div class="buttons">
                <a class="button" href=back rel="external" on:click=keep>"Cancel"</a>
                {children()}
            </div>
        </div>
    }
    .into_any()
}
