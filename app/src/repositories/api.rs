//! Repositories: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
#[cfg(feature = "ssr")]
use model::Problem;
use model::{RepoUrl, Repository, RepositoryContents, RepositoryDraft, RepositoryId};
use serde::{Deserialize, Serialize};

use super::sources::Sources;
use crate::error::AppError;

/// All registered repositories.
#[server(prefix = "/actions", endpoint = "repositories", input = GetUrl)]
pub(crate) async fn get_repositories() -> Result<Vec<Repository>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.repositories().list(&context.op).await })
        .await
}

/// The choices in `repo` (empty: the only registered one) at `path`.
#[server(prefix = "/actions", endpoint = "sources", input = GetUrl)]
pub(crate) async fn get_sources(repo: String, path: String) -> Result<Sources, AppError> {
    crate::call_context::ask(|context| async move { super::sources::look(&context, repo, path).await }).await
}

/// Registers a repository.
#[server(prefix = "/actions", endpoint = "add_repository")]
pub(crate) async fn add_repository(form: RepositoryDraft) -> Result<(), AppError> {
    use crate::secrets::as_typed;
    let (credential, host_key) = (as_typed(&form.credential), as_typed(&form.host_key));
    let form = RepositoryDraft { credential, host_key, ..form };
    let kept = RepositoryDraft { credential: String::new(), ..form.clone() };
    let add = |context: crate::call_context::CallContext| async move {
        context.plane.repositories().add(&context.op, form).await
    };
    crate::call_context::command(kept, add, |_| "/settings#repositories".to_owned()).await
}

/// Removes a repository and its credential.
#[server(prefix = "/actions", endpoint = "remove_repository")]
pub(crate) async fn remove_repository(id: RepositoryId) -> Result<(), AppError> {
    let remove = |context: crate::call_context::CallContext| async move {
        context.plane.repositories().remove(&context.op, id).await
    };
    crate::call_context::command((), remove, |()| "/settings#repositories".to_owned()).await
}

/// A tested repository and its contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RepositoryTest {
    pub(crate) url: RepoUrl,
    pub(crate) contents: RepositoryContents,
}

/// Reads the repository now.
#[server(prefix = "/actions", endpoint = "test_repository", input = GetUrl)]
pub(crate) async fn test_repository(id: RepositoryId) -> Result<RepositoryTest, AppError> {
    crate::call_context::ask(|context| async move {
        let repositories = context.plane.repositories();
        let contents = repositories.test(&context.op, id).await?;
        let known = repositories.list(&context.op).await?.into_iter().find(|known| known.id == id);
        let url = known.ok_or_else(|| Problem::not_found(format!("repository {id}")))?.url;
        Ok(RepositoryTest { url, contents })
    })
    .await
}
