//! A form that posts to a server function: by the browser without JavaScript, in place with it. Both end on the same page
//! and show errors beside the typed values.

use leptos::ev::SubmitEvent;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{FieldError, Problem};
use serde::de::DeserializeOwned;

use super::busy::Label;
use super::{ProblemBanner, refusal, under_way};
use crate::error::AppError;
use crate::session::{Flash, Flashes};

/// The last submit of a form: its problem and the typed values.
#[derive(Clone)]
pub(crate) struct Attempt {
    /// The problem of the last submit.
    pub(crate) problem: Signal<Option<Problem>>,
    /// Whether a request is pending.
    pub(crate) pending: Signal<bool>,
    typed: Option<serde_json::Value>,
}

impl Attempt {
    /// The typed values of a form that comes back without JavaScript. With JavaScript the fields still have them.
    pub(crate) fn typed<T: DeserializeOwned>(&self) -> Option<T> {
        self.typed.clone().and_then(|typed| serde_json::from_value(typed).ok())
    }

    /// The generation that the form is sent from: the present one after a refusal that names it, else the one that the typed
    /// values were made from, else `now`.
    pub(crate) fn generation(&self, now: i64) -> Signal<i64> {
        let typed = self.typed.as_ref().and_then(|typed| typed.get("generation")?.as_i64());
        let (problem, read) = (self.problem, typed.unwrap_or(now));
        let told = StoredValue::new(None);
        Signal::derive(move || {
            // a later refusal for another reason leaves the generation that was named
            if let Some(generation) = problem.with(|problem| problem.as_ref()?.generation) {
                told.set_value(Some(generation));
            }
            told.get_value().unwrap_or(read)
        })
    }

    /// The error of one field.
    pub(crate) fn fault(&self, field: impl Into<String>) -> Signal<Option<FieldError>> {
        let (problem, field) = (self.problem, field.into());
        Signal::derive(move || problem.with(|problem| problem.as_ref()?.for_field(&field).cloned()))
    }
}

/// Validates the input in the browser, before the request.
type Check<S> = fn(&S) -> Result<(), Problem>;

/// The form. Children are rendered with the last [`Attempt`]; `check` validates in the browser before the request.
#[component]
pub(crate) fn CommandForm<S, F, V>(
    action: ServerAction<S>,
    #[prop(optional)] check: Option<Check<S>>,
    #[prop(default = "form")] class: &'static str,
    children: F,
) -> impl IntoView
where
    S: ServerFn<Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
    F: Fn(Attempt) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let flashes = Flashes::current();
    let refused = RwSignal::new(None);
    let submit = move |event: SubmitEvent| send(&event, action, check, refused);
    let form = move || {
        let children = children.clone();
        Suspend::new(async move {
            let flash = flashes.of_form(S::url()).await;
            let attempt = attempt(action, refused, flash);
            let problem = attempt.problem;
            focus_first_fault(problem);
            view! {
                <form method="post" action=S::url() class=class on:submit=submit novalidate>
                    <ProblemBanner problem=without_fields(problem)/>
                    {children(attempt)}
                </form>
            }
        })
    };
    view! { <Transition>{form}</Transition> }.into_any()
}

fn send<S>(
    event: &SubmitEvent,
    action: ServerAction<S>,
    check: Option<Check<S>>,
    refused: RwSignal<Option<Problem>>,
) where
    S: ServerFn<Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    if event.default_prevented() {
        return;
    }
    event.prevent_default();
    if action.pending().get_untracked() {
        return;
    }
    let command = S::from_event(event).map_err(|_| unreadable());
    match command.and_then(|command| check.map_or(Ok(()), |check| check(&command)).map(|()| command)) {
        Ok(command) => {
            refused.set(None);
            action.dispatch(command);
        }
        Err(problem) => refused.set(Some(problem)),
    }
}

fn attempt<S>(action: ServerAction<S>, refused: RwSignal<Option<Problem>>, flash: Option<Flash>) -> Attempt
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let (kept, typed) = flash.map_or((None, None), |flash| (flash.problem, Some(flash.values)));
    let (failed, pending) = (refusal(action), under_way(action));
    let tried = action.version();
    let problem = Signal::derive(move || {
        let kept = || kept.clone().filter(|_| tried.get_untracked() == 0);
        refused.get().or_else(|| failed.get()).or_else(kept)
    });
    Attempt { problem, pending, typed }
}

/// The problem, without what the fields show themselves.
fn without_fields(problem: Signal<Option<Problem>>) -> Signal<Option<Problem>> {
    Signal::derive(move || {
        problem.get().map(|problem| {
            if problem.errors.is_empty() {
                problem
            } else {
                Problem { detail: "Nothing was changed. Each field shows what is wrong.".into(), ..problem }
            }
        })
    })
}

/// Focuses the first field with an error after a failed submit.
fn focus_first_fault(problem: Signal<Option<Problem>>) {
    Effect::new(move |before: Option<bool>| {
        let faulty =
            problem.with(|problem| problem.as_ref().is_some_and(|problem| !problem.errors.is_empty()));
        if faulty && before.is_some() {
            request_animation_frame(|| crate::keyboard::focus("[aria-invalid='true']"));
        }
        faulty
    });
}

fn unreadable() -> Problem {
    let detail = "Nothing was sent. The page may be older than the server; reload it.";
    Problem::new(model::ProblemKind::Malformed, "This form cannot be read", detail)
}

/// The submit button. Its width stays the same while the request is pending.
#[component]
pub(crate) fn Submit(
    pending: Signal<bool>,
    #[prop(into)] text: Signal<String>,
    /// The text while the request is pending.
    busy: &'static str,
    #[prop(default = "primary")] kind: &'static str,
    /// Whether the form cannot be submitted yet.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let busy_now = move || pending.try_get().unwrap_or_default();
    view! {
        <button class="button" data-kind=kind aria-busy=move || busy_now().to_string() disabled=disabled>
            <Label pending text busy/>
        </button>
    }
    .into_any()
}
