//! Times: relative in the text, exact in the title. The page script continues them on an open page.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::text::{ago, exact, iso, span, took};

/// A point in time, relative: `12 min ago`.
#[component]
pub(crate) fn When(at: OffsetDateTime) -> impl IntoView {
    let text = ago(at, OffsetDateTime::now_utc());
    view! { <time datetime=iso(at) title=exact(at) data-ago="">{text}</time> }.into_any()
}

/// The duration of something that may still run.
#[component]
pub(crate) fn Elapsed(from: OffsetDateTime, to: Option<OffsetDateTime>) -> impl IntoView {
    if let Some(to) = to {
        return view! { <span title=exact(from)>{took(to - from)}</span> }.into_any();
    }
    // seconds only: tenths would flicker
    let so_far = span(OffsetDateTime::now_utc() - from);
    view! { <time datetime=iso(from) title=exact(from) data-since="">{so_far}</time> }.into_any()
}
