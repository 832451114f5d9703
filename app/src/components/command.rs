//! A form that posts to a server function. With and without JavaScript it ends on the same page, which shows errors beside
//! the typed values.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{FieldError, Problem};
use serde::de::DeserializeOwned;

use super::ProblemBanner;
use super::label::Label;
use crate::error::AppError;
use crate::session::Flash;

/// The last submit of a form, if the page was loaded after one that failed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attempt {
    /// The server function.
    action: &'static str,
    /// The problem of the last submit.
    pub(crate) problem: Option<Problem>,
    typed: Option<serde_json::Value>,
}

impl Attempt {
    /// The last submit of the form of `S`.
    pub(crate) fn of<S: ServerFn<Error = AppError>>() -> Self {
        match Flash::of_form(S::url()) {
            Some(flash) => Self { action: S::url(), problem: flash.problem, typed: Some(flash.values) },
            None => Self { action: S::url(), ..Self::default() },
        }
    }

    /// Whether there was one.
    pub(crate) const fn came_back(&self) -> bool {
        self.typed.is_some()
    }

    /// The typed values.
    pub(crate) fn typed<T: DeserializeOwned>(&self) -> Option<T> {
        self.typed.clone().and_then(|typed| serde_json::from_value(typed).ok())
    }

    /// A typed text by its name.
    pub(crate) fn typed_text(&self, name: &str) -> Option<String> {
        Some(self.typed.as_ref()?.get(name)?.as_str()?.to_owned())
    }

    /// The generation that the form is sent from: the present one after a refusal that names it, else the one that the typed
    /// values were made from, else `now`.
    pub(crate) fn generation(&self, now: i64) -> i64 {
        let typed = || self.typed.as_ref()?.get("generation")?.as_i64();
        let told = self.problem.as_ref().and_then(|problem| problem.generation);
        told.or_else(typed).unwrap_or(now)
    }

    /// The error of one field.
    pub(crate) fn fault(&self, field: &str) -> Option<FieldError> {
        self.problem.as_ref()?.for_field(field).cloned()
    }

    /// The first error of a field or of an entry below it: `aliases` has `aliases.0` and so on.
    pub(crate) fn fault_in(&self, field: &str) -> Option<FieldError> {
        let is_it = |error: &&FieldError| {
            error.field.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.problem.as_ref()?.errors.iter().find(is_it).cloned()
    }
}

/// The address of a server function with a new idempotency key: a second submit of the same form gets the answer of the first.
pub(crate) fn keyed(action: &str) -> String {
    format!("{action}?key={}", uuid::Uuid::new_v4().simple())
}

/// The form. Children are its fields and buttons. The page script marks a changed form with `data-changed`, and one whose
/// subject was changed meanwhile with `data-outdated`; the style sheet shows the words for it on forms that edit something.
#[component]
pub(crate) fn CommandForm(
    attempt: Attempt,
    #[prop(default = "form")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let problem = attempt.problem.map(without_fields);
    // by its id a form that was changed is known again when the page is merged
    let id = attempt.action.rsplit('/').next().map(|name| format!("form-{name}"));
    view! {
        <form id=id method="post" action=keyed(attempt.action) class=class novalidate>
            <ProblemBanner problem/>
            {children()}
            <p class="unsaved js-only" role="status">
                <span>"Unsaved changes. "</span>
                <span>"Changed by someone else meanwhile; saving shows what differs."</span>
            </p>
        </form>
    }
    .into_any()
}

/// The problem, without what the fields show themselves.
fn without_fields(problem: Problem) -> Problem {
    if problem.errors.is_empty() {
        return problem;
    }
    Problem { detail: "Nothing was changed. Each field shows what is wrong.".into(), ..problem }
}

/// The submit button. Its width stays the same while the request is pending.
#[component]
pub(crate) fn Submit(
    #[prop(into)] text: String,
    /// The text while the request is pending.
    busy: &'static str,
    #[prop(default = "primary")] kind: &'static str,
    /// The address of another server function than that of the form, which the button posts to.
    #[prop(optional)]
    action: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button class="button" data-kind=kind formaction=action.map(keyed)>
            <Label text busy/>
        </button>
    }
    .into_any()
}
