//! What a form that was posted without JavaScript finds when its page comes back: the problem, and what was typed.
//!
//! Kept in the session, taken once. Never holds a secret: who keeps a form here leaves those out.

use model::Problem;
use serde_json::Value;

use super::{once, session};
use crate::error::AppError;
use crate::session::Flash;

const KEY: &str = "flash";

/// Keeps what became of the form of `action`.
pub(crate) async fn keep(action: &str, problem: Option<Problem>, values: Value) -> Result<(), AppError> {
    let flash = Flash { action: action.to_owned(), problem, values, shown: None };
    session::current()?.insert(KEY, flash).await.map_err(session::away)
}

/// Keeps a text that is shown once: the text itself stays in memory, the session gets a ticket for it.
pub(crate) async fn keep_shown(action: &str, subject: &str, text: String) -> Result<(), AppError> {
    let flash = Flash {
        action: action.to_owned(),
        problem: None,
        values: Value::String(subject.to_owned()),
        shown: Some(once::put(text)),
    };
    session::current()?.insert(KEY, flash).await.map_err(session::away)
}

/// Takes what was kept. A ticket is exchanged for its text, if that is still there.
pub(crate) async fn take() -> Result<Option<Flash>, AppError> {
    let session = session::current()?;
    let flash: Option<Flash> = session.remove(KEY).await.map_err(session::away)?;
    Ok(flash.map(|flash| Flash { shown: flash.shown.as_deref().and_then(once::take), ..flash }))
}

/// Where a form came from, as a path of ours that says that something was kept.
pub(crate) fn back(referer: Option<&str>) -> String {
    let path = referer.map_or("/", path_of);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && *pair != "flash=1").collect();
    pairs.push("flash=1");
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
