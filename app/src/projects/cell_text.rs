//! The text of an observed value: known, absent and unknown are distinct.

use leptos::prelude::*;
use model::Observed;
use time::OffsetDateTime;

use crate::text::{NONE, ago, exact};

/// The text for an unknown value.
pub(super) const UNKNOWN: &str = "?";

/// The text of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CellText {
    /// The value, or a dash if absent.
    Known(String),
    /// Not observed.
    Unknown,
}

impl CellText {
    /// `text` of a present value; a dash if absent.
    pub(super) fn of<T>(seen: &Observed<T>, text: impl Fn(&T) -> Option<String>) -> Self {
        match seen {
            Observed::Unknown => Self::Unknown,
            Observed::Absent => Self::Known(NONE.to_owned()),
            Observed::Present(value) => Self::Known(text(value).unwrap_or_else(|| NONE.to_owned())),
        }
    }
}

/// The value. An unknown one has the time of the last observation as its title.
#[component]
pub(super) fn ObservedText(text: CellText, at: OffsetDateTime) -> impl IntoView {
    match text {
        CellText::Known(text) => text.into_any(),
        CellText::Unknown => view! { <Unknown at/> }.into_any(),
    }
}

/// "?", with the time of the last observation as its title.
#[component]
pub(super) fn Unknown(at: OffsetDateTime) -> impl IntoView {
    let title = format!("unknown; last checked {}, {}", exact(at), ago(at, OffsetDateTime::now_utc()));
    view! { <span title=title>{UNKNOWN}</span> }.into_any()
}
