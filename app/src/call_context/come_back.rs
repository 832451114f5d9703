//! Forms that come back to their own page as they were typed.

use std::future::Future;

use serde::Serialize;

use super::{Answer, CallContext, Request, ask, flash};
use crate::error::AppError;

/// Redirects a form back to its own page, keeping what was typed, at `anchor`. `action` is the server function that the form
/// itself posts to. Used by buttons that change the form instead of submitting it.
pub(crate) async fn come_back(action: &str, form: impl Serialize, anchor: &str) -> Result<(), AppError> {
    let request = Request::current()?;
    ask(|_| async { Ok(()) }).await?;
    let values = serde_json::to_value(form).unwrap_or_default();
    let ticket = flash::keep(&request.parts, action, None, values).await?;
    leptos_axum::redirect(&format!("{}#{anchor}", flash::back(request.header("referer"), &ticket)));
    Ok(())
}

/// Runs `call` and redirects to the page of the form. On success the page gets the values of `found` with the result; on
/// failure the problem and the values of `form`, as after a submit of `action`.
pub(crate) async fn preview<T, F, Fut, V>(
    action: &str,
    form: impl Serialize,
    call: F,
    found: impl FnOnce(T) -> V,
    anchor: &str,
) -> Result<(), AppError>
where
    F: FnOnce(CallContext) -> Fut,
    Fut: Future<Output = Answer<T>>,
    V: Serialize,
{
    let request = Request::current()?;
    let (problem, values, anchor) = match ask(call).await {
        Ok(answer) => (None, serde_json::to_value(found(answer)), format!("#{anchor}")),
        Err(error) if request.is_form() => {
            (Some(error.into_problem()), serde_json::to_value(form), String::new())
        }
        Err(error) => return Err(error),
    };
    let ticket = flash::keep(&request.parts, action, problem, values.unwrap_or_default()).await?;
    leptos_axum::redirect(&format!("{}{anchor}", flash::back(request.header("referer"), &ticket)));
    Ok(())
}
