//! Repositories in the settings: add, test, remove.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Repository, RepositoryDraft, Target};

use super::api::{AddRepository, get_repositories};
use super::remove::RemoveQuestion;
use super::tested::{Tested, Tests};
use crate::components::{
    Attempt, CommandForm, Empty, Guarded, Input, Load, Removed, Section, Submit, Table, TextField, When,
};
use crate::data::fetched;
use crate::session::{Flashes, may, permitted};

/// The section.
#[component]
pub(crate) fn RepositoriesPanel() -> impl IntoView {
    let add = ServerAction::<AddRepository>::new();
    let removed = Removed::<Repository>::provide();
    let repositories = fetched(move || (add.version().get(), removed.get()), |_| get_repositories());
    let tests = Tests::new();
    view! {
        <Section id="repositories" title="Repositories">
            <p class="soft">"Where schemas come from. A credential goes to the secret store and is never shown again."</p>
            <Load data=repositories children=move |repositories| view! { <Rows repositories tests/> }/>
            <Tested tests/>
            {permitted(Action::RepositoryAdd, Target::Fleet, || view! { <Add add/> })}
        </Section>
    }
    .into_any()
}

#[component]
fn Rows(repositories: Vec<Repository>, tests: Tests) -> impl IntoView {
    if repositories.is_empty() {
        return view! {
            <Empty icon="link" title="No repository yet" detail="Schemas come from git. Add their repository; a private one needs a credential."/>
        }
        .into_any();
    }
    let rows = repositories.into_iter().map(|repository| view! { <Row repository tests/> }).collect_view();
    view! { <Table label="Repositories" heads=&["Address", "Credential", "Added", "Actions"]>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(repository: Repository, tests: Tests) -> impl IntoView {
    let credential = match (&repository.credential, &repository.username) {
        (None, _) => "none".to_owned(),
        (Some(_), Some(user)) => format!("kept, as {user}"),
        (Some(_), None) => "kept".to_owned(),
    };
    let (id, url) = (repository.id, repository.url.to_string());
    let (test, remove) = (format!("Test {url}"), format!("Remove {url}"));
    view! {
        <tr>
            <th scope="row" class="mono">{url}</th>
            <td>{credential}</td>
            <td class="soft"><When at=repository.created_at/></td>
            <td>
                <div class="buttons row-buttons">
                    {may(Action::RepositoryBrowse, Target::Fleet).then(|| view! {
                        <a class="button" data-size="s" aria-label=test href=format!("/settings?test={id}") data-noscroll=""
                            on:click=move |_| tests.again()>"Test"</a>
                    })}
                    {may(Action::RepositoryRemove, Target::Fleet).then(|| view! { <Guarded href=format!("/settings/repositories/{id}/remove") text="Remove" label=remove kind="danger" size="s"
                        children=move || view! { <RemoveQuestion repository=repository.clone()/> }/> })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// The form, collapsed; open if it comes back with an error.
#[component]
fn Add(add: ServerAction<AddRepository>) -> impl IntoView {
    let flashes = Flashes::current();
    let added = RwSignal::new(None::<String>);
    let form = move || {
        Suspend::new(async move {
            let open = flashes.of_form(AddRepository::url()).await.is_some();
            view! {
                <details open=open>
                    <summary class="link">"Add a repository"</summary>
                    <CommandForm action=add check=|add: &AddRepository| add.form.validate().map(drop)
                        children=move |attempt| view! { <AddFields attempt add added/> }/>
                </details>
            }
        })
    };
    view! {
        <p role="status">{move || added.get().map(|url| format!("{url} is registered."))}</p>
        <Transition>{form}</Transition>
    }
    .into_any()
}

#[component]
fn AddFields(
    attempt: Attempt,
    add: ServerAction<AddRepository>,
    added: RwSignal<Option<String>>,
) -> impl IntoView {
    let typed = attempt.typed::<RepositoryDraft>().unwrap_or_default();
    let [url, username, credential, host_key] =
        [typed.url, typed.username, String::new(), typed.host_key].map(RwSignal::new);
    // clears the sent values, in particular the credential
    Effect::new(move |_| {
        if let Some(Ok(())) = add.value().get() {
            added.set(Some(url.get_untracked().trim().to_owned()));
            for field in [url, username, credential, host_key] {
                field.set(String::new());
            }
        }
    });
    view! {
        <TextField id="url" name="form[url]" label="Address" input=Input::Code text=url fault=attempt.fault("url")
            hint="https://host/path, ssh://git@host/path or file:///folder where that is allowed.".to_owned()/>
        <TextField id="username" name="form[username]" label="User name" optional="optional" input=Input::Code
            text=username fault=attempt.fault("username")/>
        <TextField id="credential" name="form[credential]" label="Token or private key" optional="optional" input=Input::Secret
            text=credential fault=attempt.fault("credential") hint="A token for https, a private key for ssh.".to_owned()/>
        <TextField id="host_key" name="form[host_key]" label="Host key or CA" optional="optional" input=Input::Lines
            text=host_key fault=attempt.fault("host_key")
            hint="The line of known_hosts for ssh, the PEM of the CA for https with a private one.".to_owned()/>
        <Submit pending=attempt.pending text="Add repository" busy="Adding repository" kind=""/>
    }
    .into_any()
}
