//! What the repository says: later commits of the schema file, and how it differs between two commits.

use std::time::Duration;

use model::{CommitInfo, CommitSha, Problem, RepoPath, RepoUrl, RepositoryAhead, SchemaDiff};
use similar::TextDiff;

use crate::ports::schema_source::{RepoAccess, SchemaFile};
use crate::registry::ProjectRecord;
use crate::{Inner, Result, repositories, schema_volumes};

/// How long a question to a repository may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Commits that are looked through.
pub(super) const COMMITS: usize = 50;
/// Unchanged lines around a change.
const CONTEXT: usize = 3;
/// Lines of a diff.
const LINES: usize = 2000;
/// How long the comparison of two texts may take; then a coarser one is given.
const COMPARING: Duration = Duration::from_millis(500);

/// The commits of the default branch that changed the file after the commit of the project.
pub(super) async fn ahead(inner: &Inner, record: &ProjectRecord) -> Result<RepositoryAhead> {
    let schema = &record.project.schema_ref;
    let (repo, path) = of_repository(record)?;
    let access = repositories::access(inner, repo).await?;
    let listing = inner.ports.schemas.commits(&access, path, COMMITS);
    let commits = within(listing).await?;
    Ok(after(commits, schema.commit()))
}

/// Repository and path of the project. Refused where it follows a file.
pub(super) fn of_repository(record: &ProjectRecord) -> Result<(&RepoUrl, &RepoPath)> {
    schema_volumes::refuse_following(record)?;
    let git = record.project.schema_ref.git();
    Ok(git.ok_or_else(|| Problem::not_found("repository"))?)
}

/// The commits that are newer than the present one, of commits that are listed newest first.
pub(super) fn after(mut commits: Vec<CommitInfo>, present: &CommitSha) -> RepositoryAhead {
    let place = commits.iter().position(|commit| commit.sha == *present);
    commits.truncate(place.unwrap_or(commits.len()));
    RepositoryAhead { commits, present_is_known: place.is_some() }
}

/// How the file differs between two commits, as a unified diff.
pub(super) async fn diff(
    inner: &Inner,
    access: &RepoAccess,
    path: &RepoPath,
    (from, to): (&CommitSha, &CommitSha),
) -> Result<SchemaDiff> {
    let read = async |commit| within(inner.ports.schemas.read(access, path, commit)).await;
    let (before, after): (SchemaFile, SchemaFile) = futures::try_join!(read(from), read(to))?;
    let compare = move || lines(&before.text, &after.text);
    let (lines, left_out) = tokio::task::spawn_blocking(compare)
        .await
        .map_err(|error| Problem::new(model::ProblemKind::Internal, "Internal error", error.to_string()))?;
    Ok(SchemaDiff { path: path.clone(), from: from.clone(), to: to.clone(), lines, left_out })
}

/// The lines of a unified diff, and how many were left out.
fn lines(before: &str, after: &str) -> (Vec<String>, u64) {
    let diff = TextDiff::configure().timeout(COMPARING).diff_lines(before, after);
    let unified = diff.unified_diff().context_radius(CONTEXT).to_string();
    let all = unified.lines().filter(|line| !line.starts_with("\\ No newline"));
    let (mut shown, mut left_out) = (Vec::new(), 0);
    for line in all {
        if shown.len() < LINES { shown.push(line.to_owned()) } else { left_out += 1 }
    }
    (shown, left_out)
}

async fn within<T, E: crate::ports::Failure>(
    asking: impl Future<Output = std::result::Result<T, E>>,
) -> Result<T> {
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(error.problem().into()),
        Err(_) => {
            let seconds = PATIENCE.as_secs();
            let detail = format!("The repository did not answer within {seconds} s. Nothing was changed.");
            Err(Problem::unavailable("repository", detail).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use model::CommitInfo;
    use time::OffsetDateTime;

    use super::{after, lines};

    fn commit(digit: char) -> CommitInfo {
        let sha = digit.to_string().repeat(40).parse().unwrap();
        CommitInfo { sha, summary: String::new(), author: String::new(), at: OffsetDateTime::UNIX_EPOCH }
    }

    #[test]
    fn ahead_is_what_is_newer_than_the_present_commit() {
        let all = || vec![commit('c'), commit('b'), commit('a')];
        let found = after(all(), &commit('b').sha);
        assert_eq!((found.commits, found.present_is_known), (vec![commit('c')], true));
        let unknown = after(all(), &commit('d').sha);
        assert_eq!((unknown.commits.len(), unknown.present_is_known), (3, false));
        assert!(after(all(), &commit('c').sha).commits.is_empty());
    }

    #[test]
    fn a_diff_has_the_changed_lines_and_three_around_them() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let (shown, left_out) = lines(before, &before.replace("5\n", "five\n"));
        assert_eq!(shown, ["@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"]);
        assert_eq!(left_out, 0);
        assert_eq!(lines("a\n", "a\n").0, Vec::<String>::new());
    }

    #[test]
    fn a_long_diff_is_cut_and_says_so() {
        let text =
            |from: u32| (from..from + 3000).map(|number| number.to_string()).collect::<Vec<_>>().join("\n");
        let (shown, left_out) = lines(&text(0), &text(10_000));
        assert_eq!(shown.len() as u64 + left_out, 6001);
        assert_eq!(shown.len(), 2000);
    }
}
