//! Where a schema comes from: a repository, a path in it, and one of the commits that changed the file there.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use model::{CommitInfo, RepoPath, RepoUrl, Repository};

use super::form::SchemaForm;
use crate::components::{Attempt, Input, Load, ProblemPanel, Sha, TextField, When};
use crate::error::AppError;
use crate::repositories::api::{Sources, get_repositories, get_sources};

/// What is listed of a repository and a path, as they stood when they were asked for.
type Place = (String, String);

/// What a schema can be chosen from. Made with the page: what is made while something else loads is made at another time
/// in the browser than on the server, and the two would not find each other's data.
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    repositories: Resource<Result<Vec<Repository>, AppError>>,
    sources: Resource<Result<Sources, AppError>>,
    place: RwSignal<Place>,
}

impl Choice {
    /// Begins with what the address or the project names.
    pub(crate) fn new(begin: &SchemaForm) -> Self {
        let place = RwSignal::new((begin.repo.clone(), begin.path.clone()));
        let asked = Memo::new(move |_| place.get());
        Self {
            repositories: Resource::new(|| (), |()| get_repositories()),
            sources: Resource::new(move || asked.get(), |(repo, path)| get_sources(repo, path)),
            place,
        }
    }
}

/// The fields of a schema. Without scripts "Load commits" sends the form to `loads`, which shows it again with the list.
#[component]
pub(crate) fn SchemaFields(
    /// The part of the fields' names before `[repo]`.
    prefix: &'static str,
    typed: SchemaForm,
    choice: Choice,
    attempt: Attempt,
    #[prop(into)] loads: String,
) -> impl IntoView {
    let fields = move |repositories: Vec<Repository>| {
        let (typed, attempt, loads) = (typed.clone(), attempt.clone(), loads.clone());
        view! { <Inputs prefix typed repositories choice attempt loads/> }
    };
    view! { <Load data=choice.repositories children=fields/> }.into_any()
}

#[component]
fn Inputs(
    prefix: &'static str,
    typed: SchemaForm,
    repositories: Vec<Repository>,
    choice: Choice,
    attempt: Attempt,
    loads: String,
) -> impl IntoView {
    let repo = RwSignal::new(first_choice(typed.repo, &repositories));
    let path = RwSignal::new(typed.path);
    let commit = RwSignal::new(typed.commit);
    let look = move || choice.place.set((repo.get_untracked(), path.get_untracked()));
    let urls =
        repositories.iter().map(|repository| view! { <option value=repository.url.to_string()></option> });
    let load = move |event: MouseEvent| {
        event.prevent_default();
        look();
    };
    view! {
        <div class="form" on:change=move |_| look()>
            <TextField id="repo" name=name(prefix, "repo") label="Repository" input=Input::Code text=repo list="repositories"
                fault=attempt.fault("schema_ref.repo") check=|text| RepoUrl::try_from(text).map(drop)
                hint="One of the registered ones, or another that needs no credential.".to_owned()/>
            <datalist id="repositories">{urls.collect_view()}</datalist>
            <TextField id="path" name=name(prefix, "path") label="Path" input=Input::Code text=path list="paths"
                fault=attempt.fault("schema_ref.path") check=|text| RepoPath::try_from(text).map(drop)
                hint="The schema file in the repository.".to_owned()/>
            <Paths choice/>
        </div>
        <div class="field">
            <span class="legend">"Recent commits of this path"</span>
            <Picker choice commit picked=typed.picked name=name(prefix, "picked")/>
            <div>
                <button class="button" data-size="s" formmethod="get" formaction=loads on:click=load>"Load commits"</button>
            </div>
        </div>
        <TextField id="commit" name=name(prefix, "commit") label="Commit" input=Input::Code text=commit
            fault=attempt.fault("schema_ref.ref")
            hint="Pick one above, or paste its 40 hex digits; what stands here wins. A branch is never stored.".to_owned()/>
    }
    .into_any()
}

fn name(prefix: &str, field: &str) -> String {
    format!("{prefix}[{field}]")
}

/// What was typed; else the only repository there is.
fn first_choice(typed: String, repositories: &[Repository]) -> String {
    match repositories {
        [only] if typed.is_empty() => only.url.to_string(),
        _ => typed,
    }
}

/// Suggestions for the path. A repository that cannot be read suggests nothing; its fault shows beside the commits.
#[component]
fn Paths(choice: Choice) -> impl IntoView {
    let options = move || {
        Suspend::new(async move {
            let paths = choice.sources.await.map(|sources| sources.paths).unwrap_or_default();
            let option = |path: RepoPath| view! { <option value=path.to_string()></option> };
            view! { <datalist id="paths">{paths.into_iter().map(option).collect_view()}</datalist> }
        })
    };
    view! { <Transition>{options}</Transition> }.into_any()
}

#[component]
fn Picker(choice: Choice, commit: RwSignal<String>, picked: String, name: String) -> impl IntoView {
    let list = move |sources: Sources| match (sources.commits, sources.problem) {
        (_, Some(problem)) => view! { <ProblemPanel problem/> }.into_any(),
        (None, None) => {
            view! { <p class="hint">"They are listed here once repository and path are named."</p> }
                .into_any()
        }
        (Some(commits), None) if commits.is_empty() => {
            view! { <p class="hint">"No commit has a file at this path."</p> }.into_any()
        }
        (Some(commits), None) => {
            view! { <Commits commits commit picked=picked.clone() name=name.clone()/> }.into_any()
        }
    };
    view! { <Load data=choice.sources children=list/> }.into_any()
}

#[component]
fn Commits(
    commits: Vec<CommitInfo>,
    commit: RwSignal<String>,
    picked: String,
    name: String,
) -> impl IntoView {
    let rows = commits.into_iter().map(|info| {
        let sha = info.sha.to_string();
        let (chosen, picked) = (sha.clone(), picked == sha);
        let here = move || commit.with(|commit| if commit.is_empty() { picked } else { *commit == chosen });
        let value = sha.clone();
        view! {
            <label>
                <input type="radio" name=name.clone() value=value checked=picked prop:checked=here on:change=move |_| commit.set(sha.clone())/>
                <Sha commit=info.sha/>
                <span>{info.summary}</span>
                <span class="faint">{info.author}", "<When at=info.at/></span>
            </label>
        }
    });
    view! { <div class="commits" role="radiogroup" aria-label="Recent commits of this path" tabindex="0">{rows.collect_view()}</div> }.into_any()
}
