//! A form with one button, for actions without confirmation and for the last step of a confirmation.

use leptos::ev::SubmitEvent;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;

use super::busy::Label;
use super::under_way;
use crate::error::AppError;

/// The button, with the hidden fields that it sends.
#[component]
pub(crate) fn PostButton<S>(
    action: ServerAction<S>,
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
) -> impl IntoView
where
    S: ServerFn<Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let pending = under_way(action);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let (false, Ok(command)) = (pending.get_untracked(), S::from_event(&event)) {
            action.dispatch(command);
        }
    };
    let hidden =
        fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=S::url() on:submit=submit>
            {hidden.collect_view()}
            <button class="button" data-kind=kind data-size=size aria-label=label
                aria-busy=move || pending.try_get().unwrap_or_default().to_string()>
                <Label pending text busy icon/>
            </button>
        </form>
    }
    .into_any()
}
