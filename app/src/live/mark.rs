//! Is this page telling the truth right now?

use leptos::prelude::*;

use super::{Clock, Connection, Live};
use crate::components::Banner;
use crate::text::{exact, span};

/// After so many seconds without a connection the page says how old it is.
const PATIENCE: i64 = 5;

/// The mark in the top bar.
#[component]
pub(crate) fn LiveMark() -> impl IntoView {
    let connection = Live::current().connection();
    let state = move || match connection.get() {
        Connection::Off => "off",
        Connection::Live => "live",
        Connection::Cut(_) => "stale",
    };
    let word = move || match connection.get() {
        Connection::Off => "Not live",
        Connection::Live => "Live",
        Connection::Cut(_) => "Reconnecting",
    };
    let title = move || match connection.get() {
        Connection::Off => "This page shows what was known when it was loaded".to_owned(),
        Connection::Live => "Changes show by themselves".to_owned(),
        Connection::Cut(since) => format!("No connection since {}", exact(since)),
    };
    view! { <span class="live not-phone" data-live=state title=title>{word}</span> }.into_any()
}

/// Says how old the page is, once nobody could miss it.
#[component]
pub(crate) fn StaleBanner() -> impl IntoView {
    let connection = Live::current().connection();
    let clock = Clock::current();
    let age = Memo::new(move |_| match connection.get() {
        Connection::Cut(since) => Some(clock.now() - since).filter(|age| age.whole_seconds() >= PATIENCE),
        Connection::Off | Connection::Live => None,
    });
    let old = Memo::new(move |_| age.get().is_some());
    let title = Signal::derive(move || {
        age.get().map(|age| format!("This page is {} old", span(age))).unwrap_or_default()
    });
    let detail = "The connection to the control plane is gone; it is tried again every few seconds. What you see is what \
                  was last known.";
    view! { {move || old.get().then(|| view! { <Banner tone="unknown" icon="unknown" title=title detail=detail.to_owned()/> })} }.into_any()
}
