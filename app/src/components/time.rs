//! Times: relative in the text, exact in the title.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::live::Clock;
use crate::text::{ago, exact, iso, took};

/// A point in time, relative: `12 min ago`.
#[component]
pub(crate) fn When(at: OffsetDateTime) -> impl IntoView {
    let clock = Clock::current();
    let text = Memo::new(move |_| ago(at, clock.now()));
    view! { <time datetime=iso(at) title=exact(at)>{text}</time> }.into_any()
}

/// The duration of something that may still run.
#[component]
pub(crate) fn Elapsed(from: OffsetDateTime, to: Option<OffsetDateTime>) -> impl IntoView {
    let clock = Clock::current();
    let text = Memo::new(move |_| {
        let so_far = to.is_none();
        // seconds only: tenths would flicker
        let time = to.unwrap_or_else(|| clock.now().max(from)) - from;
        if so_far { crate::text::span(time) } else { took(time) }
    });
    view! { <span title=exact(from)>{text}</span> }.into_any()
}
