//! The fields of a schema: repository, path, and one of the commits that changed the file.

use leptos::prelude::*;
use model::{CommitInfo, RepoPath, Repository};

use super::form::{SchemaForm, VOLUME};
use crate::components::{Attempt, Input, ProblemPanel, Sha, TextField, When, content, keyed};
use crate::error::AppError;
use crate::repositories::api::{get_repositories, get_sources};
use crate::repositories::sources::Sources;

/// The values of the fields, and what the operator can choose from.
pub(crate) struct SchemaChoices {
    typed: SchemaForm,
    repositories: Result<Vec<Repository>, AppError>,
    sources: Result<Sources, AppError>,
}

impl SchemaChoices {
    /// Reads the typed repository and path. Without a repository the only registered one is read, or none.
    pub(crate) async fn load(typed: SchemaForm) -> Self {
        let sources = get_sources(typed.repo.clone(), typed.path.clone());
        let (repositories, sources) = futures::join!(get_repositories(), sources);
        Self { typed, repositories, sources }
    }
}

/// The fields.
#[component]
pub(crate) fn SchemaFields(
    /// The prefix of the field names before `[repo]`.
    prefix: &'static str,
    choices: SchemaChoices,
    attempt: Attempt,
    /// The address of the server function that shows the form again with the commits of the typed path.
    loads: &'static str,
) -> impl IntoView {
    let SchemaChoices { typed, repositories, sources } = choices;
    content(repositories, move |repositories| {
        let listed = sources.as_ref().ok().and_then(|sources| sources.commits.as_deref());
        let commit = commit_text(&typed, listed);
        let follows = typed.source == VOLUME
            || attempt.fault("schema_ref.path").is_some_and(|_| !typed.volume.is_empty());
        let (volume, file_attempt) = (typed.volume.clone(), attempt.clone());
        let repo = first_choice(typed.repo, &repositories);
        let paths = sources.as_ref().map(|sources| sources.paths.clone()).unwrap_or_default();
        view! {
            <Place prefix repo path=typed.path repositories paths attempt=attempt.clone()/>
            <div class="field" id="recent">
                <span class="legend">"Recent commits of this path"</span>
                <Picker sources commit=typed.commit picked=typed.picked name=name(prefix, "picked")/>
                <div>
                    <button class="button" data-size="s" formmethod="post" formaction=keyed(loads) data-reload="recent paths">"Load commits"</button>
                </div>
            </div>
            <TextField id="commit" name=name(prefix, "commit") label="Commit" input=Input::Code text=commit
                fault=attempt.fault("schema_ref.ref")
                hint="Pick one above, or paste the 40 hex digits; this field takes precedence. Branches are not stored."/>
            <details open=follows>
                <summary class="link">"Follow a file instead, for development"</summary>
                <div class="form">
                    <label class="check">
                        <input type="checkbox" name=name(prefix, "source") value=VOLUME checked=follows/>
                        <span>"Follow a file of the control plane's machine"</span>
                        <span class="hint">"Each change of the file is applied within seconds, without a commit. Not for the class production."</span>
                    </label>
                    <FileField name=name(prefix, "volume") text=volume attempt=file_attempt/>
                </div>
            </details>
        }
    })
}

/// The path of the file that is followed.
#[component]
pub(crate) fn FileField(name: String, text: String, attempt: Attempt) -> impl IntoView {
    view! {
        <TextField id="volume" name=name label="File" optional="optional" input=Input::Code text=text
            fault=attempt.fault("schema_ref.path")
            hint="An absolute path below a folder of SCHEMA_VOLUMES. Default: the file in the project's own folder for development."/>
    }
    .into_any()
}

/// Repository and path, with suggestions: registered repositories, and the schema files of the repository.
#[component]
fn Place(
    prefix: &'static str,
    repo: String,
    path: String,
    repositories: Vec<Repository>,
    paths: Vec<RepoPath>,
    attempt: Attempt,
) -> impl IntoView {
    let url = |repository: Repository| view! { <option value=repository.url.to_string()></option> };
    let urls = repositories.into_iter().map(url).collect_view();
    let paths =
        paths.into_iter().map(|path| view! { <option value=path.to_string()></option> }).collect_view();
    view! {
        <div class="form" data-reload-on-change="">
            <TextField id="repo" name=name(prefix, "repo") label="Repository" input=Input::Code text=repo list="repositories"
                fault=attempt.fault("schema_ref.repo") hint="A registered repository, or one that needs no credential."/>
            <datalist id="repositories">{urls}</datalist>
            <TextField id="path" name=name(prefix, "path") label="Path" input=Input::Code text=path list="paths"
                fault=attempt.fault("schema_ref.path") hint="The schema file in the repository."/>
            <datalist id="paths">{paths}</datalist>
        </div>
    }
    .into_any()
}

fn name(prefix: &str, field: &str) -> String {
    format!("{prefix}[{field}]")
}

/// The text of the commit field: the typed commit, else a picked one that is not in the list, which could not be picked again.
fn commit_text(typed: &SchemaForm, listed: Option<&[CommitInfo]>) -> String {
    let is_listed =
        listed.unwrap_or_default().iter().any(|commit| commit.sha.as_str() == typed.picked.trim());
    if typed.commit.trim().is_empty() && !is_listed { typed.picked.clone() } else { typed.commit.clone() }
}

/// The typed repository, else the only registered one.
fn first_choice(typed: String, repositories: &[Repository]) -> String {
    match repositories {
        [only] if typed.is_empty() => only.url.to_string(),
        _ => typed,
    }
}

/// The list of commits, or why there is none.
#[component]
fn Picker(
    sources: Result<Sources, AppError>,
    /// The typed commit.
    commit: String,
    picked: String,
    name: String,
) -> impl IntoView {
    let Sources { commits, problem, .. } = match sources {
        Ok(sources) => sources,
        Err(error) => Sources { problem: Some(error.into_problem()), ..Sources::default() },
    };
    match (commits, problem) {
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
fn Commits(commits: Vec<CommitInfo>, commit: String, picked: String, name: String) -> impl IntoView {
    // the typed commit takes precedence, as in the form
    let chosen = if commit.trim().is_empty() { picked } else { commit };
    let rows = commits.into_iter().map(|info| {
        let sha = info.sha.to_string();
        let checked = sha == chosen.trim();
        view! {
            <label>
                <input type="radio" name=name.clone() value=sha checked=checked/>
                <Sha commit=info.sha/>
                <span>{info.summary}</span>
                <span class="faint">{info.author}", "<When at=info.at/></span>
            </label>
        }
    });
    view! { <div class="commits" role="radiogroup" aria-label="Recent commits of this path" tabindex="0">{rows.collect_view()}</div> }.into_any()
}
