//! Times: relative to read, exact in the title.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::live::Clock;
use crate::text::{ago, exact, iso, took};

/// When something happened or will: `12 min ago`.
#[component]
pub(crate) fn When(at: OffsetDateTime) -> impl IntoView {
    let clock = Clock::current();
    let text = Memo::new(move |_| ago(at, clock.now()));
    view! { <time datetime=iso(at) title=exact(at)>{text}</time> }.into_any()
}

/// How long something took, or has taken so far.
#[component]
pub(crate) fn Elapsed(from: OffsetDateTime, to: Option<OffsetDateTime>) -> impl IntoView {
    let clock = Clock::current();
    let text = Memo::new(move |_| {
        let so_far = to.is_none();
        // while it runs, tenths of a second would only flicker
        let time = to.unwrap_or_else(|| clock.now().max(from)) - from;
        if so_far { crate::text::span(time) } else { took(time) }
    });
    view! { <span title=exact(from)>{text}</span> }.into_any()
}
