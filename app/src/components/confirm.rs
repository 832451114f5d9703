//! Guarded actions: a link to a confirmation page. With JavaScript the content of that page opens in a dialog.

use leptos::prelude::*;

use super::{ActCommand, Icon};

/// The link to a guarded action. The page script opens the page's content in a dialog.
#[component]
pub(crate) fn Guarded(
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
) -> impl IntoView {
    view! {
        <a class="button" data-kind=kind data-size=size href=href aria-label=label data-dialog="">
            {(!icon.is_empty()).then(|| view! { <Icon name=icon/> })}
            {text}
        </a>
    }
    .into_any()
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
    /// The page that Cancel leads to; in a dialog it closes the dialog.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    view! {
        <div class="stack">
            <h2>{question}</h2>
            <ol class="will">{will.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ol>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                {children()}
                <ActCommand/>
            </div>
        </div>
    }
    .into_any()
}
