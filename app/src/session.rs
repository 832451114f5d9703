//! Who is logged in, and what a form left behind for the page that comes after it.

mod account;
pub(crate) mod api;
mod login;
mod setup;
mod theme;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Me, Problem};
use serde::{Deserialize, Serialize};

pub(crate) use account::Account;
pub(crate) use login::LoginPage;
pub(crate) use setup::{SetupHintPage, SetupPage};
pub(crate) use theme::Theme;

use crate::data::{Data, fetched};
use crate::error::AppError;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Who is logged in.
    pub(crate) me: Option<Me>,
    /// Whether there is no operator at all yet.
    pub(crate) needs_setup: bool,
}

/// The session of this page. It ends and begins with a page of its own, so it is fetched once.
pub(crate) type SessionData = Data<Result<Session, AppError>>;

impl Session {
    /// Fetches it for everything below.
    pub(crate) fn provide() {
        let session: SessionData = fetched(|| (), |()| api::get_session());
        provide_context(session);
    }

    /// The one of this page.
    pub(crate) fn current() -> SessionData {
        expect_context()
    }
}

/// What a form that was posted without JavaScript left for its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flash {
    /// The address that the form was posted to.
    pub(crate) action: String,
    /// What was wrong.
    pub(crate) problem: Option<Problem>,
    /// What was typed, without secrets; null for a mere button, the subject of what is shown once.
    pub(crate) values: serde_json::Value,
    /// What is shown once.
    pub(crate) shown: Option<String>,
}

/// What is shown once, and of what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OneTimeSecret {
    pub(crate) subject: String,
    pub(crate) secret: String,
}

/// The flash of this page, if there is one.
#[derive(Clone, Copy)]
pub(crate) struct Flashes(Data<Option<Flash>>);

impl Flashes {
    /// Looks for one, when the address says that there is one.
    pub(crate) fn provide() {
        let query = use_query_map();
        let ticket = Memo::new(move |_| query.read().get("flash"));
        let flash = fetched(
            move || ticket.get(),
            |ticket| async move { api::take_flash(ticket?).await.ok().flatten() },
        );
        provide_context(Self(flash));
    }

    /// The one of this page.
    pub(crate) fn current() -> Self {
        expect_context()
    }

    /// What the form of `action` left.
    pub(crate) async fn of_form(self, action: &str) -> Option<Flash> {
        self.0.await.filter(|flash| flash.action == action && flash.values.is_object())
    }

    /// What a button left.
    pub(crate) async fn of_button(self) -> Option<Flash> {
        self.0.await.filter(|flash| flash.values.is_null())
    }

    /// What is shown once, with its subject.
    pub(crate) async fn shown(self, action: &str) -> Option<OneTimeSecret> {
        let flash = self.0.await.filter(|flash| flash.action == action)?;
        Some(OneTimeSecret { subject: flash.values.as_str()?.to_owned(), secret: flash.shown? })
    }
}

/// A path of ours to go on to, or the fleet: an address of somebody else is never followed.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn local_path(next: &str) -> &str {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if local { next } else { "/" }
}

#[cfg(test)]
mod tests;
