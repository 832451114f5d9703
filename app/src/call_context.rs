//! The call context of server functions: the control plane and the caller. No other file under `app/` names
//! `control_plane`.
//!
//! A server function is context, call, answer: [`ask`] reads, [`command`] handles a form. Both work while a page is rendered,
//! for a form posted by the browser or by the page script, and for a program that calls a server function.

mod come_back;
pub(crate) mod flash;
pub(crate) mod logs;
mod once;
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

pub(crate) use come_back::{come_back, preview};
pub(crate) use control_plane::Result as Answer;
pub(crate) use control_plane::ports::driver::{Follow, LogQuery};
pub(crate) use page::{came_from, cookie, forget_pages, is_refetch, page_status, set_cookie};
pub(crate) use secrecy::{ExposeSecret, SecretString};

use crate::address::Query;
use crate::error::AppError;
use crate::session::OneTimeSecret;

/// Maximum length of the idempotency key of a form.
const MAX_KEY: usize = 64;

/// Provides the control plane to the pages rendered below. The router calls it for every request.
pub fn provide(plane: ControlPlane) {
    provide_context(plane);
}

/// For a form that was rejected before its server function ran: stores the problem as flash and returns the page to
/// redirect to. `None` for other requests.
pub async fn refuse(parts: Parts, problem: Problem) -> Option<String> {
    let request = Request { parts, response: None };
    if !request.is_form() {
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
    let op = asker.map_err(|problem| request.refuse(problem))?.under(request.idempotency_key());
    let context = CallContext { plane: plane()?, op };
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

/// Runs the command of a form and redirects to `next` of its answer. If it fails, redirects back to the page of the form,
/// which shows the problem and the values of `form` (these must not contain a secret). A second submit of the same form,
/// known by the key of its address, gets the answer of the first.
pub(crate) async fn command<T, F, Fut>(
    form: impl Serialize,
    call: F,
    next: impl FnOnce(&T) -> String,
) -> Result<(), AppError>
where
    F: FnOnce(CallContext) -> Fut,
    Fut: Future<Output = Answer<T>>,
{
    finish(form, async || ask(call).await.map(|answer| next(&answer))).await
}

/// Like [`command`], for a form whose call is not of an operator: log-in, setup.
pub(crate) async fn finish(
    form: impl Serialize,
    call: impl AsyncFnOnce() -> Result<String, AppError>,
) -> Result<(), AppError> {
    let request = Request::current()?;
    let Some(key) = request.idempotency_key() else {
        let result = call().await;
        return request.answer(&form, result).await;
    };
    let next = once::run(&key, async || match call().await {
        Err(error) if request.is_form() => {
            let values = serde_json::to_value(&form).unwrap_or_default();
            request.turn_back(error.into_problem(), values).await
        }
        result => result,
    });
    leptos_axum::redirect(&next.await?);
    Ok(())
}

/// Ends a form whose answer is a secret that is shown once: redirects to its page, which finds the secret under `subject`.
/// If the call fails, the page shows the problem and the values of `form`; `()` for a button. A program that calls the
/// server function gets the secret as the answer.
pub(crate) async fn show_once(
    form: impl Serialize,
    subject: String,
    call: impl AsyncFnOnce() -> Result<String, AppError>,
) -> Result<Option<OneTimeSecret>, AppError> {
    let request = Request::current()?;
    if !request.is_form() {
        return call().await.map(|secret| Some(OneTimeSecret { subject, secret }));
    }
    let (parts, action) = (&request.parts, request.parts.uri.path());
    let key = request.idempotency_key().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let next = once::run(&key, async || {
        let ticket = match call().await {
            Ok(text) => flash::keep_shown(parts, action, &subject, text).await?,
            Err(error) => {
                let values = serde_json::to_value(&form).unwrap_or_default();
                flash::keep(parts, action, Some(error.into_problem()), values).await?
            }
        };
        Ok(flash::back(request.header("referer"), &ticket))
    });
    leptos_axum::redirect(&next.await?);
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

    /// Whether a browser or the page script posted a form and expects a page.
    pub(crate) fn is_form(&self) -> bool {
        self.is_call() && self.header("accept").is_some_and(|accept| accept.contains("text/html"))
    }

    /// The key in the address of the form, scoped to the server function.
    fn idempotency_key(&self) -> Option<String> {
        if !self.is_call() {
            return None;
        }
        let key = Query::parse(self.parts.uri.query().unwrap_or_default()).get("key")?;
        (!key.is_empty() && key.len() <= MAX_KEY).then_some(key)
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
        if self.is_call() && !self.is_form() {
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
            Err(error) if self.is_form() => {
                let values = serde_json::to_value(form).unwrap_or_default();
                leptos_axum::redirect(&self.turn_back(error.into_problem(), values).await?);
            }
            Err(error) => return Err(error),
        }
        Ok(())
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
