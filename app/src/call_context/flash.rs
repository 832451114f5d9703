//! What a form that was posted without JavaScript finds when its page comes back: the problem, and what was typed.
//!
//! Taken once. Never holds a secret: who keeps a form here leaves those out. Of an operator it is kept in their session.
//! Of anybody else it is kept in memory, for a moment, and so small and so few that nobody fills anything with it.

use std::sync::LazyLock;

use axum::http::request::Parts;
use model::Problem;
use serde_json::Value;

use super::once::{self, Once};
use super::{OpContext, session};
use crate::error::AppError;
use crate::session::Flash;

const KEY: &str = "flash";
/// The ticket of what is in the session of the browser.
const IN_SESSION: &str = "1";
/// Of so many who are not logged in something is kept at once.
const STRANGERS: usize = 500;
/// Longer than what is typed into a log-in.
const STRANGERS_FORM: usize = 4 * 1024;

static OF_STRANGERS: LazyLock<Once> = LazyLock::new(|| Once::new(STRANGERS));

/// Keeps what became of the form of `action`; answers the ticket for it.
pub(crate) async fn keep(
    request: &Parts,
    action: &str,
    problem: Option<Problem>,
    values: Value,
) -> Result<String, AppError> {
    let mut flash = Flash { action: action.to_owned(), problem, values, shown: None };
    if request.extensions.get::<OpContext>().is_some() {
        session::of(request)?.insert(KEY, flash).await.map_err(session::away)?;
        return Ok(IN_SESSION.to_owned());
    }
    if flash.values.is_object() && flash.values.to_string().len() > STRANGERS_FORM {
        flash.values = Value::Object(serde_json::Map::new());
    }
    let text = serde_json::to_string(&flash).map_err(|_| super::fault("a flash is not JSON"))?;
    Ok(OF_STRANGERS.put(text))
}

/// Keeps a text that is shown once: the text itself stays in memory, the session gets a ticket for it.
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
        shown: Some(once::SECRETS.put(text)),
    };
    session::of(request)?.insert(KEY, flash).await.map_err(session::away)?;
    Ok(IN_SESSION.to_owned())
}

/// Takes what was kept. A secret's ticket is exchanged for its text, if that is still there.
pub(crate) async fn take(ticket: &str) -> Result<Option<Flash>, AppError> {
    if ticket != IN_SESSION {
        return Ok(OF_STRANGERS.take(ticket).and_then(|text| serde_json::from_str(&text).ok()));
    }
    let session = session::current()?;
    let flash: Option<Flash> = session.get(KEY).await.map_err(session::away)?;
    let Some(flash) = flash else { return Ok(None) };
    session.remove_value(KEY).await.map_err(session::away)?;
    Ok(Some(Flash { shown: flash.shown.as_deref().and_then(|ticket| once::SECRETS.take(ticket)), ..flash }))
}

/// Where a form came from, as a path of ours that says what was kept.
pub(crate) fn back(referer: Option<&str>, ticket: &str) -> String {
    let path = referer.map_or("/", path_of);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kept = format!("flash={ticket}");
    let mut pairs: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("flash=")).collect();
    pairs.push(&kept);
    format!("/{}?{}", path.trim_start_matches('/'), pairs.join("&"))
}

/// Where a form came from, as a path of ours.
pub(super) fn page_of(referer: Option<&str>) -> String {
    format!("/{}", referer.map_or("/", path_of).trim_start_matches('/'))
}

/// The path and query of an address; never another host.
fn path_of(url: &str) -> &str {
    let rest =
        url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |start| &rest[start..]));
    rest.split('#').next().unwrap_or("/")
}

#[cfg(test)]
mod tests;
