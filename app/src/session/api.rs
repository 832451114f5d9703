//! Log-in, log-out, first operator, flash.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Session;
use crate::error::AppError;

/// The log-in form without its password.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct LoginForm {
    pub(crate) email: String,
}

/// The session of the caller, also for anonymous requests.
pub(crate) async fn get_session() -> Result<Session, AppError> {
    crate::call_context::ask_openly(|plane, op| async move {
        let Some(op) = op else {
            return Ok(Session { me: None, needs_setup: plane.operators().needs_setup().await? });
        };
        Ok(Session { me: Some(plane.operators().me(&op).await?), needs_setup: false })
    })
    .await
}

/// Checks whether the code of a setup link is still valid.
pub(crate) async fn check_setup(code: String) -> Result<(), AppError> {
    crate::call_context::ask_openly(|plane, _| async move { plane.operators().check_setup_link(&code).await })
        .await
}

/// Creates the first operator, logs in, and offers the recovery kit.
#[server(prefix = "/actions", endpoint = "set_up")]
pub(crate) async fn set_up(
    code: String,
    email: String,
    password: String,
    again: String,
) -> Result<(), AppError> {
    crate::call_context::finish(LoginForm { email: email.clone() }, async || {
        if password != again {
            let accepted = "the password once more";
            return Err(model::Problem::field("again", "The passwords differ.", accepted).into());
        }
        let set_up = crate::call_context::ask_openly(|plane, _| async move {
            plane.operators().set_up(&code, email, password.into()).await
        });
        crate::call_context::remember(set_up.await?).await?;
        Ok("/settings/recovery".to_owned())
    })
    .await
}

/// Logs in and goes on to `next`.
#[server(prefix = "/actions", endpoint = "log_in")]
pub(crate) async fn log_in(email: String, password: String, next: String) -> Result<(), AppError> {
    crate::call_context::finish(LoginForm { email: email.clone() }, async || {
        let peer = crate::call_context::peer();
        let log_in = crate::call_context::ask_openly(|plane, _| async move {
            plane.operators().log_in(email, password.into(), peer).await
        });
        crate::call_context::remember(log_in.await?).await?;
        Ok(super::local_path(&next).to_owned())
    })
    .await
}

/// Ends the session of this browser.
#[server(prefix = "/actions", endpoint = "log_out")]
pub(crate) async fn log_out() -> Result<(), AppError> {
    crate::call_context::finish((), async || {
        let session = crate::call_context::session::current()?;
        session.flush().await.map_err(crate::call_context::session::away)?;
        crate::call_context::forget_pages();
        Ok("/login".to_owned())
    })
    .await
}

/// Sets the theme of this browser and returns to the page.
#[server(prefix = "/actions", endpoint = "set_theme")]
pub(crate) async fn set_theme(theme: String) -> Result<(), AppError> {
    use super::theme::Theme;
    let word = Theme::from_word(&theme).word().unwrap_or("system");
    crate::call_context::set_cookie(Theme::COOKIE, word);
    crate::call_context::finish((), async || crate::call_context::came_from()).await
}
