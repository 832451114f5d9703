//! What is newer in the repositories than the pinned commits: information, no drift.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{CommitSha, RepoPath, RepoUrl};

use crate::snapshot::Rows;
use crate::{Inner, Result, repositories};

/// Maximum duration of one question to a repository.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Asks each repository once for the newest commit of each schema file. One that does not answer is asked the next time.
pub(super) async fn look(inner: &Inner, rows: &Rows) {
    let mut newest: BTreeMap<(String, String), Option<CommitSha>> = BTreeMap::new();
    for record in rows.projects() {
        let schema = &record.project.schema_ref;
        let Some((repo, path)) = schema.git() else {
            inner.drift.set_ahead(&record.project.id, None);
            continue;
        };
        let key = (repo.to_string(), path.to_string());
        if !newest.contains_key(&key) {
            let asked = tokio::time::timeout(TIMEOUT, ask(inner, repo, path)).await;
            let found = asked.ok().and_then(Result::ok).flatten();
            newest.insert(key.clone(), found);
        }
        let found = newest.get(&key).cloned().flatten();
        inner.drift.set_ahead(&record.project.id, found.filter(|newest| newest != schema.commit()));
    }
}

async fn ask(inner: &Inner, repo: &RepoUrl, path: &RepoPath) -> Result<Option<CommitSha>> {
    let access = repositories::access(inner, repo).await?;
    let commits = inner.ports.schemas.commits(&access, path, 1).await?;
    Ok(commits.into_iter().next().map(|commit| commit.sha))
}
