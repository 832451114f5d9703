//! The page "Logs" of a project: the last lines at once, then live.

use leptos::prelude::*;
use model::{LogLine, ProjectId};

use super::api::get_tail;
use crate::components::{Empty, Load, LogLines};
use crate::projects::project_id;

/// So many lines are shown at first.
#[cfg(feature = "ssr")]
pub(super) const TAIL: usize = 200;

/// The log of a project.
#[component]
pub(crate) fn LogsPage() -> impl IntoView {
    let id = project_id();
    let of = id.clone();
    let tail = Resource::new(
        || (),
        move |()| {
            let id = of.clone();
            async move { get_tail(id?).await }
        },
    );
    let show = move |lines: Vec<LogLine>| id.clone().ok().map(|id| view! { <Log id lines/> });
    view! { <div class="page" data-page="logs"><Load data=tail main=true titled=true children=show/></div> }
        .into_any()
}

#[component]
fn Log(id: ProjectId, lines: Vec<LogLine>) -> impl IntoView {
    let label = format!("Log of {id}");
    let lines = RwSignal::new(lines);
    let paused = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    super::follow::follow(id, lines, paused);
    let number = move || lines.with(Vec::len);
    let pause = move |_| paused.update(|paused| *paused = !*paused);
    view! {
        <div class="section">
            <div class="toolbar">
                <button class="button" type="button" aria-pressed=move || paused.get().to_string() on:click=pause>"Pause"</button>
                <noscript><a class="button" href="">"Look again"</a></noscript>
            </div>
            <div class="log tall" tabindex="0" role="log" aria-label=label aria-live="off"><LogLines lines/></div>
            {move || (number() == 0).then(Silent)}
            <div class="log-foot">
                <span>{move || crate::text::count(number(), "line", "lines")}". New ones come in at the end; while you have scrolled up, the view stays where you are."</span>
                <span class="push">"Secrets in lines are redacted before they are stored."</span>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Silent() -> impl IntoView {
    view! { <Empty icon="info" title="Nothing was printed yet" detail="Lines show here as soon as an instance of this project prints one."/> }.into_any()
}

/// A log that shows its end goes on showing it.
#[cfg(feature = "hydrate")]
pub(super) fn stay_at_the_end() {
    let Some(log) = document().query_selector(".log.tall").ok().flatten() else { return };
    let below = log.scroll_height() - log.scroll_top() - log.client_height();
    if below < 40 {
        request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
    }
}
