//! The logged-in operator, and the flash that a form leaves for its page.

mod account;
pub(crate) mod api;
mod login;
mod permissions;
mod setup;
mod theme;

use leptos::prelude::use_context;
use model::{Me, Problem};
use serde::{Deserialize, Serialize};

pub(crate) use account::Account;
pub(crate) use login::login_page;
pub(crate) use permissions::{may, permitted, provide_permissions};
pub(crate) use setup::{setup_hint_page, setup_page};
pub(crate) use theme::Theme;

use crate::error::AppError;

/// The session as the pages see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// The logged-in operator; `None` for an anonymous request.
    pub(crate) me: Option<Me>,
    /// Whether no operator exists yet.
    pub(crate) needs_setup: bool,
}

/// The session of this page, or why it could not be read.
#[derive(Debug, Clone)]
pub(crate) struct SessionAnswer(pub(crate) Result<Session, AppError>);

/// The logged-in operator of this page.
pub(crate) fn me() -> Option<Me> {
    use_context::<SessionAnswer>()?.0.ok()?.me
}

/// The result of a form, for its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flash {
    /// The path of the server function that the form was posted to.
    pub(crate) action: String,
    /// The problem, if it failed.
    pub(crate) problem: Option<Problem>,
    /// The typed values without secrets; null for a button; the subject for a one-time secret.
    pub(crate) values: serde_json::Value,
    /// The one-time secret.
    pub(crate) shown: Option<String>,
}

/// A one-time secret and its subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OneTimeSecret {
    pub(crate) subject: String,
    pub(crate) secret: String,
}

impl Flash {
    /// The flash that the address of this page names.
    fn current() -> Option<Self> {
        use_context::<Option<Self>>().flatten()
    }

    /// The flash of the form `action`.
    pub(crate) fn of_form(action: &str) -> Option<Self> {
        Self::current().filter(|flash| flash.action == action && flash.values.is_object())
    }

    /// The problem of a button.
    pub(crate) fn of_button() -> Option<Problem> {
        Self::current().filter(|flash| flash.values.is_null())?.problem
    }

    /// The one-time secret of the form `action`.
    pub(crate) fn secret_of(action: &str) -> Option<OneTimeSecret> {
        let flash = Self::current().filter(|flash| flash.action == action)?;
        Some(OneTimeSecret { subject: flash.values.as_str()?.to_owned(), secret: flash.shown? })
    }
}

/// `next` if it is a path on this server, else `/`: protects against open redirects.
pub(crate) fn local_path(next: &str) -> &str {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if local { next } else { "/" }
}

#[cfg(test)]
mod tests;
