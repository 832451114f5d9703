//! The choices of a form for a schema.

use model::{CommitInfo, Problem, RepoPath, RepoUrl};

use crate::call_context::{Answer, CallContext};

/// The choices for a schema in a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// Its schema files.
    pub(crate) paths: Vec<RepoPath>,
    /// Recent commits of the path, if a path is given.
    pub(crate) commits: Option<Vec<CommitInfo>>,
    /// Why the repository cannot be read.
    pub(crate) problem: Option<Problem>,
}

/// Reads the repository. A failure is part of the answer, so that the form stays usable.
pub(super) async fn read_sources(context: &CallContext, repo: String, path: String) -> Answer<Sources> {
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
