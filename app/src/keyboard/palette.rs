//! The palette (Ctrl K): go to a page or a project by part of its name.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::Fleet;

use super::Keys;
use crate::components::Icon;
use crate::fleet::api::get_fleet;

/// Maximum number of results: they fit without scrolling.
const SHOWN: usize = 10;

/// A destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) beside: String,
}

impl Target {
    fn new(href: impl Into<String>, name: impl Into<String>, beside: impl Into<String>) -> Self {
        Self { href: href.into(), name: name.into(), beside: beside.into() }
    }
}

/// The results and the selected one.
#[derive(Clone, Copy)]
struct Found {
    targets: Memo<Vec<Target>>,
    at: RwSignal<usize>,
}

/// The palette. It opens empty and loads the projects when it opens.
#[component]
pub(super) fn Palette() -> impl IntoView {
    let keys = Keys::current();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0);
    let fetch = Action::new(|()| get_fleet());
    Effect::new(move |_| {
        if keys.opened.get() > 0 {
            typed.set(String::new());
            at.set(0);
            fetch.dispatch(());
        }
    });
    let search = move |_: Option<&Vec<Target>>| {
        fetch
            .value()
            .with(|fleet| search(&typed.read(), fleet.as_ref().and_then(|fleet| fleet.as_ref().ok())))
    };
    let found = Found { targets: Memo::new(search), at };
    let navigate = use_navigate();
    let go = Callback::new(move |index: usize| {
        let Some(href) = found.targets.with(|all| all.get(index).map(|target| target.href.clone())) else {
            return;
        };
        if let Some(dialog) = keys.palette.get_untracked() {
            dialog.close();
        }
        navigate(&href, NavigateOptions::default());
    });
    view! {
        <dialog class="dialog palette" node_ref=keys.palette aria-label="Go to">
            <Search typed found go/>
            <Results found go/>
        </dialog>
    }
    .into_any()
}

#[component]
fn Search(typed: RwSignal<String>, found: Found, go: Callback<usize>) -> impl IntoView {
    let Found { targets, at } = found;
    let active = move || targets.with(|all| (at.get() < all.len()).then(|| option_id(at.get())));
    let search = move |event| {
        typed.set(event_target_value(&event));
        at.set(0);
    };
    let press = move |event: KeyboardEvent| {
        let key = event.key();
        if key == "Enter" {
            go.run(at.get_untracked());
        } else if let Some(next) = step(&key, at.get_untracked(), targets.with_untracked(Vec::len)) {
            at.set(next);
        } else {
            return;
        }
        event.prevent_default();
    };
    view! {
        <input class="input" type="text" role="combobox" aria-label="Go to a page or a project"
            placeholder="Page, project, hostname" aria-expanded="true" aria-controls="palette-results"
            aria-autocomplete="list" aria-activedescendant=active autocomplete="off" spellcheck="false"
            prop:value=typed on:input=search on:keydown=press/>
    }
    .into_any()
}

#[component]
fn Results(found: Found, go: Callback<usize>) -> impl IntoView {
    let Found { targets, at } = found;
    let option = move |(index, target): (usize, Target)| {
        let selected = move || (at.get() == index).to_string();
        view! {
            <li role="option" id=option_id(index) aria-selected=selected
                on:pointermove=move |_| at.set(index) on:click=move |_| go.run(index)>
                <Icon name="chevron"/>
                <span>{target.name}</span>
                <span>{target.beside}</span>
            </li>
        }
    };
    let options = move || targets.get().into_iter().enumerate().map(option).collect_view();
    // keeps the focus in the field
    let stay = |event: MouseEvent| event.prevent_default();
    view! {
        <ul role="listbox" id="palette-results" aria-label="Results" on:mousedown=stay>{options}</ul>
        <p class="hint" role="status">{move || targets.with(Vec::is_empty).then_some("No page or project matches.")}</p>
    }
    .into_any()
}

fn option_id(index: usize) -> String {
    format!("palette-{index}")
}

/// The index after an arrow key among `len` results, with wrap-around.
pub(super) fn step(key: &str, at: usize, len: usize) -> Option<usize> {
    match key {
        _ if len == 0 => None,
        "ArrowDown" => Some((at + 1) % len),
        "ArrowUp" => Some((at + len - 1) % len),
        _ => None,
    }
}

/// The destinations whose name or hostname contains every typed word.
pub(super) fn search(typed: &str, fleet: Option<&Fleet>) -> Vec<Target> {
    let pages = [
        ("/", "Fleet"),
        ("/projects/new", "Create project"),
        ("/operations", "Operations"),
        ("/databases", "Databases"),
        ("/gateway", "Gateway"),
        ("/audit", "Audit"),
        ("/settings", "Settings"),
    ];
    let pages = pages.into_iter().map(|(href, name)| Target::new(href, name, "page"));
    let projects = fleet.into_iter().flat_map(|fleet| &fleet.projects).map(|project| {
        let host = project.hostname.as_ref().map(ToString::to_string).unwrap_or_default();
        Target::new(format!("/projects/{}", project.id), project.id.to_string(), host)
    });
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let holds = |target: &Target| {
        let text = format!("{} {}", target.name, target.beside).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    pages.chain(projects).filter(holds).take(SHOWN).collect()
}

#[cfg(test)]
mod tests;
