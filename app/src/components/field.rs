//! A form field: label, input, hint, error.

use leptos::html::{Input as Control, Textarea};
use leptos::prelude::*;
use model::{FieldError, Invalid};

use super::Icon;

/// The kind of input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Input {
    /// Prose.
    #[default]
    Text,
    /// An id, a path or a commit: monospace, without spell checking.
    Code,
    /// An e-mail address.
    Email,
    /// A present password: hidden, filled in by the password manager.
    Password,
    /// A new password: hidden, not filled in.
    NewPassword,
    /// Several lines.
    Lines,
    /// Several lines that are secret: the browser does not suggest them again.
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

/// A text field bound to `text`.
#[component]
pub(crate) fn TextField(
    /// Unique on the page.
    id: &'static str,
    /// The name in the form.
    #[prop(into)]
    name: String,
    label: &'static str,
    #[prop(into)] text: RwSignal<String>,
    #[prop(optional)] input: Input,
    /// What is accepted, or the effect.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// The note beside the label of a field that may stay empty.
    #[prop(optional)]
    optional: &'static str,
    #[prop(optional, into)] fault: Signal<Option<FieldError>>,
    /// Validates the text once the field has lost the focus.
    #[prop(optional)]
    check: Option<fn(String) -> Result<(), Invalid>>,
    /// The id of a `<datalist>`.
    #[prop(optional)]
    list: Option<&'static str>,
    /// Whether the browser requires a value.
    #[prop(optional)]
    required: bool,
    /// Whether the page starts with the focus here. A field that comes back with an error gets it anyway.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let left = RwSignal::new(false);
    let autofocus = autofocus || fault.with_untracked(Option::is_some);
    let found = RwSignal::new(None);
    let fault = current_fault(text, found, left, fault, check);
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let described = format!("{hint_id} {fault_id}");
    view! {
        <div class="field" on:focusout=move |_| left.set(true)>
            <label for=id>{label}" "{(!optional.is_empty()).then(|| view! { <span class="optional">{optional}</span> })}</label>
            <Entry id name input list required autofocus text found fault described/>
            <p class="hint" id=hint_id hidden=move || hint.with(String::is_empty)>{hint}</p>
            <FieldFault id=fault_id fault text/>
        </div>
    }
    .into_any()
}

/// The input element.
#[component]
fn Entry(
    id: &'static str,
    name: String,
    input: Input,
    list: Option<&'static str>,
    required: bool,
    autofocus: bool,
    text: RwSignal<String>,
    found: RwSignal<Option<String>>,
    fault: Signal<Option<FieldError>>,
    described: String,
) -> impl IntoView {
    // signals are disposed before the view when the page is left
    let faulty = move || fault.try_with(Option::is_some).unwrap_or_default().then_some("true");
    let typed = move |event| text.set(event_target_value(&event));
    if matches!(input, Input::Lines | Input::Secret) {
        let field = NodeRef::<Textarea>::new();
        let value = move || Some(field.get()?.value());
        meet(text, found, value, move |text| {
            field.get_untracked().into_iter().for_each(|field| field.set_value(text));
        });
        return view! {
            <textarea class=input.class() id=id name=name rows="4" spellcheck="false" required=required autofocus=autofocus
                aria-invalid=faulty aria-describedby=described node_ref=field on:input=typed>{text.get_untracked()}</textarea>
        }
        .into_any();
    }
    let field = NodeRef::<Control>::new();
    let value = move || Some(field.get()?.value());
    meet(text, found, value, move |text| {
        field.get_untracked().into_iter().for_each(|field| field.set_value(text));
    });
    view! {
        <input class=input.class() id=id name=name type=input.kind() autocomplete=input.autocomplete()
            spellcheck="false" list=list required=required autofocus=autofocus aria-invalid=faulty
            aria-describedby=described value=text.get_untracked() node_ref=field on:input=typed/>
    }
    .into_any()
}

/// Binds input and signal. Text that was typed or filled in before hydration is taken over; afterwards the input shows
/// what `text` is set to.
fn meet(
    text: RwSignal<String>,
    found: RwSignal<Option<String>>,
    value: impl Fn() -> Option<String> + 'static,
    write: impl Fn(&str) + 'static,
) {
    Effect::new(move |met: Option<bool>| {
        let Some(stands) = value() else { return false };
        if met == Some(true) {
            text.with(|text| {
                if *text != stands {
                    write(text);
                }
            });
        } else if text.with(|text| *text != stands) {
            found.set(Some(stands.clone()));
            text.set(stands);
        }
        true
    });
}

/// The current error: that of `check` once the field has lost the focus, else that of the last submit until the text
/// changes. Text that was `found` in the field at hydration does not count as a change.
fn current_fault(
    text: RwSignal<String>,
    found: RwSignal<Option<String>>,
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
            let stands = |judged: &String| {
                text.with(|text| text == judged || found.with(|found| found.as_ref() == Some(text)))
            };
            judged.with(|(fault, judged)| fault.clone().filter(|_| stands(judged)))
        })
    })
}

/// The error of a field: what is wrong, what is accepted, and a suggestion.
#[component]
pub(crate) fn FieldFault(
    #[prop(into)] id: String,
    #[prop(into)] fault: Signal<Option<FieldError>>,
    /// The signal that a click on the suggestion sets.
    #[prop(optional, into)]
    text: Option<RwSignal<String>>,
) -> impl IntoView {
    view! {
        <div id=id>
            {move || fault.try_get().flatten().map(|fault| view! {
                <p class="error">
                    <Icon name="down"/>
                    <span>{fault_text(&fault)}</span>
                </p>
                {fault.suggestion.map(|suggestion| view! { <Suggestion suggestion text/> })}
            })}
        </div>
    }
    .into_any()
}

fn fault_text(fault: &FieldError) -> String {
    if fault.accepted.is_empty() {
        fault.message.clone()
    } else {
        format!("{} Accepted: {}.", fault.message, fault.accepted)
    }
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
            <button class="link js-only" type="button" on:click=take>"Use it"</button>
        </p>
    }
    .into_any()
}
