//! What an action says, for as long as the page that asked for it exists.
//!
//! An answer that leads to another page comes while this one is being left: its signals are gone then, its view not yet.
//! So a view never reads an action itself but a copy that ends with the page.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::Problem;

use crate::error::AppError;

/// Why the last call was refused, until the next one is answered.
pub(crate) fn refusal<S>(action: ServerAction<S>) -> Signal<Option<Problem>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let refused = RwSignal::new(None);
    Effect::new(move |_| refused.set(action.value().get().and_then(Result::err).map(AppError::into_problem)));
    refused.into()
}

/// What the last call brought.
pub(crate) fn answer<S>(action: ServerAction<S>) -> Signal<Option<S::Output>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let answer = RwSignal::new(None);
    Effect::new(move |_| answer.set(action.value().get().and_then(Result::ok)));
    answer.into()
}

/// Whether a call is on its way.
pub(crate) fn under_way<S>(action: ServerAction<S>) -> Signal<bool>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let pending = RwSignal::new(false);
    Effect::new(move |_| pending.set(action.pending().get()));
    pending.into()
}
