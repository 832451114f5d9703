//! A form that posts to a server function: by itself without JavaScript, in place with it. Both ways end at the same
//! page, and both show what was wrong beside what was typed.

use leptos::ev::SubmitEvent;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{FieldError, Problem};
use serde::de::DeserializeOwned;

use super::{Icon, ProblemBanner, refusal, under_way};
use crate::error::AppError;
use crate::session::{Flash, Flashes};

/// The last attempt of a form: what was wrong with it, and what was typed.
#[derive(Clone)]
pub(crate) struct Attempt {
    /// What was wrong.
    pub(crate) problem: Signal<Option<Problem>>,
    /// Whether it is on its way.
    pub(crate) pending: Signal<bool>,
    typed: Option<serde_json::Value>,
}

impl Attempt {
    /// What was typed, when the form comes back without JavaScript. With it the fields still have it.
    pub(crate) fn typed<T: DeserializeOwned>(&self) -> Option<T> {
        self.typed.clone().and_then(|typed| serde_json::from_value(typed).ok())
    }

    /// What is wrong with a field.
    pub(crate) fn fault(&self, field: impl Into<String>) -> Signal<Option<FieldError>> {
        let (problem, field) = (self.problem, field.into());
        Signal::derive(move || problem.with(|problem| problem.as_ref()?.for_field(&field).cloned()))
    }
}

/// Judges what was typed, before anything is sent.
type Check<S> = fn(&S) -> Result<(), Problem>;

/// The form. Its children are rendered with the last [`Attempt`]; `check` judges in the browser before anything is sent.
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

/// The problem, unless the fields say all of it.
fn without_fields(problem: Signal<Option<Problem>>) -> Signal<Option<Problem>> {
    Signal::derive(move || {
        problem.get().map(|problem| {
            if problem.errors.is_empty() {
                problem
            } else {
                Problem {
                    detail: "Nothing was changed. What is wrong stands beside each field.".into(),
                    ..problem
                }
            }
        })
    })
}

/// After a failed submit the first field with an error gets the focus.
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
    let detail = "Nothing was sent. The page may be older than the server: load it again.";
    Problem::new(model::ProblemKind::Malformed, "This form cannot be read", detail)
}

/// The button that sends the form. It keeps its width while it is busy, and says so.
#[component]
pub(crate) fn Submit(
    pending: Signal<bool>,
    #[prop(into)] text: Signal<String>,
    /// What it says while it is on its way.
    busy: &'static str,
    #[prop(default = "primary")] kind: &'static str,
    /// Whether it cannot be pressed yet.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let busy_now = move || pending.try_get().unwrap_or_default();
    view! {
        <button class="button" data-kind=kind aria-busy=move || busy_now().to_string() disabled=disabled>
            {move || busy_now().then(|| view! { <Icon name="progressing" spin=true/> })}
            {move || if busy_now() { busy.to_owned() } else { text.try_get().unwrap_or_default() }}
        </button>
    }
    .into_any()
}
