//! A form field: label, input, hint, error.

use leptos::prelude::*;
use model::FieldError;

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

/// A text field.
#[component]
pub(crate) fn TextField(
    /// Unique on the page.
    id: &'static str,
    /// The name in the form.
    #[prop(into)]
    name: String,
    label: &'static str,
    /// The initial text.
    #[prop(optional, into)]
    text: String,
    #[prop(optional)] input: Input,
    /// What is accepted, or the effect.
    #[prop(optional, into)]
    hint: String,
    /// The note beside the label of a field that may stay empty.
    #[prop(optional)]
    optional: &'static str,
    /// The error of the last submit.
    #[prop(optional_no_strip)]
    fault: Option<FieldError>,
    /// The id of a `<datalist>`.
    #[prop(optional)]
    list: Option<&'static str>,
    /// The field whose text this one follows until it is edited, and the text with `{id}` in place of the other's.
    #[prop(optional)]
    follows: Option<(&'static str, String)>,
    /// Whether the browser requires a value.
    #[prop(optional)]
    required: bool,
    /// Whether the page starts with the focus here. A field that comes back with an error gets it anyway.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let autofocus = autofocus || fault.is_some();
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let described = format!("{hint_id} {fault_id}");
    let faulty = fault.is_some().then_some("true");
    let entry = if matches!(input, Input::Lines | Input::Secret) {
        view! {
            <textarea class=input.class() id=id name=name rows="4" spellcheck="false" required=required autofocus=autofocus
                aria-invalid=faulty aria-describedby=described>{leading_line(text)}</textarea>
        }
        .into_any()
    } else {
        let (source, pattern) = follows.unzip();
        view! {
            <input class=input.class() id=id name=name type=input.kind() autocomplete=input.autocomplete()
                spellcheck="false" list=list required=required autofocus=autofocus aria-invalid=faulty
                aria-describedby=described value=text data-follows=source data-pattern=pattern/>
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for=id>{label}" "{(!optional.is_empty()).then(|| view! { <span class="optional">{optional}</span> })}</label>
            {entry}
            <p class="hint" id=hint_id hidden=hint.is_empty()>{hint.clone()}</p>
            <FieldFault id=fault_id fault field=id/>
        </div>
    }
    .into_any()
}

/// The text of a `<textarea>`: parsers drop a line feed that follows the tag.
pub(crate) fn leading_line(text: String) -> String {
    if text.starts_with('\n') { format!("\n{text}") } else { text }
}

/// The error of a field: what is wrong, what is accepted, and a suggestion. The page script removes it when the field is
/// edited.
#[component]
pub(crate) fn FieldFault(
    #[prop(into)] id: String,
    #[prop(optional_no_strip)] fault: Option<FieldError>,
    /// The id of the field that a click on the suggestion fills.
    #[prop(optional)]
    field: &'static str,
) -> impl IntoView {
    let error = fault.map(|fault| {
        let text = fault_text(&fault);
        let suggestion = fault.suggestion.map(|suggestion| view! { <Suggestion suggestion field/> });
        view! {
            <p class="error" data-once="">
                <Icon name="down"/>
                <span>{text}</span>
            </p>
            {suggestion}
        }
    });
    view! { <div id=id>{error}</div> }.into_any()
}

fn fault_text(fault: &FieldError) -> String {
    if fault.accepted.is_empty() {
        fault.message.clone()
    } else {
        format!("{} Accepted: {}.", fault.message, fault.accepted)
    }
}

#[component]
fn Suggestion(suggestion: String, field: &'static str) -> impl IntoView {
    let use_it = (!field.is_empty()).then(|| {
        view! { <button class="link js-only" type="button" data-fill=field data-text=suggestion.clone()>"Use it"</button> }
    });
    view! {
        <p class="hint" data-once="">
            "This would be: " <code>{suggestion.clone()}</code> " "
            {use_it}
        </p>
    }
    .into_any()
}
