//! Repositories in the settings: add, test, remove.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Repository, RepositoryDraft, Target};

use super::api::{AddRepository, RepositoryTest, TestRepository};
use super::tested::Tested;
use crate::components::{
    Attempt, CommandForm, Empty, Guarded, Input, PostButton, Section, Submit, Table, TextField, When, content,
};
use crate::error::AppError;
use crate::session::{may, permitted};

/// The section.
#[component]
pub(crate) fn RepositoriesPanel(
    repositories: Result<Vec<Repository>, AppError>,
    /// The result of a test, if this page follows one.
    tested: Result<Option<RepositoryTest>, AppError>,
) -> impl IntoView {
    view! {
        <Section id="repositories" title="Repositories">
            <p class="soft">"Where schemas come from. A credential is stored in the secret store and never shown again."</p>
            {content(repositories, |repositories| view! { <Rows repositories/> })}
            {content(tested, |tested| tested.map(|tested| view! { <Tested tested/> }))}
            {permitted(Action::RepositoryAdd, Target::Fleet, || view! { <Add/> })}
        </Section>
    }
    .into_any()
}

#[component]
fn Rows(repositories: Vec<Repository>) -> impl IntoView {
    if repositories.is_empty() {
        return view! {
            <Empty icon="link" title="No repository yet" detail="Schemas come from git. Add their repository; a private one needs a credential."/>
        }
        .into_any();
    }
    let rows = repositories.into_iter().map(|repository| view! { <Row repository/> }).collect_view();
    view! { <Table label="Repositories" heads=&["Address", "Credential", "Webhook", "Added", "Actions"]>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(repository: Repository) -> impl IntoView {
    let credential = match (&repository.credential, &repository.username) {
        (None, _) => "none".to_owned(),
        (Some(_), Some(user)) => format!("stored, for user {user}"),
        (Some(_), None) => "stored".to_owned(),
    };
    let delivered = match &repository.webhook {
        None => view! { "none" }.into_any(),
        Some(webhook) => match webhook.last_delivery_at {
            None => view! { "no delivery yet" }.into_any(),
            Some(at) => view! { "delivered "<When at/> }.into_any(),
        },
    };
    let (id, url) = (repository.id, repository.url.to_string());
    let (test, remove) = (format!("Test {url}"), format!("Remove {url}"));
    let webhook = format!("Webhook of {url}");
    view! {
        <tr>
            <th scope="row" class="mono">{url}</th>
            <td>{credential}</td>
            <td>{delivered}</td>
            <td class="soft"><When at=repository.created_at/></td>
            <td>
                <div class="buttons row-buttons">
                    {may(Action::RepositoryBrowse, Target::Fleet).then(|| view! {
                        <PostButton action=TestRepository::url() fields=vec![("id", id.to_string())] text="Test" busy="Testing" label=test size="s"/>
                    })}
                    <a class="button" data-size="s" href=format!("/settings/repositories/{id}/webhook") aria-label=webhook>"Webhook"</a>
                    {may(Action::RepositoryRemove, Target::Fleet).then(|| view! {
                        <Guarded href=format!("/settings/repositories/{id}/remove") text="Remove" label=remove kind="danger" size="s"/>
                    })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// The form, collapsed; open if it comes back with an error.
#[component]
fn Add() -> impl IntoView {
    let attempt = Attempt::of::<AddRepository>();
    let open = attempt.came_back();
    view! {
        <details open=open>
            <summary class="link">"Add a repository"</summary>
            <CommandForm attempt=attempt.clone()><AddFields attempt/></CommandForm>
        </details>
    }
    .into_any()
}

#[component]
fn AddFields(attempt: Attempt) -> impl IntoView {
    let RepositoryDraft { url, username, host_key, .. } = attempt.typed().unwrap_or_default();
    view! {
        <TextField id="url" name="form[url]" label="Address" input=Input::Code text=url fault=attempt.fault("url")
            hint="https://host/path, ssh://git@host/path or file:///folder where that is allowed."/>
        <TextField id="username" name="form[username]" label="User name" optional="optional" input=Input::Code
            text=username fault=attempt.fault("username")/>
        <TextField id="credential" name="form[credential]" label="Token or private key" optional="optional" input=Input::Secret
            fault=attempt.fault("credential") hint="A token for https, a private key for ssh."/>
        <TextField id="host_key" name="form[host_key]" label="Host key or CA" optional="optional" input=Input::Lines
            text=host_key fault=attempt.fault("host_key")
            hint="For ssh the line of known_hosts, for https with a private CA its certificate as PEM."/>
        <Submit text="Add repository" busy="Adding repository" kind=""/>
    }
    .into_any()
}
