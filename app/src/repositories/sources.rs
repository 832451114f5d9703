//! The choices of a form for a schema.

use model::{RepoPath, RepoUrl};

use super::api::Sources;
use crate::call_context::{Answer, CallContext};

/// Reads the repository. A failure is part of the answer, so that the form stays usable.
pub(super) async fn look(context: &CallContext, repo: String, path: String) -> Answer<Sources> {
    let repositories = context.plane.repositories();
    let repo = if repo.trim().is_empty() {
        match repositories.list(&context.op).await?.as_slice() {
            [only] => Some(only.url.clone()),
            _ => None,
        }
    } else {
        RepoUrl::try_from(repo).ok()
    };
    let Some(repo) = repo else { return Ok(Sources::default()) };
    let contents = match repositories.contents(&context.op, &repo).await {
        Ok(contents) => contents,
        Err(error) => return Ok(Sources { problem: Some(error.problem()), ..Sources::default() }),
    };
    let Ok(path) = RepoPath::try_from(path) else {
        return Ok(Sources { paths: contents.paths, ..Sources::default() });
    };
    let (commits, problem) = match repositories.commits(&context.op, &repo, &path).await {
        Ok(commits) => (Some(commits), None),
        Err(error) => (None, Some(error.problem())),
    };
    Ok(Sources { paths: contents.paths, commits, problem })
}
