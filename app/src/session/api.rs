//! Log-in, log-out, first operator, flash.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use super::{Flash, Session};
use crate::error::AppError;

/// The log-in form without its password.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct LoginForm {
    pub(crate) email: String,
}

/// The session of the caller, also for anonymous requests.
#[server(prefix = "/actions", endpoint = "session", input = GetUrl)]
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
#[server(prefix = "/actions", endpoint = "check_setup", input = GetUrl)]
pub(crate) async fn check_setup(code: String) -> Result<(), AppError> {
    crate::call_context::ask_openly(|plane, _| async move { plane.operators().check_setup_link(&code).await })
        .await
}

/// Creates the first operator and logs in.
#[server(prefix = "/actions", endpoint = "set_up")]
pub(crate) async fn set_up(
    code: String,
    email: String,
    password: String,
    again: String,
) -> Result<(), AppError> {
    let form = LoginForm { email: email.clone() };
    let identity = async {
        if password != again {
            return Err(
                model::Problem::field("again", "The passwords differ.", "the password once more").into()
            );
        }
        crate::call_context::ask_openly(|plane, _| async move {
            plane.operators().set_up(&code, email, password.into()).await
        })
        .await
    };
    let result = match identity.await {
        Ok(identity) => crate::call_context::remember(identity).await.map(|()| "/".to_owned()),
        Err(error) => Err(error),
    };
    crate::call_context::finish(form, result).await
}

/// Logs in and goes on to `next`.
#[server(prefix = "/actions", endpoint = "log_in")]
pub(crate) async fn log_in(email: String, password: String, next: String) -> Result<(), AppError> {
    let form = LoginForm { email: email.clone() };
    let peer = crate::call_context::peer();
    let identity = crate::call_context::ask_openly(|plane, _| async move {
        plane.operators().log_in(email, password.into(), peer).await
    })
    .await;
    let result = match identity {
        Ok(identity) => {
            crate::call_context::remember(identity).await.map(|()| super::local_path(&next).to_owned())
        }
        Err(error) => Err(error),
    };
    crate::call_context::finish(form, result).await
}

/// Ends the session of this browser.
#[server(prefix = "/actions", endpoint = "log_out")]
pub(crate) async fn log_out() -> Result<(), AppError> {
    let session = crate::call_context::session::current()?;
    let result =
        session.flush().await.map_err(crate::call_context::session::away).map(|()| "/login".to_owned());
    crate::call_context::finish((), result).await
}

/// Sets the theme of this browser and returns to the page.
#[server(prefix = "/actions", endpoint = "set_theme")]
pub(crate) async fn set_theme(theme: String) -> Result<(), AppError> {
    use super::theme::Theme;
    let word = Theme::from_word(&theme).word().unwrap_or("system");
    crate::call_context::set_cookie(Theme::COOKIE, word);
    crate::call_context::finish((), Ok(crate::call_context::came_from()?)).await
}

/// Takes the flash of a ticket.
#[server(prefix = "/actions", endpoint = "take_flash")]
pub(crate) async fn take_flash(ticket: String) -> Result<Option<Flash>, AppError> {
    crate::call_context::flash::take(&ticket).await
}
