//! The log page of a project.

use leptos::prelude::*;
use model::{LogLine, ProjectId};

use super::api::get_tail;
use super::filter::{Filter, Least};
use crate::address::Address;
use crate::components::{Empty, Icon, LogLines, main_content};
use crate::document::Document;
use crate::projects::ProjectPage;
use crate::text::{count, thousands};

/// Number of lines at the start.
const TAIL: u32 = 200;
/// Number of lines in a download.
const DOWNLOADED: u32 = 10_000;

/// The page.
pub(crate) async fn logs_page() -> Document {
    let id = ProjectPage::id();
    let tail = async { get_tail(id.clone()?, TAIL).await };
    let (project, tail) = futures::join!(ProjectPage::load(), tail);
    let lines = id.clone().and_then(|id| Ok((id, tail?)));
    let log = main_content(lines, true, |(id, lines)| view! { <Log id lines/> });
    project.document("Log of ", view! { <div class="page" data-page="logs">{log}</div> })
}

/// The log: the page script appends lines as they are printed (`script/log.ts`).
#[component]
fn Log(id: ProjectId, lines: Vec<LogLine>) -> impl IntoView {
    let filter = Filter::from_query(&Address::current().query);
    let shown: Vec<LogLine> = lines.into_iter().filter(|line| filter.admits(line)).collect();
    let number = count(shown.len(), "line", "lines");
    let nothing = shown.is_empty().then(|| view! { <Nothing open=filter.is_open()/> });
    let source = filter.address(&format!("/projects/{id}/logs/follow"), &[("tail", &TAIL.to_string())]);
    view! {
        <Toolbar id=id.clone() filter/>
        <fleet-log class="section" data-source=source data-skip-merge="">
            <div class="log tall" tabindex="0" role="log" aria-label=format!("Log of {id}") aria-live="off">
                <LogLines lines=shown/>
            </div>
            {nothing}
            <button class="button log-new" data-size="s" type="button" hidden></button>
            <div class="log-foot">
                <span>
                    <span data-lines="">{number}</span>
                    ". New lines are appended at the end; the view stays where it is while you have scrolled up."
                </span>
                <span class="push">"Secrets in lines are redacted before they are stored."</span>
            </div>
        </fleet-log>
    }
    .into_any()
}

#[component]
fn Toolbar(id: ProjectId, filter: Filter) -> impl IntoView {
    let page = format!("/projects/{id}/logs");
    let levels = Least::ALL.map(|(least, _, name)| {
        let here = (filter.least == least).then_some("true");
        let href = Filter { least, ..filter.clone() }.address(&page, &[]);
        view! { <a href=href aria-current=here data-in-place="">{name}</a> }
    });
    let level = (filter.least != Least::All)
        .then(|| view! { <input type="hidden" name="level" value=filter.least.word()/> });
    let download = format!("/api/v1/projects/{id}/logs?tail={DOWNLOADED}");
    let title = format!("The newest {} lines as JSON", thousands(DOWNLOADED as usize));
    view! {
        <form class="toolbar" method="get" action=page.clone() role="search" data-search="">
            <div class="search">
                <Icon name="search"/>
                <input class="input" type="search" name="q" aria-label="Find in the log" placeholder="Text or request id"
                    value=filter.text.clone() autocomplete="off"/>
                <kbd class="js-only" aria-hidden="true">"/"</kbd>
            </div>
            {level}
            <nav class="filters" aria-label="Level">{levels.collect_view()}</nav>
            <noscript><button class="button">"Search"</button></noscript>
            <span class="push"></span>
            <noscript><a class="button" href="">"Look again"</a></noscript>
            <button class="button js-only" type="button" aria-pressed="false" data-pause="">"Pause"</button>
            <a class="button" href=download download=format!("{id}-log.json") title=title>"Download"</a>
        </form>
    }
    .into_any()
}

#[component]
fn Nothing(
    /// Whether every line is admitted.
    open: bool,
) -> impl IntoView {
    if open {
        view! {
            <div data-empty=""><Empty icon="info" title="No log lines yet" detail="The lines that an instance of this project prints are shown here."/></div>
        }
    } else {
        view! {
            <div data-empty=""><Empty icon="search" title="No line matches" detail="Only the newest lines were searched. The download contains older ones."/></div>
        }
    }
    .into_any()
}
