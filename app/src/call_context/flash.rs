//! Flash: the problem and the typed values of a form, kept for its page.
//!
//! A flash is read once and contains no secret; the caller removes secrets first. An operator's flash is stored in the
//! session, so that any control plane can serve the page. That of an anonymous caller, or while the session store does not
//! answer, is stored in memory for [`super::one_time`]'s two minutes, with a bound on number and size.

use std::sync::LazyLock;

use axum::http::request::Parts;
use model::Problem;
use serde_json::Value;

use super::one_time::{self, OneTimeTexts};
use super::{OpContext, session};
use crate::error::AppError;
use crate::session::Flash;

const KEY: &str = "flash";
/// The ticket that stands for the flash in the session.
const IN_SESSION: &str = "1";
/// Bound on the number of flashes in memory.
const IN_MEMORY_MAX: usize = 500;
/// Bound on the size of an anonymous form, in bytes: more than a log-in needs.
const ANONYMOUS_FORM: usize = 4 * 1024;

static IN_MEMORY: LazyLock<OneTimeTexts> = LazyLock::new(|| OneTimeTexts::new(IN_MEMORY_MAX));

/// Stores the result of the form `action`; returns the ticket for it.
pub(crate) async fn keep(
    request: &Parts,
    action: &str,
    problem: Option<Problem>,
    values: Value,
) -> Result<String, AppError> {
    let mut flash = Flash { action: action.to_owned(), problem, values, shown: None };
    let is_operator = request.extensions.get::<OpContext>().is_some();
    if is_operator && session::of(request)?.insert(KEY, &flash).await.map_err(session::away).is_ok() {
        return Ok(IN_SESSION.to_owned());
    }
    if !is_operator && flash.values.is_object() && flash.values.to_string().len() > ANONYMOUS_FORM {
        flash.values = Value::Object(serde_json::Map::new());
    }
    let text = serde_json::to_string(&flash).map_err(|_| super::fault("a flash is not JSON"))?;
    Ok(IN_MEMORY.put(text))
}

/// Stores a one-time secret: the secret in memory, its ticket in the session.
pub(crate) async fn keep_shown(
    request: &Parts,
    action: &str,
    subject: &str,
    text: String,
) -> Result<String, AppError> {
    let flash = Flash {
        action: action.to_owned(),
        problem: None,
        values: Value::String(subject.to_owned()),
        shown: Some(one_time::SECRETS.put(text)),
    };
    session::of(request)?.insert(KEY, flash).await.map_err(session::away)?;
    Ok(IN_SESSION.to_owned())
}

/// Takes the flash of a ticket. The ticket of a secret is replaced by the secret, if it is still there.
pub(crate) async fn take(ticket: &str) -> Result<Option<Flash>, AppError> {
    if ticket != IN_SESSION {
        return Ok(IN_MEMORY.take(ticket).and_then(|text| serde_json::from_str(&text).ok()));
    }
    let session = session::current()?;
    let flash: Option<Flash> = session.get(KEY).await.map_err(session::away)?;
    let Some(flash) = flash else { return Ok(None) };
    session.remove_value(KEY).await.map_err(session::away)?;
    Ok(Some(Flash {
        shown: flash.shown.as_deref().and_then(|ticket| one_time::SECRETS.take(ticket)),
        ..flash
    }))
}

/// The page of the form (from `Referer`, own paths only) with the ticket in its query.
pub(crate) fn back(referer: Option<&str>, ticket: &str) -> String {
    let path = referer.map_or("/", path_of);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kept = format!("flash={ticket}");
    let mut pairs: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("flash=")).collect();
    pairs.push(&kept);
    format!("/{}?{}", path.trim_start_matches('/'), pairs.join("&"))
}

/// The page of the form, as a path on this server.
pub(super) fn page_of(referer: Option<&str>) -> String {
    format!("/{}", referer.map_or("/", path_of).trim_start_matches('/'))
}

/// Path and query of a URL; the host is dropped.
fn path_of(url: &str) -> &str {
    let rest =
        url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |start| &rest[start..]));
    rest.split('#').next().unwrap_or("/")
}

#[cfg(test)]
mod tests;
