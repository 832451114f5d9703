//! A form with one button, for actions without confirmation and for the last step of a confirmation.

use leptos::prelude::*;

use super::keyed;
use super::label::Label;

/// The button, with the hidden fields that it sends.
#[component]
pub(crate) fn PostButton(
    /// The address of the server function: `StopProject::url()`.
    action: &'static str,
    /// Names and values.
    fields: Vec<(&'static str, String)>,
    #[prop(into)] text: String,
    /// The text while the request is pending; empty: same as the label.
    #[prop(optional)]
    busy: &'static str,
    /// The accessible name, where the label alone is ambiguous, such as in table rows.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(optional)] icon: &'static str,
    #[prop(optional)] kind: &'static str,
    /// `s` inside table rows.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    let hidden =
        fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=keyed(action)>
            {hidden.collect_view()}
            <button class="button" data-kind=kind data-size=size aria-label=label>
                <Label text busy icon/>
            </button>
        </form>
    }
    .into_any()
}
