//! The project table, one row for each project.

use std::sync::Arc;

use leptos::prelude::*;
use model::Project;

use super::filter::{Filter, Sort};
use super::group::groups;
use super::part::{Part, ROWS};
use super::row::write_row;
use super::toolbar::toolbar;
use crate::backups::LatestBackups;
use crate::components::{Empty, HeldRows, Icon, NothingMatches};
use crate::html::Html;
use crate::text::thousands;

/// Column heads: name, class, and the order that a click selects.
const HEADS: [(&str, &str, Option<Sort>); 10] = [
    ("health", "Health", Some(Sort::Health)),
    ("project", "Project", Some(Sort::Project)),
    ("sync", "Sync", None),
    ("commit", "Commit", None),
    ("release", "Release", None),
    ("database", "Database", None),
    ("connections", "Connections", None),
    ("memory", "Memory", None),
    ("backup", "Backup", None),
    ("changed", "Changed", Some(Sort::Changed)),
];
/// Numeric columns.
const FIGURES: [&str; 5] = ["database", "connections", "memory", "backup", "changed"];
/// Approximate size of a row in bytes.
const ROW_BYTES: usize = 1400;

/// The rows of one part of the list.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) projects: &'a [&'a Project],
    pub(super) part: Part,
    /// Their newest backups; `None` if these could not be read.
    pub(super) backups: Option<&'a LatestBackups>,
}

/// The table with its toolbar. `all`: every project.
pub(super) fn projects(all: &[Arc<Project>], rows: Rows<'_>, filter: &Filter) -> AnyView {
    let toolbar = toolbar(all, filter);
    let none = rows.projects.is_empty().then(|| nothing_found(filter));
    let (heads, bodies, pager) = (heads(filter), bodies(rows, filter), pager(rows.part, filter));
    view! {
        <section class="section projects-box" aria-labelledby="projects">
            <h2 id="projects" class="visually-hidden">"Projects"</h2>
            {toolbar}
            <HeldRows>
                <div class="table-scroll" tabindex="0" role="group" aria-label="Projects, worst first">
                    <table class="table fleet" role="table" data-sticky="">
                        {heads}
                        {bodies}
                    </table>
                </div>
            </HeldRows>
            {none}
            {pager}
        </section>
    }
    .into_any()
}

fn nothing_found(filter: &Filter) -> AnyView {
    if !filter.faults.is_empty() {
        return view! { <NothingMatches path="/" faults=filter.faults.clone()/> }.into_any();
    }
    let all = Filter { sort: filter.sort, group: filter.group.clone(), ..Filter::default() }.address();
    view! {
        <Empty icon="search" title="No project matches" detail="Names, hostnames, commits, classes and labels were searched.">
            <a class="button" href=all>"Show all"</a>
        </Empty>
    }
    .into_any()
}

fn heads(filter: &Filter) -> AnyView {
    let heads = HEADS.map(|(column, name, order)| {
        let sorted = order.is_some_and(|order| filter.sort == order);
        let direction = order.filter(|_| sorted).map(Sort::direction);
        let class = FIGURES.contains(&column).then_some("num");
        let text = match order {
            None => name.into_any(),
            Some(sort) => view! {
                <a href=Filter { sort, ..filter.clone() }.address() data-in-place="">
                    {name}
                    {sorted.then(|| view! { <Icon name="sort"/> })}
                </a>
            }
            .into_any(),
        };
        view! { <th role="columnheader" scope="col" data-col=column class=class aria-sort=direction>{text}</th> }
    });
    view! { <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead> }.into_any()
}

/// The rows: under a head for each group when grouped or ordered by health, else without heads.
fn bodies(shown: Rows<'_>, filter: &Filter) -> AnyView {
    let rows = |projects: &[&Project]| rows(projects, shown.backups);
    if filter.sort != Sort::Health && filter.group.is_none() {
        return view! { <tbody role="rowgroup" inner_html=rows(shown.projects)></tbody> }.into_any();
    }
    let groups = groups(shown.projects, filter.group.as_ref()).into_iter().map(|(group, projects)| {
        let mut html = Html::default();
        html.open("tr", &[("class", "group"), ("role", "row")]);
        let columns = HEADS.len().to_string();
        html.open("th", &[("role", "rowheader"), ("colspan", &columns), ("scope", "rowgroup")]);
        html.text(&group.title()).text(" ");
        html.element("span", &[("class", "count")], &group.note(projects.len())).close("th").close("tr");
        let html = html.finish() + &rows(&projects);
        view! { <tbody role="rowgroup" data-group=group.word() inner_html=html></tbody> }
    });
    groups.collect_view().into_any()
}

fn rows(projects: &[&Project], backups: Option<&LatestBackups>) -> String {
    let mut html = Html::with_capacity(projects.len() * ROW_BYTES);
    for project in projects {
        write_row(&mut html, project, backups);
    }
    html.finish()
}

/// Links to the parts of a long list; nothing if one part holds all.
fn pager(part: Part, filter: &Filter) -> Option<AnyView> {
    let Part { from, to, of } = part;
    if from == 0 && to == of {
        return None;
    }
    let link = |from: usize, text: &'static str| {
        view! { <a class="button" data-size="s" href=filter.part(from)>{text}</a> }
    };
    let before = (from > 0).then(|| link(from.saturating_sub(ROWS), "Previous"));
    let after = (to < of).then(|| link(to, "Next"));
    let here = format!("{} to {} of {}", thousands(from + 1), thousands(to), thousands(of));
    let view = view! {
        <nav class="pages" aria-label="Parts of the list">{before}<span class="soft">{here}</span>{after}</nav>
    };
    Some(view.into_any())
}
