//! Results of server actions, as signals that live as long as the page.
//!
//! An answer that navigates arrives while the page is being left: the signals of the action are disposed before the
//! view. A view therefore reads a copy, which is disposed with the page.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::Problem;

use crate::error::AppError;

/// The problem of the last call; kept until the next answer.
pub(crate) fn refusal<S>(action: ServerAction<S>) -> Signal<Option<Problem>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let refused = RwSignal::new(None);
    Effect::new(move |_| refused.set(action.value().get().and_then(Result::err).map(AppError::into_problem)));
    refused.into()
}

/// The answer of the last call.
pub(crate) fn answer<S>(action: ServerAction<S>) -> Signal<Option<S::Output>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let answer = RwSignal::new(None);
    Effect::new(move |_| answer.set(action.value().get().and_then(Result::ok)));
    answer.into()
}

/// Counts the calls that succeeded: what an action changes is loaded again then, and a form that was refused stays as typed.
pub(crate) fn successes<S>(action: ServerAction<S>) -> Signal<usize>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let count = RwSignal::new(0);
    Effect::new(move |_| {
        if action.value().get().is_some_and(|answer| answer.is_ok()) {
            count.update(|count| *count += 1);
        }
    });
    count.into()
}

/// Whether a call is pending.
pub(crate) fn under_way<S>(action: ServerAction<S>) -> Signal<bool>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let pending = RwSignal::new(false);
    Effect::new(move |_| pending.set(action.pending().get()));
    pending.into()
}
