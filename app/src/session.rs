//! The logged-in operator, and the flash that a form leaves for its page.

mod account;
pub(crate) mod api;
mod login;
mod permissions;
mod setup;
mod theme;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Me, Problem};
use serde::{Deserialize, Serialize};

pub(crate) use account::Account;
pub(crate) use login::LoginPage;
pub(crate) use permissions::{may, permitted, provide_permissions};
pub(crate) use setup::{SetupHintPage, SetupPage};
pub(crate) use theme::Theme;

use crate::data::{Data, fetched};
use crate::error::AppError;

/// The session as the pages see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The logged-in operator; `None` for an anonymous request.
    pub(crate) me: Option<Me>,
    /// Whether no operator exists yet.
    pub(crate) needs_setup: bool,
}

/// The session of this page. Log-in and log-out load another page, so it is fetched once.
pub(crate) type SessionData = Data<Result<Session, AppError>>;

impl Session {
    /// Loads the session for all components below.
    pub(crate) fn provide() {
        let session: SessionData = fetched(|| (), |()| api::get_session());
        provide_context(session);
    }

    /// The session of this page.
    pub(crate) fn current() -> SessionData {
        expect_context()
    }
}

/// The result of a form posted without JavaScript, for its page.
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

/// The flash of this page, if there is one.
#[derive(Clone, Copy)]
pub(crate) struct Flashes(Data<Option<Flash>>);

impl Flashes {
    /// Loads the flash that the address names.
    pub(crate) fn provide() {
        let query = use_query_map();
        let ticket = Memo::new(move |_| query.read().get("flash"));
        let flash = fetched(
            move || ticket.get(),
            |ticket| async move { api::take_flash(ticket?).await.ok().flatten() },
        );
        provide_context(Self(flash));
    }

    /// The flashes of this page.
    pub(crate) fn current() -> Self {
        expect_context()
    }

    /// The flash of the form `action`.
    pub(crate) async fn of_form(self, action: &str) -> Option<Flash> {
        self.0.await.filter(|flash| flash.action == action && flash.values.is_object())
    }

    /// The flash of a button.
    pub(crate) async fn of_button(self) -> Option<Flash> {
        self.0.await.filter(|flash| flash.values.is_null())
    }

    /// The one-time secret of the form `action`.
    pub(crate) async fn shown(self, action: &str) -> Option<OneTimeSecret> {
        let flash = self.0.await.filter(|flash| flash.action == action)?;
        Some(OneTimeSecret { subject: flash.values.as_str()?.to_owned(), secret: flash.shown? })
    }
}

/// `next` if it is a path on this server, else `/`: protects against open redirects.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn local_path(next: &str) -> &str {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if local { next } else { "/" }
}

#[cfg(test)]
mod tests;
