//! The registered repositories: add, test, remove.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Repository, RepositoryContents, RepositoryDraft, RepositoryId};

use super::api::{AddRepository, RemoveRepository, get_repositories, test_repository};
use crate::components::{
    Attempt, CommandForm, Empty, Icon, Input, Load, PostButton, ProblemBanner, Section, Sha, Submit, Table,
    TextField, When,
};
use crate::error::AppError;
use crate::text::count;

/// The section of the settings.
#[component]
pub(crate) fn RepositoriesPanel() -> impl IntoView {
    let add = ServerAction::<AddRepository>::new();
    let remove = ServerAction::<RemoveRepository>::new();
    let repositories =
        Resource::new(move || (add.version().get(), remove.version().get()), |_| get_repositories());
    let refused =
        Signal::derive(move || remove.value().get().and_then(Result::err).map(AppError::into_problem));
    view! {
        <Section id="repositories" title="Repositories">
            <p class="soft">"Where schemas come from. A credential goes to the secret store and is never shown again."</p>
            <ProblemBanner problem=refused/>
            <Load data=repositories children=move |repositories| view! { <Rows repositories remove/> }/>
            <Tested/>
            <details>
                <summary class="link">"Add a repository"</summary>
                <CommandForm action=add check=|add: &AddRepository| add.form.validate().map(drop) children=|attempt| view! { <AddFields attempt/> }/>
            </details>
        </Section>
    }
    .into_any()
}

#[component]
fn Rows(repositories: Vec<Repository>, remove: ServerAction<RemoveRepository>) -> impl IntoView {
    if repositories.is_empty() {
        return view! {
            <Empty icon="link" title="No repository yet" detail="Schemas come from git. Add the repository they are in; without a credential it must be readable by everybody."/>
        }
        .into_any();
    }
    let rows = repositories.into_iter().map(|repository| view! { <Row repository remove/> }).collect_view();
    view! { <Table label="Repositories" heads=&["Address", "Credential", "Added", "Actions"]>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(repository: Repository, remove: ServerAction<RemoveRepository>) -> impl IntoView {
    let credential = match (&repository.credential, &repository.username) {
        (None, _) => "none".to_owned(),
        (Some(_), Some(user)) => format!("kept, as {user}"),
        (Some(_), None) => "kept".to_owned(),
    };
    let id = repository.id.to_string();
    view! {
        <tr>
            <th scope="row" class="mono">{repository.url.to_string()}</th>
            <td>{credential}</td>
            <td class="soft"><When at=repository.created_at/></td>
            <td>
                <div class="buttons row-buttons">
                    <a class="button" data-size="s" href=format!("/settings?test={id}#repositories")>"Test"</a>
                    <PostButton action=remove fields=vec![("id", id)] text="Remove" kind="danger" size="s"/>
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// What the repository of `?test=` holds.
#[component]
fn Tested() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.read().get("test").and_then(|id| id.parse::<RepositoryId>().ok()));
    let contents = Resource::new(
        move || asked.get(),
        |id| async move {
            match id {
                Some(id) => test_repository(id).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let show = |contents: Option<RepositoryContents>| {
        contents.map(|contents| {
            let branch = contents.default_branch.unwrap_or_else(|| "no branch".into());
            let files = count(contents.paths.len(), "schema file", "schema files");
            view! {
                <p role="status">
                    <span class="status" data-tone="ok"><Icon name="done"/>"It can be read"</span>
                    ": "{branch}" at "{contents.head.map(|commit| view! { <Sha commit/> })}", "{files}"."
                </p>
            }
        })
    };
    view! { <Load data=contents children=show/> }.into_any()
}

#[component]
fn AddFields(attempt: Attempt) -> impl IntoView {
    let typed = attempt.typed::<RepositoryDraft>().unwrap_or_default();
    view! {
        <TextField id="url" name="form[url]" label="Address" input=Input::Code text=RwSignal::new(typed.url) fault=attempt.fault("url")
            hint="https://host/path, ssh://git@host/path or file:///folder where that is allowed.".to_owned()/>
        <TextField id="username" name="form[username]" label="User name" optional="optional" input=Input::Code
            text=RwSignal::new(typed.username) fault=attempt.fault("username")/>
        <TextField id="credential" name="form[credential]" label="Token or private key" optional="optional" input=Input::Secret
            text=RwSignal::new(String::new()) fault=attempt.fault("credential") hint="A token for https, a private key for ssh.".to_owned()/>
        <TextField id="host_key" name="form[host_key]" label="Host key or CA" optional="optional" input=Input::Lines
            text=RwSignal::new(typed.host_key) fault=attempt.fault("host_key")
            hint="The line of known_hosts for ssh, the PEM of the CA for https with a private one.".to_owned()/>
        <Submit pending=attempt.pending text="Add repository" busy="Adding repository" kind=""/>
    }
    .into_any()
}
