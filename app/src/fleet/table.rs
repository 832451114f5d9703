//! Every project, one a row.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{ByteSize, Observed, Project};

use super::filter::{Filter, Show};
use super::order::Held;
use crate::components::{Empty, HealthMark, Icon, Sha, SyncMark, When};
use crate::text::{NONE, count, exact};

/// The heads: the column's name, how it is written, and the word of its order in the address.
const HEADS: [(&str, &str, Option<&str>); 8] = [
    ("health", "Health", Some("")),
    ("project", "Project", Some("project")),
    ("sync", "Sync", None),
    ("commit", "Commit", None),
    ("database", "Database", None),
    ("connections", "Connections", None),
    ("memory", "Memory", None),
    ("changed", "Changed", Some("changed")),
];

/// The table with what chooses among its rows.
#[component]
pub(crate) fn Projects(projects: Vec<Project>, held: Held) -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| Filter::from_query(&query.read()));
    let all = StoredValue::new(projects);
    let arranged = Memo::new(move |_| held.arrange(filter.with(|filter| filter.apply(all.get_value()))));
    let moved = Memo::new(move |_| arranged.with(|(_, moved)| *moved));
    view! {
        <section class="section projects-box" aria-labelledby="projects">
            <h2 id="projects" class="visually-hidden">"Projects"</h2>
            <Toolbar all filter/>
            {move || (moved.get() > 0).then(|| view! { <Strip moved=moved.get() held/> })}
            <div class="table-scroll" tabindex="0" role="group" aria-label="Projects, worst first"
                on:pointermove=move |_| held.touch() on:focusin=move |_| held.touch()>
                <table class="table fleet" role="table" data-sticky="">
                    <Heads filter/>
                    <tbody role="rowgroup">
                        {move || arranged.with(|(rows, _)| rows.iter().cloned().map(|project| view! { <Row project/> }).collect_view())}
                    </tbody>
                </table>
            </div>
            {move || arranged.with(|(rows, moved)| rows.is_empty() && *moved == 0).then(NothingFound)}
        </section>
    }
    .into_any()
}

#[component]
fn Strip(moved: usize, held: Held) -> impl IntoView {
    view! {
        <p class="held" role="status">
            {count(moved, "change in order", "changes in order")}
            <button class="link" type="button" on:click=move |_| held.apply()>"Show"</button>
        </p>
    }
    .into_any()
}

#[component]
fn NothingFound() -> impl IntoView {
    view! {
        <Empty icon="search" title="No project is like this" detail="Names, hostnames and commits were searched.">
            <a class="button" href="/">"Show all"</a>
        </Empty>
    }
    .into_any()
}

#[component]
fn Toolbar(all: StoredValue<Vec<Project>>, filter: Memo<Filter>) -> impl IntoView {
    let navigate = use_navigate();
    let go = move |text: &str| {
        let show = Show::ALL
            .into_iter()
            .find(|(show, ..)| *show == filter.get_untracked().show)
            .map_or("", |(_, word, _)| word);
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&address(text, show), options);
    };
    let typed = move |event| go(&event_target_value(&event));
    let kinds = Show::ALL.map(|(show, word, name)| {
        let number = all.with_value(|all| all.iter().filter(|project| show.admits(project)).count());
        let here = move || filter.with(|filter| filter.show == show).then_some("true");
        view! {
            <a href=move || address(&filter.read().text, word) aria-current=here>
                {name} " " <span class="count">{number}</span>
            </a>
        }
    });
    view! {
        <form class="toolbar" method="get" action="/" role="search" on:submit=|event: SubmitEvent| event.prevent_default()>
            <div class="search">
                <Icon name="search"/>
                <input class="input" type="search" name="q" aria-label="Find a project by name, hostname or commit"
                    placeholder="Name, hostname, commit" value=filter.get_untracked().text on:input=typed/>
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            <nav class="filters" aria-label="Show">{kinds.collect_view()}</nav>
            <noscript><button class="button">"Search"</button></noscript>
        </form>
    }
    .into_any()
}

fn address(text: &str, show: &str) -> String {
    let text = leptos_router::location::Url::escape(text);
    match (text.is_empty(), show.is_empty()) {
        (true, true) => "/".to_owned(),
        (true, false) => format!("/?show={show}"),
        (false, true) => format!("/?q={text}"),
        (false, false) => format!("/?show={show}&q={text}"),
    }
}

#[component]
fn Heads(filter: Memo<Filter>) -> impl IntoView {
    let heads = HEADS.map(|(column, name, order)| {
        let sorted = move || {
            let word = match filter.read().sort {
                super::filter::Sort::Health => "",
                super::filter::Sort::Project => "project",
                super::filter::Sort::Changed => "changed",
            };
            (order == Some(word)).then_some("descending")
        };
        let text = match order {
            None => name.into_any(),
            Some("") => view! { <a href="/">{name}</a> }.into_any(),
            Some(word) => view! { <a href=format!("/?sort={word}")>{name}</a> }.into_any(),
        };
        view! { <th role="columnheader" scope="col" data-col=column aria-sort=sorted>{text}</th> }
    });
    view! { <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead> }.into_any()
}

#[component]
fn Row(project: Project) -> impl IntoView {
    let host = project.hostname.as_ref().map(ToString::to_string).unwrap_or_default();
    let database = cell(&project, &project.observed.database, |database| Some(database.bytes.to_string()));
    let connections =
        cell(&project, &project.observed.database, |database| Some(database.connections.to_string()));
    let memory = cell(&project, &project.observed.instance, |instance| {
        instance.memory.map(|bytes: ByteSize| bytes.to_string())
    });
    view! {
        <tr role="row">
            <td role="cell" data-col="health"><HealthMark health=project.health()/></td>
            <th role="rowheader" scope="row" data-col="project">
                <a class="row-link" href=format!("/projects/{}", project.id)>{project.id.to_string()}</a>
                " " <span class="faint host">{host}</span>
            </th>
            <td role="cell" data-col="sync"><SyncMark sync=project.sync()/></td>
            <td role="cell" data-col="commit"><Sha commit=project.schema_ref.commit().clone()/></td>
            <td role="cell" data-col="database">{database}</td>
            <td role="cell" data-col="connections">{connections}</td>
            <td role="cell" data-col="memory">{memory}</td>
            <td role="cell" data-col="changed" class="soft"><When at=project.updated_at/></td>
        </tr>
    }
    .into_any()
}

/// A value that was seen; "?" where nobody knows, with when it was last seen; a dash where there is none.
fn cell<T>(project: &Project, seen: &Observed<T>, text: impl Fn(&T) -> Option<String>) -> AnyView {
    match seen {
        Observed::Absent => view! { <span class="faint">{NONE}</span> }.into_any(),
        Observed::Unknown => {
            let title = format!("last looked {}", exact(project.observed.at));
            view! { <span class="faint" title=title>"?"</span> }.into_any()
        }
        Observed::Present(value) => text(value).unwrap_or_else(|| NONE.to_owned()).into_any(),
    }
}
