//! One field: its name, what is typed, what is accepted, what is wrong.

use leptos::prelude::*;
use model::{FieldError, Invalid};

use super::Icon;

/// How a text is typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Input {
    /// Prose.
    #[default]
    Text,
    /// An id, a path, a commit: in monospace, nothing corrected.
    Code,
    /// An address.
    Email,
    /// Not shown, remembered by the browser's keychain.
    Password,
    /// Not shown, chosen now.
    NewPassword,
    /// Several lines.
    Lines,
    /// Several lines that are a secret: never offered again by the browser.
    Secret,
}

impl Input {
    const fn kind(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Password | Self::NewPassword => "password",
            Self::Text | Self::Code | Self::Lines | Self::Secret => "text",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::Email => "username",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::Text | Self::Code | Self::Lines | Self::Secret => "off",
        }
    }

    const fn class(self) -> &'static str {
        if matches!(self, Self::Code | Self::Lines | Self::Secret) { "input mono" } else { "input" }
    }
}

/// A field for a text. `text` is what stands in it; typing changes it.
#[component]
pub(crate) fn TextField(
    /// Unique on the page.
    id: &'static str,
    /// Its name in the form.
    #[prop(into)]
    name: String,
    label: &'static str,
    #[prop(into)] text: RwSignal<String>,
    #[prop(optional)] input: Input,
    /// What is accepted, or what it is for.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What may be left out is said.
    #[prop(optional)]
    optional: &'static str,
    #[prop(optional, into)] fault: Signal<Option<FieldError>>,
    /// Judges what was typed once the field was left.
    #[prop(optional)]
    check: Option<fn(String) -> Result<(), Invalid>>,
    /// The id of a list of suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    let left = RwSignal::new(false);
    let fault = current_fault(text, left, fault, check);
    // a page that is being left has lost its signals before its view
    let faulty = move || fault.try_with(Option::is_some).unwrap_or_default().then_some("true");
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let described = format!("{hint_id} {fault_id}");
    let typed = move |event| text.set(event_target_value(&event));
    let control = if matches!(input, Input::Lines | Input::Secret) {
        view! {
            <textarea class=input.class() id=id name=name rows="4" spellcheck="false" aria-invalid=faulty
                aria-describedby=described prop:value=text on:input=typed>{text.get_untracked()}</textarea>
        }
        .into_any()
    } else {
        view! {
            <input class=input.class() id=id name=name type=input.kind() autocomplete=input.autocomplete()
                spellcheck="false" list=list aria-invalid=faulty aria-describedby=described
                value=text.get_untracked() prop:value=text on:input=typed/>
        }
        .into_any()
    };
    view! {
        <div class="field" on:focusout=move |_| left.set(true)>
            <label for=id>{label}" "{(!optional.is_empty()).then(|| view! { <span class="optional">{optional}</span> })}</label>
            {control}
            <p class="hint" id=hint_id hidden=move || hint.with(String::is_empty)>{hint}</p>
            <FieldFault id=fault_id fault text/>
        </div>
    }
    .into_any()
}

/// What is wrong with the text as it stands: by its shape, once the field was left; else what the last attempt said of it,
/// until it is changed.
fn current_fault(
    text: RwSignal<String>,
    left: RwSignal<bool>,
    fault: Signal<Option<FieldError>>,
    check: Option<fn(String) -> Result<(), Invalid>>,
) -> Signal<Option<FieldError>> {
    let judged = Memo::new(move |before: Option<&(Option<FieldError>, String)>| {
        let fault = fault.get();
        match before {
            Some((same, text)) if *same == fault => (fault, text.clone()),
            _ => (fault, text.get_untracked()),
        }
    });
    Signal::derive(move || {
        let shape = check.filter(|_| left.get()).and_then(|check| {
            let text = text.get();
            if text.is_empty() { None } else { check(text).err().map(|fault| FieldError::new("", fault)) }
        });
        shape.or_else(|| {
            judged.with(|(fault, judged)| fault.clone().filter(|_| text.with(|text| text == judged)))
        })
    })
}

/// What is wrong with a field, what is accepted, and a value that would be.
#[component]
pub(crate) fn FieldFault(
    #[prop(into)] id: String,
    #[prop(into)] fault: Signal<Option<FieldError>>,
    /// Where a suggestion goes when it is taken.
    #[prop(optional, into)]
    text: Option<RwSignal<String>>,
) -> impl IntoView {
    view! {
        <div id=id>
            {move || fault.try_get().flatten().map(|fault| view! {
                <p class="error">
                    <Icon name="down"/>
                    <span>{format!("{} Accepted: {}.", fault.message, fault.accepted)}</span>
                </p>
                {fault.suggestion.map(|suggestion| view! { <Suggestion suggestion text/> })}
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Suggestion(suggestion: String, text: Option<RwSignal<String>>) -> impl IntoView {
    let value = suggestion.clone();
    let take = move |_| {
        if let Some(text) = text {
            text.set(value.clone());
        }
    };
    view! {
        <p class="hint">
            "This would be: " <code>{suggestion}</code> " "
            <button class="link" type="button" on:click=take>"Use it"</button>
        </p>
    }
    .into_any()
}
