//! The project table, one row for each project.

use leptos::prelude::*;
use model::{Observed, Project};

use super::filter::{Filter, Sort};
use super::group::{Entry, Group, parts};
use super::rows::Rows;
use super::toolbar::Toolbar;
use crate::components::{Empty, Figure, FreezeRegion, HealthMark, Icon, Sha, SyncMark, When};
use crate::text::{NONE, exact};

/// Column heads: name, class, and the order that a click selects.
const HEADS: [(&str, &str, Option<Sort>); 8] = [
    ("health", "Health", Some(Sort::Health)),
    ("project", "Project", Some(Sort::Project)),
    ("sync", "Sync", None),
    ("commit", "Commit", None),
    ("database", "Database", None),
    ("connections", "Connections", None),
    ("memory", "Memory", None),
    ("changed", "Changed", Some(Sort::Changed)),
];
/// Numeric columns.
const FIGURES: [&str; 4] = ["database", "connections", "memory", "changed"];

/// The table with its toolbar.
#[component]
pub(super) fn Projects(
    all: Vec<Project>,
    shown: Vec<Entry>,
    filter: Memo<Filter>,
    rows: Rows,
) -> impl IntoView {
    let none = shown.is_empty().then(|| view! { <NothingFound filter/> });
    let bodies = parts(shown).into_iter().map(|(group, projects)| view! { <Part group projects/> });
    view! {
        <section class="section projects-box" aria-labelledby="projects">
            <h2 id="projects" class="visually-hidden">"Projects"</h2>
            <Toolbar all filter rows/>
            <FreezeRegion interaction=rows.interaction>
                <div class="table-scroll" tabindex="0" role="group" aria-label="Projects, worst first">
                    <table class="table fleet" role="table" data-sticky="">
                        <Heads filter/>
                        {bodies.collect_view()}
                    </table>
                </div>
            </FreezeRegion>
            {none}
        </section>
    }
    .into_any()
}

#[component]
fn NothingFound(filter: Memo<Filter>) -> impl IntoView {
    let all = move || Filter { sort: filter.get().sort, ..Filter::default() }.address();
    view! {
        <Empty icon="search" title="No project matches" detail="Names, hostnames and commits were searched.">
            <a class="button" href=all>"Show all"</a>
        </Empty>
    }
    .into_any()
}

#[component]
fn Heads(filter: Memo<Filter>) -> impl IntoView {
    let heads = HEADS.map(|(column, name, order)| {
        let sorted = move || order.is_some_and(|order| filter.with(|filter| filter.sort == order));
        let direction = move || order.filter(|_| sorted()).map(Sort::direction);
        let class = FIGURES.contains(&column).then_some("num");
        let text = match order {
            None => name.into_any(),
            Some(sort) => view! {
                <a href=move || Filter { sort, ..filter.get() }.address() data-noscroll="">
                    {name}
                    {move || sorted().then(|| view! { <Icon name="sort"/> })}
                </a>
            }
            .into_any(),
        };
        view! { <th role="columnheader" scope="col" data-col=column class=class aria-sort=direction>{text}</th> }
    });
    view! { <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead> }.into_any()
}

/// Rows of one group under its head; no head without a group.
#[component]
fn Part(group: Option<Group>, projects: Vec<Project>) -> impl IntoView {
    let number = projects.len();
    let head = group.map(|group| {
        view! {
            <tr class="group" role="row">
                <th role="rowheader" colspan=HEADS.len() scope="rowgroup">
                    {group.title()} " " <span class="count">{group.note(number)}</span>
                </th>
            </tr>
        }
    });
    let rows = projects.into_iter().map(|project| view! { <Row project/> }).collect_view();
    view! { <tbody role="rowgroup" data-group=group.map(Group::word)>{head}{rows}</tbody> }.into_any()
}

#[component]
fn Row(project: Project) -> impl IntoView {
    let host = project.hostname.as_ref().map(ToString::to_string).unwrap_or_default();
    let (facts, figures) = (&project.observed.facts, project.observed.figures);
    let database = cell(&project, &facts.database, |_| figures.database.bytes.map(|bytes| bytes.to_string()));
    let connections =
        cell(&project, &facts.database, |_| figures.database.connections.map(|open| open.to_string()));
    let memory = cell(&project, &facts.instance, |_| figures.instance.memory.map(|bytes| bytes.to_string()));
    view! {
        <tr role="row">
            <td role="cell" data-col="health"><HealthMark health=project.health()/></td>
            <th role="rowheader" scope="row" data-col="project">
                <a class="row-link" href=format!("/projects/{}", project.id)>{project.id.to_string()}</a>
                " " <span class="faint host">{host}</span>
            </th>
            <td role="cell" data-col="sync"><SyncMark sync=project.sync()/></td>
            <td role="cell" data-col="commit"><Sha commit=project.schema_ref.commit().clone()/></td>
            <td role="cell" data-col="database" class="num">{database}</td>
            <td role="cell" data-col="connections" class="num">{connections}</td>
            <td role="cell" data-col="memory" class="num">{memory}</td>
            <td role="cell" data-col="changed" class="num soft"><When at=project.updated_at/></td>
        </tr>
    }
    .into_any()
}

/// A cell for an observed value: "?" if unknown, with the time of the last observation; a dash if absent.
fn cell<T>(project: &Project, seen: &Observed<T>, text: impl Fn(&T) -> Option<String>) -> AnyView {
    match seen {
        Observed::Absent => view! { <span class="faint">{NONE}</span> }.into_any(),
        Observed::Unknown => {
            let title = format!("last checked {}", exact(project.observed.at));
            view! { <span class="faint" title=title>"?"</span> }.into_any()
        }
        Observed::Present(value) => {
            let text = text(value).unwrap_or_else(|| NONE.to_owned());
            view! { <Figure text/> }.into_any()
        }
    }
}
