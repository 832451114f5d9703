//! The fields of a schema: repository, path, and one of the commits that changed the file.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use model::{CommitInfo, RepoPath, RepoUrl, Repository};

use super::form::SchemaForm;
use crate::components::{Attempt, Input, Load, ProblemPanel, Sha, TextField, When};
use crate::data::{Data, fetched};
use crate::error::AppError;
use crate::repositories::api::{get_repositories, get_sources};
use crate::repositories::sources::Sources;

/// A repository and a path.
type Place = (String, String);

/// The query of the commit list. `again` increases when the same list is requested again, because a commit may have been
/// pushed meanwhile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct CommitQuery {
    /// `None` until the operator changes the initial value.
    place: Option<Place>,
    again: u32,
}

/// The state of the fields. Create it with the page: state that is created while something loads gets another id on the
/// server than in the browser, and hydration would not find its data.
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    repositories: Data<Result<Vec<Repository>, AppError>>,
    sources: Data<Result<Sources, AppError>>,
    asked: RwSignal<CommitQuery>,
}

impl Choice {
    /// Starts with the values of the address, the project or the form that came back; `None` reads no repository.
    pub(crate) fn new<F, Begin>(begin: F) -> Self
    where
        F: Fn() -> Begin + Clone + Send + Sync + 'static,
        Begin: Future<Output = Option<SchemaForm>> + Send,
    {
        let asked = RwSignal::new(CommitQuery::default());
        let sources = fetched(
            move || asked.get(),
            move |asked| {
                let begin = begin.clone();
                async move {
                    let place = match asked.place {
                        Some(place) => Some(place),
                        None => begin().await.map(|schema| (schema.repo, schema.path)),
                    };
                    let Some((repo, path)) = place else { return Ok(Sources::default()) };
                    get_sources(repo, path).await
                }
            },
        );
        Self { repositories: fetched(|| (), |()| get_repositories()), sources, asked }
    }

    fn look_at(self, place: Place) {
        if self.asked.with_untracked(|asked| asked.place.as_ref() != Some(&place)) {
            self.asked.update(|asked| asked.place = Some(place));
        }
    }

    fn look_again(self) {
        self.asked.update(|asked| asked.again += 1);
    }
}

/// Where a form is sent without JavaScript to come back with the list of commits.
#[derive(Clone)]
pub(crate) struct Loads {
    pub(crate) method: &'static str,
    pub(crate) address: String,
}

/// The fields.
#[component]
pub(crate) fn SchemaFields(
    /// The prefix of the field names before `[repo]`.
    prefix: &'static str,
    typed: SchemaForm,
    choice: Choice,
    attempt: Attempt,
    loads: Loads,
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
    loads: Loads,
) -> impl IntoView {
    let repo = RwSignal::new(first_choice(typed.repo, &repositories));
    let path = RwSignal::new(typed.path);
    let commit = RwSignal::new(typed.commit);
    let reading = RwSignal::new(false);
    let look = move || choice.look_at((repo.get_untracked(), path.get_untracked()));
    let urls =
        repositories.iter().map(|repository| view! { <option value=repository.url.to_string()></option> });
    let load = move |event: MouseEvent| {
        event.prevent_default();
        look();
        if !reading.get_untracked() {
            choice.look_again();
        }
    };
    view! {
        <div class="form" on:change=move |_| look()>
            <TextField id="repo" name=name(prefix, "repo") label="Repository" input=Input::Code text=repo list="repositories"
                fault=attempt.fault("schema_ref.repo") check=|text| RepoUrl::try_from(text).map(drop)
                hint="A registered repository, or one that needs no credential.".to_owned()/>
            <datalist id="repositories">{urls.collect_view()}</datalist>
            <TextField id="path" name=name(prefix, "path") label="Path" input=Input::Code text=path list="paths"
                fault=attempt.fault("schema_ref.path") check=|text| RepoPath::try_from(text).map(drop)
                hint="The schema file in the repository.".to_owned()/>
            <Paths choice/>
        </div>
        <div class="field" id="recent">
            <span class="legend">"Recent commits of this path"</span>
            <Picker choice commit picked=typed.picked name=name(prefix, "picked") path reading/>
            <div>
                <button class="button" data-size="s" formmethod=loads.method formaction=loads.address on:click=load>"Load commits"</button>
            </div>
        </div>
        <TextField id="commit" name=name(prefix, "commit") label="Commit" input=Input::Code text=commit
            fault=attempt.fault("schema_ref.ref")
            hint="Pick one above, or paste the 40 hex digits; this field takes precedence. Branches are not stored.".to_owned()/>
    }
    .into_any()
}

fn name(prefix: &str, field: &str) -> String {
    format!("{prefix}[{field}]")
}

/// The typed repository, else the only registered one.
fn first_choice(typed: String, repositories: &[Repository]) -> String {
    match repositories {
        [only] if typed.is_empty() => only.url.to_string(),
        _ => typed,
    }
}

/// Suggestions for the path; none if the repository cannot be read (the commit list shows the problem).
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

/// The list of commits. While it is loaded for another path, the old one is replaced by a note.
#[component]
fn Picker(
    choice: Choice,
    commit: RwSignal<String>,
    picked: String,
    name: String,
    path: RwSignal<String>,
    reading: RwSignal<bool>,
) -> impl IntoView {
    let pending = RwSignal::new(false);
    // browser only: the server sends the page when everything is loaded
    Effect::new(move |_| reading.set(pending.get()));
    let list = move || {
        let (picked, name) = (picked.clone(), name.clone());
        Suspend::new(async move {
            match choice.sources.await {
                Ok(sources) => view! { <Listed sources commit picked name/> }.into_any(),
                Err(error) => view! { <ProblemPanel problem=error.into_problem()/> }.into_any(),
            }
        })
    };
    let what = move || match path.get() {
        path if path.trim().is_empty() => "Reading the repository".to_owned(),
        path => format!("Reading the commits of {path}"),
    };
    view! {
        <div aria-busy=move || reading.get().to_string()>
            <p class="hint" role="status">{move || reading.get().then(what)}</p>
            <div hidden=reading><Transition set_pending=pending>{list}</Transition></div>
        </div>
    }
    .into_any()
}

#[component]
fn Listed(sources: Sources, commit: RwSignal<String>, picked: String, name: String) -> impl IntoView {
    match (sources.commits, sources.problem) {
        (_, Some(problem)) => view! { <ProblemPanel problem/> }.into_any(),
        (None, None) => {
            view! { <p class="hint">"Enter repository and path to list the commits."</p> }.into_any()
        }
        (Some(commits), None) if commits.is_empty() => {
            view! { <p class="hint">"No commit contains a file at this path."</p> }.into_any()
        }
        (Some(commits), None) => view! { <Commits commits commit picked name/> }.into_any(),
    }
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
