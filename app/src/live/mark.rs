//! The connection mark in the bar.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Clock, Connection, Live};
use crate::components::Banner;
use crate::text::{exact, span};

/// Seconds without a connection after which the page shows its age.
const PATIENCE: i64 = 5;

/// The mark.
#[component]
pub(crate) fn LiveMark() -> impl IntoView {
    let connection = Live::current().connection();
    let state = move || match connection.get() {
        Connection::Off => "off",
        Connection::Live => "live",
        Connection::Cut(_) | Connection::LoggedOut => "stale",
    };
    let word = move || match connection.get() {
        Connection::Off => "Not live",
        Connection::Live => "Live",
        Connection::Cut(_) => "Reconnecting",
        Connection::LoggedOut => "Logged out",
    };
    let title = move || match connection.get() {
        Connection::Off => "This page shows the state at the time it was loaded".to_owned(),
        Connection::Live => "Changes are shown as they happen".to_owned(),
        Connection::Cut(since) => format!("No connection since {}", exact(since)),
        Connection::LoggedOut => "You have been logged out".to_owned(),
    };
    view! { <span class="live not-phone" data-live=state title=title>{word}</span> }.into_any()
}

/// Shows the age of the page after some seconds without a connection, or that the session has ended.
#[component]
pub(crate) fn StaleBanner() -> impl IntoView {
    let connection = Live::current().connection();
    let clock = Clock::current();
    let age = Memo::new(move |_| match connection.get() {
        Connection::Cut(since) => Some(clock.now() - since).filter(|age| age.whole_seconds() >= PATIENCE),
        Connection::Off | Connection::Live | Connection::LoggedOut => None,
    });
    let old = Memo::new(move |_| age.get().is_some());
    let title = Signal::derive(move || {
        age.get().map(|age| format!("This page is {} old", span(age))).unwrap_or_default()
    });
    let detail = "The connection to the control plane is gone; it is tried again every few seconds. What you see is what \
                  was last known.";
    let logged_out = Memo::new(move |_| connection.get() == Connection::LoggedOut);
    view! {
        {move || old.get().then(|| view! { <Banner tone="unknown" icon="unknown" title=title detail=detail.to_owned()/> })}
        {move || logged_out.get().then(|| view! { <LoggedOut/> })}
    }
    .into_any()
}

#[component]
fn LoggedOut() -> impl IntoView {
    let page = use_location().pathname;
    let detail = "This page shows the last known state. Log in again to make changes.";
    view! {
        <Banner tone="unknown" icon="unknown" title="You have been logged out".to_owned() detail=detail.to_owned()>
            <a class="button" data-size="s" rel="external" href=move || format!("/login?next={}", page.get())>"Log in"</a>
        </Banner>
    }
    .into_any()
}
