//! The log page of a project.

use leptos::ev::SubmitEvent;
use leptos::html::Div;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{LogLine, ProjectId};

use super::api::get_tail;
use super::feed::Feed;
use super::filter::{Filter, Least};
use crate::components::{Empty, Icon, Load, LogLines, Numbered};
use crate::data::fetched;
use crate::projects::project_id;
use crate::text::{count, thousands};

/// Number of lines at the start.
const TAIL: u32 = 200;
/// Number of lines in a download.
const DOWNLOADED: u32 = 10_000;

/// The page.
#[component]
pub(crate) fn LogsPage() -> impl IntoView {
    let id = project_id();
    let of = id.clone();
    let tail = fetched(
        || (),
        move |()| {
            let id = of.clone();
            async move { get_tail(id?, TAIL).await }
        },
    );
    let query = use_query_map();
    let filter = Memo::new(move |_| Filter::from_query(&query.read()));
    let show = move |lines: Vec<LogLine>| id.clone().ok().map(|id| view! { <Log id lines filter/> });
    view! { <div class="page" data-page="logs"><Load data=tail main=true titled=true children=show/></div> }
        .into_any()
}

#[component]
fn Log(id: ProjectId, lines: Vec<LogLine>, filter: Memo<Filter>) -> impl IntoView {
    let feed = Feed::new(lines);
    #[cfg(feature = "hydrate")]
    super::follow::follow(&id, TAIL, feed);
    let admitted = move |mut lines: Vec<Numbered>| {
        filter.with(|filter| lines.retain(|line| filter.admits(&line.line)));
        lines
    };
    let shown = Memo::new(move |_| admitted(feed.shown()));
    let unseen = Memo::new(move |_| admitted(feed.unseen()).len());
    view! {
        <div class="section">
            <Toolbar id=id.clone() feed filter/>
            <Scroll label=format!("Log of {id}") feed shown/>
            {move || shown.with(Vec::is_empty).then(|| view! { <Nothing filter/> })}
            <button class="button log-new" data-size="s" type="button" hidden=move || unseen.get() == 0
                on:click=move |_| feed.to_the_end()>
                {move || count(unseen.get(), "new line", "new lines")}
            </button>
            <div class="log-foot">
                <span>
                    {move || count(shown.with(Vec::len), "line", "lines")}
                    ". New lines are appended at the end; the view stays where it is while you have scrolled up."
                </span>
                <span class="push">"Secrets in lines are redacted before they are stored."</span>
            </div>
        </div>
    }
    .into_any()
}

/// The lines. Scrolls with them while the end is visible.
#[component]
fn Scroll(label: String, feed: Feed, shown: Memo<Vec<Numbered>>) -> impl IntoView {
    let log = NodeRef::<Div>::new();
    let scrolled = move |_| {
        if let Some(log) = log.get_untracked() {
            feed.at_end.set(log.scroll_height() - log.scroll_top() - log.client_height() < 40);
        }
    };
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        shown.track();
        if let Some(log) = log.get().filter(|_| feed.follows()) {
            request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
        }
    });
    view! {
        <div class="log tall" node_ref=log tabindex="0" role="log" aria-label=label aria-live="off" on:scroll=scrolled>
            <LogLines lines=shown/>
        </div>
    }
    .into_any()
}

#[component]
fn Toolbar(id: ProjectId, feed: Feed, filter: Memo<Filter>) -> impl IntoView {
    let page = StoredValue::new(format!("/projects/{id}/logs"));
    let navigate = use_navigate();
    let typed = move |event| {
        let wanted = Filter { text: event_target_value(&event), ..filter.get_untracked() };
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&wanted.address(&page.get_value()), options);
    };
    let levels = Least::ALL.map(|(least, _, name)| {
        let here = move || filter.with(|filter| filter.least == least).then_some("true");
        let href = move || Filter { least, ..filter.get() }.address(&page.get_value());
        view! { <a href=href aria-current=here data-noscroll="">{name}</a> }
    });
    let level = move || {
        filter.with(|filter| {
            (filter.least != Least::All)
                .then(|| view! { <input type="hidden" name="level" value=filter.least.word()/> })
        })
    };
    let download = format!("/api/v1/projects/{id}/logs?tail={DOWNLOADED}");
    let title = format!("The newest {} lines as JSON", thousands(DOWNLOADED as usize));
    view! {
        <form class="toolbar" method="get" action=page.get_value() role="search" on:submit=|event: SubmitEvent| event.prevent_default()>
            <div class="search">
                <Icon name="search"/>
                <input class="input" type="search" name="q" aria-label="Find in the log" placeholder="Text or request id"
                    value=filter.get_untracked().text on:input=typed/>
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            {level}
            <nav class="filters" aria-label="Level">{levels.collect_view()}</nav>
            <noscript><button class="button">"Search"</button></noscript>
            <span class="push"></span>
            <noscript><a class="button" href="">"Look again"</a></noscript>
            <button class="button js-only" type="button" aria-pressed=move || feed.is_paused().to_string() on:click=move |_| feed.pause_or_go_on()>"Pause"</button>
            <a class="button" rel="external" href=download download=format!("{id}-log.json") title=title>"Download"</a>
        </form>
    }
    .into_any()
}

#[component]
fn Nothing(filter: Memo<Filter>) -> impl IntoView {
    move || {
        if filter.with(Filter::is_open) {
            view! { <Empty icon="info" title="No log lines yet" detail="The lines that an instance of this project prints are shown here."/> }.into_any()
        } else {
            view! { <Empty icon="search" title="No line matches" detail="Only the lines on this page were searched. The download contains older ones."/> }.into_any()
        }
    }
}
