//! The toolbar of the table: search, filters and grouping. It is a form; the page script sends it while the operator types.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use model::{LabelKey, Project, ProjectClass};

use super::filter::{Filter, Show, Sort};
use super::group::GroupBy;
use crate::components::{HeldStrip, Icon};

/// The toolbar. `all`: every project, for the numbers beside the filters.
pub(super) fn toolbar(all: &[Arc<Project>], filter: &Filter) -> AnyView {
    let kinds = Show::ALL.map(|(show, _, name)| {
        let number = all.iter().filter(|project| show.admits(project)).count();
        let here = (filter.show == show).then_some("true");
        let address = Filter { show, ..filter.clone() }.address();
        view! {
            <a href=address aria-current=here data-in-place="">
                {name} " " <span class="count">{number}</span>
            </a>
        }
    });
    let kept = |name: &'static str, word: String| {
        (!word.is_empty()).then(|| view! { <input type="hidden" name=name value=word/> })
    };
    let labels = filter.labels.iter().map(|label| kept("label", label.to_string())).collect_view();
    let class = filter.class.map(|class| kept("class", class.to_string()));
    view! {
        <form class="toolbar" method="get" action="/" role="search" data-search="">
            <div class="search">
                <Icon name="search"/>
                <input class="input" type="search" name="q" aria-label="Find a project by name, hostname, commit or label"
                    placeholder="Name, hostname, team=shop" value=filter.text.clone() autocomplete="off"/>
                <kbd class="js-only" aria-hidden="true">"/"</kbd>
            </div>
            {kept("show", filter.show.word().to_owned())}
            {kept("sort", filter.sort.word().to_owned())}
            {labels}
            {class}
            {kept("part", filter.depends_on.clone().unwrap_or_default())}
            <nav class="filters" aria-label="Show">{kinds.collect_view()}</nav>
            {group_choice(all, filter)}
            {conditions(filter)}
            <noscript><button class="button">"Search"</button></noscript>
            <HeldStrip/>
        </form>
    }
    .into_any()
}

/// The choice of the grouping; nothing while no project has a label or another class than production.
fn group_choice(all: &[Arc<Project>], filter: &Filter) -> Option<AnyView> {
    let keys: BTreeSet<&LabelKey> =
        all.iter().flat_map(|project| project.labels.iter()).map(|(key, _)| key).collect();
    let is_classed = all.iter().any(|project| project.class != ProjectClass::Production);
    if keys.is_empty() && !is_classed && filter.group.is_none() {
        return None;
    }
    let none = if filter.sort == Sort::Health { "health" } else { "nothing" };
    let chosen = filter.group.as_ref().map_or("", GroupBy::word);
    let words = keys.into_iter().map(LabelKey::as_str).filter(|key| *key != GroupBy::CLASS);
    let options =
        [("", none), (GroupBy::CLASS, GroupBy::CLASS)].into_iter().chain(words.map(|key| (key, key)));
    let options = options.map(|(word, name)| {
        view! { <option value=word.to_owned() selected=word == chosen>{format!("Group by {name}")}</option> }
    });
    let options = options.collect_view();
    Some(
        view! { <select class="input group" name="group" aria-label="Group by">{options}</select> }
            .into_any(),
    )
}

/// The labels and the class of the address, each as a link that removes it.
fn conditions(filter: &Filter) -> AnyView {
    let labels = filter.labels.iter().enumerate().map(|(index, label)| {
        let mut others = filter.clone();
        others.labels.remove(index);
        (label.to_string(), others.address())
    });
    let class = filter
        .class
        .map(|class| (format!("class {class}"), Filter { class: None, ..filter.clone() }.address()));
    let part = filter
        .depends_on
        .as_ref()
        .map(|part| (format!("depends on {part}"), Filter { depends_on: None, ..filter.clone() }.address()));
    let links = labels.chain(class).chain(part).map(|(text, address)| {
        let label = format!("Remove the filter {text}");
        view! { <a class="tag" href=address aria-label=label data-in-place="">{text} <Icon name="close"/></a> }
    });
    links.collect_view().into_any()
}
