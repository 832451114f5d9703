//! The last log lines, for other pages such as an operation.

use leptos::html::Div;
use leptos::prelude::*;
use model::{LogLine, ProjectId};

use super::feed::Feed;
use crate::components::{LogLines, Section};

/// Number of lines at the start.
pub(crate) const LOG_LINES: u32 = 20;

/// The section. It starts with `lines` and follows the log.
#[component]
pub(crate) fn ShortLog(id: ProjectId, lines: Vec<LogLine>) -> impl IntoView {
    let feed = Feed::new(lines);
    #[cfg(feature = "hydrate")]
    super::follow::follow(&id, LOG_LINES, feed);
    let href = format!("/projects/{id}/logs");
    let log = NodeRef::<Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(log) = log.get().filter(|_| feed.follows()) {
            request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
        }
    });
    view! {
        <Section id="instance-log" title="Instance log" beside=move || view! { <a class="more" href=href.clone()>"Open in full"</a> }>
            <div class="log short" node_ref=log tabindex="0" role="group" aria-label="Instance log">
                <LogLines lines=Signal::derive(move || feed.shown())/>
            </div>
        </Section>
    }
    .into_any()
}
