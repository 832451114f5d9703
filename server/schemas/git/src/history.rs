//! Commits and their names. Blocking; reads the copy only.

use std::path::Path;

use git2::{Commit, Error, Oid, Reference, Repository};
use model::{CommitInfo, CommitSha, RepoPath};
use time::OffsetDateTime;

/// How many commits are looked at for those that changed a path.
const MAX_WALK: usize = 5_000;

/// The commit that a branch is at.
pub fn tip<'git>(git: &'git Repository, branch: &str) -> Option<Commit<'git>> {
    named(git, &format!("refs/heads/{branch}"))
}

/// The commits that changed what stands at the path, newest first, at most `limit`, along first parents: a merge
/// stands for what it brought. To remove the file is a change too.
pub fn commits(head: Commit<'_>, path: &RepoPath, limit: usize) -> Result<Vec<CommitInfo>, Error> {
    let mut found = Vec::new();
    let mut here = standing_at(&head, path)?;
    let mut next = Some(head);
    for _ in 0..MAX_WALK {
        let Some(commit) = next.filter(|_| found.len() < limit) else { break };
        next = if commit.parent_count() == 0 { None } else { Some(commit.parent(0)?) };
        let before = next.as_ref().map_or(Ok(None), |parent| standing_at(parent, path))?;
        if here != before {
            found.push(info(&commit)?);
        }
        here = before;
    }
    Ok(found)
}

/// The commit that a branch, a tag or the first digits (at least 4) of an id name; `None` unless it is exactly one.
/// Nothing else that git would understand (`main~1`, `:/text`) is understood.
pub fn resolve(git: &Repository, name: &str, default_branch: Option<&str>) -> Option<CommitSha> {
    let mut meant: Vec<Oid> = Vec::new();
    if name == "HEAD" {
        meant.extend(default_branch.and_then(|branch| tip(git, branch)).map(|commit| commit.id()));
    }
    for folder in ["refs/heads", "refs/tags"] {
        meant.extend(named(git, &format!("{folder}/{name}")).map(|commit| commit.id()));
    }
    if (4..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        meant.extend(git.find_commit_by_prefix(&name.to_ascii_lowercase()).ok().map(|commit| commit.id()));
    }
    meant.sort();
    meant.dedup();
    match meant.as_slice() {
        [only] => only.to_string().parse().ok(),
        _ => None,
    }
}

fn named<'git>(git: &'git Repository, reference: &str) -> Option<Commit<'git>> {
    let valid = !reference.contains('\0') && Reference::is_valid_name(reference);
    valid.then(|| git.find_reference(reference).and_then(|found| found.peel_to_commit()).ok()).flatten()
}

fn standing_at(commit: &Commit<'_>, path: &RepoPath) -> Result<Option<(Oid, i32)>, Error> {
    match commit.tree()?.get_path(Path::new(path.as_str())) {
        Ok(entry) => Ok(Some((entry.id(), entry.filemode()))),
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn info(commit: &Commit<'_>) -> Result<CommitInfo, Error> {
    let sha =
        commit.id().to_string().parse().map_err(|_| Error::from_str("an id that is not 40 hex digits"))?;
    let at =
        OffsetDateTime::from_unix_timestamp(commit.time().seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let summary = String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned();
    let author = String::from_utf8_lossy(commit.author().name_bytes()).into_owned();
    Ok(CommitInfo { sha, summary, author, at })
}
