//! Ctrl K: go to a page or a project by a few letters of its name.

use leptos::html::Dialog;
use leptos::prelude::*;
use model::Fleet;

use crate::components::Icon;
use crate::fleet::api::get_fleet;

const SHOWN: usize = 12;

/// Where the palette leads.
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

/// The palette. Its projects are fetched when it is first `asked` for.
#[component]
pub(super) fn Palette(dialog: NodeRef<Dialog>, asked: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let fetch = Action::new(|()| get_fleet());
    Effect::new(move |_| {
        if asked.get() {
            fetch.dispatch(());
        }
    });
    let found = move || {
        fetch
            .value()
            .with(|fleet| search(&typed.read(), fleet.as_ref().and_then(|fleet| fleet.as_ref().ok())))
    };
    let close = move |_| dialog.get_untracked().map_or((), |dialog| dialog.close());
    view! {
        <dialog class="dialog palette" node_ref=dialog aria-label="Go to">
            <input class="input" type="search" aria-label="Go to a page or a project" placeholder="Page, project, hostname"
                prop:value=typed on:input=move |event| typed.set(event_target_value(&event))/>
            <ul on:click=close>
                {move || found().into_iter().map(|target| view! { <li><Line target/></li> }).collect_view()}
            </ul>
        </dialog>
    }
    .into_any()
}

#[component]
fn Line(target: Target) -> impl IntoView {
    view! {
        <a role="option" class="row-link" href=target.href>
            <Icon name="chevron"/>
            <span>{target.name}</span>
            <span>{target.beside}</span>
        </a>
    }
    .into_any()
}

/// The targets whose name or host holds every typed word.
pub(super) fn search(typed: &str, fleet: Option<&Fleet>) -> Vec<Target> {
    let pages = [
        ("/", "Fleet"),
        ("/projects/new", "Create project"),
        ("/operations", "Operations"),
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
