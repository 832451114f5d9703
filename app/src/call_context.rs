//! The call context of server functions: the control plane and the caller. No other file under `app/` names
//! `control_plane`.
//!
//! A server function is context, call, answer: [`ask`] reads, [`command`] handles a form. Both work for a call from the
//! browser, for a form posted without JavaScript, and while a page is rendered.

pub(crate) mod flash;
pub(crate) mod logs;
pub(crate) mod one_time;
mod page;
pub(crate) mod session;

use std::future::Future;

use axum::http::StatusCode;
use axum::http::request::Parts;
use control_plane::operators::login_failures::ClientNetwork;
use control_plane::{ControlPlane, Identity, OpContext};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use model::{Problem, ProblemKind};
use serde::Serialize;

pub(crate) use control_plane::Result as Answer;
use control_plane::ports::driver::{Follow, LogQuery};
pub(crate) use page::{came_from, cookie, set_cookie};
pub(crate) use secrecy::{ExposeSecret, SecretString};

use crate::error::AppError;
use crate::session::OneTimeSecret;

/// Provides the control plane to the pages rendered below. The router calls it for every request.
pub fn provide(plane: ControlPlane) {
    provide_context(plane);
}

/// For a form POST without JavaScript that was rejected before its server function ran: stores the problem as flash and
/// returns the page to redirect to. `None` for other requests.
pub async fn refuse(parts: Parts, problem: Problem) -> Option<String> {
    let request = Request { parts, response: None };
    if !request.is_plain_form() {
        return None;
    }
    request.turn_back(problem, serde_json::json!({})).await.ok()
}

/// The caller could not be resolved, for the reason given. The router puts it into the request; absent means anonymous.
#[derive(Debug, Clone)]
pub struct Unidentified(pub Problem);

/// The control plane and the caller.
pub(crate) struct CallContext {
    pub(crate) plane: ControlPlane,
    pub(crate) op: OpContext,
}

/// Runs `call` for the caller. Fails with [`ProblemKind::Unauthenticated`] for anonymous requests.
pub(crate) async fn ask<T, F, Fut>(call: F) -> Result<T, AppError>
where
    F: FnOnce(CallContext) -> Fut,
    Fut: Future<Output = Answer<T>>,
{
    let request = Request::current()?;
    let asker = request.asker().and_then(|asker| asker.ok_or_else(not_logged_in));
    let context = CallContext { plane: plane()?, op: asker.map_err(|problem| request.refuse(problem))? };
    call(context).await.map_err(|error| request.failed(&error))
}

/// Like [`ask`], also for anonymous requests.
pub(crate) async fn ask_openly<T, F, Fut>(call: F) -> Result<T, AppError>
where
    F: FnOnce(ControlPlane, Option<OpContext>) -> Fut,
    Fut: Future<Output = Answer<T>>,
{
    let request = Request::current()?;
    let asker = request.asker().map_err(|problem| request.refuse(problem))?;
    call(plane()?, asker).await.map_err(|error| request.failed(&error))
}

/// Runs the command of a form and redirects to `next` of its answer. If a form posted without JavaScript fails, redirects
/// back to its page, which shows the problem and the values of `form` (these must not contain a secret).
pub(crate) async fn command<T, F, Fut>(
    form: impl Serialize,
    call: F,
    next: impl FnOnce(&T) -> String,
) -> Result<(), AppError>
where
    F: FnOnce(CallContext) -> Fut,
    Fut: Future<Output = Answer<T>>,
{
    let request = Request::current()?;
    let result = ask(call).await.map(|answer| next(&answer));
    request.answer(&form, result).await
}

/// Ends a form of an anonymous caller (log-in, setup): redirects to the path, or reports the problem like [`command`].
pub(crate) async fn finish(form: impl Serialize, result: Result<String, AppError>) -> Result<(), AppError> {
    Request::current()?.answer(&form, result).await
}

/// Redirects a form posted without JavaScript back to its own page, keeping what was typed, at `anchor`. `action` is the
/// server function that the form itself posts to. Used by buttons that change the form instead of submitting it.
pub(crate) async fn come_back(action: &str, form: impl Serialize, anchor: &str) -> Result<(), AppError> {
    let request = Request::current()?;
    ask(|_| async { Ok(()) }).await?;
    let values = serde_json::to_value(form).unwrap_or_default();
    let ticket = flash::keep(&request.parts, action, None, values).await?;
    leptos_axum::redirect(&format!("{}#{anchor}", flash::back(request.header("referer"), &ticket)));
    Ok(())
}

/// Ends a form whose answer is a secret that is shown once. A call from the browser gets it as the answer; a form posted
/// without JavaScript is redirected to its page, which finds the secret under `subject`.
pub(crate) async fn show_once(
    subject: String,
    result: Result<String, AppError>,
) -> Result<Option<OneTimeSecret>, AppError> {
    let request = Request::current()?;
    if !request.is_plain_form() {
        return result.map(|secret| Some(OneTimeSecret { subject, secret }));
    }
    let (parts, action) = (&request.parts, request.parts.uri.path());
    let ticket = match result {
        Ok(text) => flash::keep_shown(parts, action, &subject, text).await?,
        Err(error) => {
            let problem = Some(error.into_problem());
            flash::keep(parts, action, problem, serde_json::Value::Null).await?
        }
    };
    leptos_axum::redirect(&flash::back(request.header("referer"), &ticket));
    Ok(None)
}

/// The gateway's HTTPS port.
pub(crate) fn https_port(context: &CallContext) -> u16 {
    context.plane.fleet().https_port()
}

/// The client's network, by which log-in attempts are counted.
pub(crate) fn peer() -> ClientNetwork {
    use_context::<Parts>().and_then(|parts| parts.extensions.get().copied()).unwrap_or_default()
}

/// Stores the identity in the session, under a new session id (against session fixation).
pub(crate) async fn remember(identity: Identity) -> Result<(), AppError> {
    let session = session::current()?;
    session.cycle_id().await.map_err(session::away)?;
    session.insert("identity", identity).await.map_err(session::away)
}

fn plane() -> Result<ControlPlane, AppError> {
    use_context().ok_or_else(|| fault("the control plane is not in the context of this request"))
}

/// The request in which a server function runs. Read it before the first `await`.
pub(crate) struct Request {
    parts: Parts,
    response: Option<ResponseOptions>,
}

impl Request {
    pub(crate) fn current() -> Result<Self, AppError> {
        let parts = use_context().ok_or_else(|| fault("a server function ran outside a request"))?;
        Ok(Self { parts, response: use_context() })
    }

    /// The caller; `None` for an anonymous request.
    fn asker(&self) -> Result<Option<OpContext>, Problem> {
        match self.parts.extensions.get::<Unidentified>() {
            Some(Unidentified(problem)) => Err(problem.clone()),
            None => Ok(self.parts.extensions.get().cloned()),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether the request calls a server function (as opposed to a page that calls one while it is rendered).
    fn is_call(&self) -> bool {
        self.parts.uri.path().starts_with("/actions/")
    }

    /// Whether a browser without JavaScript posted a form and expects a page.
    pub(crate) fn is_plain_form(&self) -> bool {
        self.is_call() && self.header("accept").is_some_and(|accept| accept.contains("text/html"))
    }

    fn failed(&self, error: &control_plane::Error) -> AppError {
        let problem = error.problem();
        if matches!(problem.kind, ProblemKind::Internal | ProblemKind::Unavailable) {
            let error = control_plane::chain(error);
            tracing::error!(error, path = self.parts.uri.path(), "a request of the dashboard failed");
        }
        self.refuse(problem)
    }

    fn refuse(&self, mut problem: Problem) -> AppError {
        problem.request_id = problem.request_id.or_else(|| self.header("x-request-id").map(str::to_owned));
        if self.is_call() && !self.is_plain_form() {
            self.status(problem.status);
        }
        problem.into()
    }

    fn status(&self, status: u16) {
        if let (Some(response), Ok(status)) = (&self.response, StatusCode::from_u16(status)) {
            response.set_status(status);
        }
    }

    /// Stores the problem and what was typed as flash; returns the path of the form's page.
    async fn turn_back(&self, problem: Problem, values: serde_json::Value) -> Result<String, AppError> {
        let ticket = flash::keep(&self.parts, self.parts.uri.path(), Some(problem), values).await?;
        Ok(flash::back(self.header("referer"), &ticket))
    }

    async fn answer(&self, form: &impl Serialize, result: Result<String, AppError>) -> Result<(), AppError> {
        match result {
            Ok(next) => leptos_axum::redirect(&next),
            Err(error) if self.is_plain_form() => {
                let values = serde_json::to_value(form).unwrap_or_default();
                leptos_axum::redirect(&self.turn_back(error.into_problem(), values).await?);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Sets the HTTP status of the page that is being rendered.
pub(crate) fn page_status(problem: &Problem) {
    if let Ok(request) = Request::current()
        && !request.is_call()
    {
        request.status(problem.status);
    }
}

fn not_logged_in() -> Problem {
    Problem::new(
        ProblemKind::Unauthenticated,
        "You are not logged in",
        "Nothing was changed. Log in and try again.",
    )
}

fn fault(reason: &'static str) -> AppError {
    tracing::error!(reason, "the dashboard is wired wrongly");
    Problem::new(
        ProblemKind::Internal,
        "Internal error",
        "Nothing was changed. The server's log has the details.",
    )
    .into()
}

#[cfg(test)]
mod tests;
