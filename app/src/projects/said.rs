//! A value that was seen, was not there, or that nobody knows: three things, never mixed up.

use leptos::prelude::*;
use model::Observed;
use time::OffsetDateTime;

use crate::live::Clock;
use crate::text::{NONE, ago, exact};

/// What stands where nobody knows.
pub(super) const UNKNOWN: &str = "?";

/// What is said of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// It, or a dash for none.
    Known(String),
    /// Nobody knows.
    Unknown,
}

impl Said {
    /// `text` of what was seen, a dash where there is none.
    pub(super) fn of<T>(seen: &Observed<T>, text: impl Fn(&T) -> Option<String>) -> Self {
        match seen {
            Observed::Unknown => Self::Unknown,
            Observed::Absent => Self::Known(NONE.to_owned()),
            Observed::Present(value) => Self::Known(text(value).unwrap_or_else(|| NONE.to_owned())),
        }
    }
}

/// The value. A "?" says when it was looked for last.
#[component]
pub(super) fn SaidAt(said: Said, at: OffsetDateTime) -> impl IntoView {
    match said {
        Said::Known(text) => text.into_any(),
        Said::Unknown => view! { <Unknown at/> }.into_any(),
    }
}

/// "?", with when it was looked for last.
#[component]
pub(super) fn Unknown(at: OffsetDateTime) -> impl IntoView {
    let clock = Clock::current();
    let title = move || format!("nobody knows; looked {}, {}", exact(at), ago(at, clock.now()));
    view! { <span title=title>{UNKNOWN}</span> }.into_any()
}
