//! The toolbar of the table: search, filters, and the pending changes. Without JavaScript it is a form.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::Project;

use super::filter::{Filter, Show};
use super::rows::Rows;
use crate::components::{Icon, PendingStrip};

/// The toolbar.
#[component]
pub(super) fn Toolbar(all: Vec<Project>, filter: Memo<Filter>, rows: Rows) -> impl IntoView {
    let kinds = Show::ALL.map(|(show, _, name)| {
        let number = all.iter().filter(|project| show.admits(project)).count();
        let here = move || filter.with(|filter| filter.show == show).then_some("true");
        let address = move || Filter { show, ..filter.get() }.address();
        view! {
            <a href=address aria-current=here data-noscroll="">
                {name} " " <span class="count">{number}</span>
            </a>
        }
    });
    let kept = move |name: &'static str, word: fn(&Filter) -> &'static str| {
        let word = word(&filter.get_untracked());
        (!word.is_empty()).then(|| view! { <input type="hidden" name=name value=word/> })
    };
    view! {
        <form class="toolbar" method="get" action="/" role="search" on:submit=|event: SubmitEvent| event.prevent_default()>
            <Search filter/>
            {kept("show", |filter| filter.show.word())}
            {kept("sort", |filter| filter.sort.word())}
            <nav class="filters" aria-label="Show">{kinds.collect_view()}</nav>
            <noscript><button class="button">"Search"</button></noscript>
            <PendingStrip interaction=rows.interaction text=rows.waiting()/>
        </form>
    }
    .into_any()
}

#[component]
fn Search(filter: Memo<Filter>) -> impl IntoView {
    let navigate = use_navigate();
    let typed = move |event| {
        let filter = Filter { text: event_target_value(&event), ..filter.get_untracked() };
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&filter.address(), options);
    };
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| {
        let text = filter.with(|filter| filter.text.clone());
        // while the operator types, the field is ahead of the address
        if let Some(field) = field.get().filter(|field| !is_focused(field) && field.value() != text) {
            field.set_value(&text);
        }
    });
    view! {
        <div class="search">
            <Icon name="search"/>
            <input class="input" type="search" name="q" aria-label="Find a project by name, hostname or commit"
                placeholder="Name, hostname, commit" value=filter.get_untracked().text node_ref=field on:input=typed/>
            <kbd class="js-only" aria-hidden="true">"/"</kbd>
        </div>
    }
    .into_any()
}

fn is_focused(field: &leptos::web_sys::HtmlInputElement) -> bool {
    document().active_element().is_some_and(|focused| focused == ***field)
}
