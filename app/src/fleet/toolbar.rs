//! The toolbar of the table: search and filters. It is a form; the page script sends it while the operator types.

use leptos::prelude::*;
use model::Project;

use super::filter::{Filter, Show};
use crate::components::{HeldStrip, Icon};

/// The toolbar. `all`: every project, for the numbers beside the filters.
pub(super) fn toolbar(all: &[Project], filter: &Filter) -> AnyView {
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
    let kept = |name: &'static str, word: &'static str| {
        (!word.is_empty()).then(|| view! { <input type="hidden" name=name value=word/> })
    };
    view! {
        <form class="toolbar" method="get" action="/" role="search" data-search="">
            <div class="search">
                <Icon name="search"/>
                <input class="input" type="search" name="q" aria-label="Find a project by name, hostname or commit"
                    placeholder="Name, hostname, commit" value=filter.text.clone() autocomplete="off"/>
                <kbd class="js-only" aria-hidden="true">"/"</kbd>
            </div>
            {kept("show", filter.show.word())}
            {kept("sort", filter.sort.word())}
            <nav class="filters" aria-label="Show">{kinds.collect_view()}</nav>
            <noscript><button class="button">"Search"</button></noscript>
            <HeldStrip/>
        </form>
    }
    .into_any()
}
