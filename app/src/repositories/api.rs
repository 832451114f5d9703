//! Repositories: context, call, answer.

use leptos::prelude::*;
use model::{RepoUrl, Repository, RepositoryContents, RepositoryDraft, RepositoryId};

use super::sources::{Sources, read_sources};
use crate::error::AppError;
use crate::secrets::as_typed;
use crate::session::{Flash, OneTimeSecret};

/// All registered repositories.
pub(crate) async fn get_repositories() -> Result<Vec<Repository>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.repositories().list(&context.op).await })
        .await
}

/// The choices in `repo` (empty: the only registered one) at `path`.
pub(crate) async fn get_sources(repo: String, path: String) -> Result<Sources, AppError> {
    crate::call_context::ask(|context| async move { read_sources(&context, repo, path).await }).await
}

/// Registers a repository.
#[server(prefix = "/actions", endpoint = "add_repository")]
pub(crate) async fn add_repository(form: RepositoryDraft) -> Result<(), AppError> {
    let (credential, host_key) = (as_typed(&form.credential), as_typed(&form.host_key));
    let form = RepositoryDraft { credential, host_key, ..form };
    let typed = RepositoryDraft { credential: String::new(), ..form.clone() };
    let add = |context: crate::call_context::CallContext| async move {
        context.plane.repositories().add(&context.op, form).await
    };
    crate::call_context::command(typed, add, |_| "/settings#repositories".to_owned()).await
}

/// Removes a repository and its credential.
#[server(prefix = "/actions", endpoint = "remove_repository")]
pub(crate) async fn remove_repository(id: RepositoryId) -> Result<(), AppError> {
    let remove = |context: crate::call_context::CallContext| async move {
        context.plane.repositories().remove(&context.op, id).await
    };
    crate::call_context::command((), remove, |()| "/settings#repositories".to_owned()).await
}

/// Creates the webhook of a repository, or replaces its secret, and shows the secret once.
#[server(prefix = "/actions", endpoint = "create_webhook")]
pub(crate) async fn create_webhook(id: RepositoryId) -> Result<Option<OneTimeSecret>, AppError> {
    crate::call_context::show_once((), id.to_string(), async || {
        let made = crate::call_context::ask(|context| async move {
            Ok(context.plane.webhooks().create(&context.op, id).await?.secret)
        });
        made.await
    })
    .await
}

/// Removes the webhook of a repository.
#[server(prefix = "/actions", endpoint = "remove_webhook")]
pub(crate) async fn remove_webhook(id: RepositoryId) -> Result<(), AppError> {
    let remove = |context: crate::call_context::CallContext| async move {
        context.plane.webhooks().remove(&context.op, id).await
    };
    crate::call_context::command((), remove, |()| format!("/settings/repositories/{id}/webhook")).await
}

/// Contacts the repository. The page that follows shows its contents, see [`get_tested`].
#[server(prefix = "/actions", endpoint = "test_repository")]
pub(crate) async fn test_repository(id: RepositoryId) -> Result<(), AppError> {
    let test = |context: crate::call_context::CallContext| async move {
        context.plane.repositories().test(&context.op, id).await
    };
    crate::call_context::command((), test, |_| format!("/settings?tested={id}#repositories")).await
}

/// A tested repository and its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RepositoryTest {
    pub(crate) url: RepoUrl,
    pub(crate) contents: RepositoryContents,
}

/// The repository that the address names in `tested`, with its contents: those of the test, or of a new one if that was
/// more than 15 s ago. `None` without a test, after one that failed, if the repository is not registered, and when an open
/// page is fetched again: it keeps what it shows, and nothing contacts the git host by itself.
pub(crate) async fn get_tested() -> Result<Option<RepositoryTest>, AppError> {
    let id = crate::address::query("tested").and_then(|id| id.parse::<RepositoryId>().ok());
    let is_shown = Flash::of_button().is_none() && !crate::call_context::is_refetch();
    let Some(id) = id.filter(|_| is_shown) else { return Ok(None) };
    crate::call_context::ask(|context| async move {
        let repositories = context.plane.repositories();
        let known = repositories.list(&context.op).await?.into_iter().find(|known| known.id == id);
        let Some(Repository { url, .. }) = known else { return Ok(None) };
        let contents = repositories.contents(&context.op, &url).await?;
        Ok(Some(RepositoryTest { url, contents }))
    })
    .await
}
