//! Commits and their names. Blocking; reads the copy only.

use git2::{Commit, Error, ErrorCode, Oid, Reference, Repository};
use model::{CommitInfo, CommitSha, RepoPath};
use time::OffsetDateTime;

use crate::objects;
use crate::work::Work;

/// How many commits are looked at for those that changed a path.
const MAX_WALK: usize = 5_000;
/// Characters of a summary and of an author's name that are shown.
const MAX_SUMMARY: usize = 200;
const MAX_AUTHOR: usize = 100;

/// The commit that a branch is at.
pub fn tip<'git>(git: &'git Repository, work: &Work, branch: &str) -> Option<Commit<'git>> {
    named(git, work, &format!("refs/heads/{branch}"))
}

/// The commits that changed what stands at the path, newest first, at most `limit`, along first parents: a merge
/// stands for what it brought. To remove the file is a change too.
pub fn commits(
    git: &Repository,
    work: &Work,
    head: &Commit<'_>,
    path: &RepoPath,
    limit: usize,
) -> Result<Vec<CommitInfo>, Error> {
    let mut found = Vec::new();
    let mut here = standing_at(git, work, head, path)?;
    let mut next = Some(head.id());
    for _ in 0..MAX_WALK {
        let Some(id) = next.filter(|_| found.len() < limit) else { break };
        let commit = objects::commit(git, work, id)?;
        next = commit.parent_ids().next();
        let before = match next {
            Some(parent) => standing_at(git, work, &objects::commit(git, work, parent)?, path)?,
            None => None,
        };
        if here != before {
            found.push(info(&commit)?);
        }
        here = before;
    }
    Ok(found)
}

/// The commit that a branch, a tag or the first digits (at least 4) of an id name; `None` unless it is exactly one.
/// Nothing else that git would understand (`main~1`, `:/text`) is understood.
pub fn resolve(git: &Repository, work: &Work, name: &str, default_branch: Option<&str>) -> Option<CommitSha> {
    let mut meant: Vec<Oid> = Vec::new();
    if name == "HEAD" {
        meant.extend(default_branch.and_then(|branch| tip(git, work, branch)).map(|commit| commit.id()));
    }
    for folder in ["refs/heads", "refs/tags"] {
        meant.extend(named(git, work, &format!("{folder}/{name}")).map(|commit| commit.id()));
    }
    if (4..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        meant.extend(by_first_digits(git, work, &name.to_ascii_lowercase()));
    }
    meant.sort();
    meant.dedup();
    match meant.as_slice() {
        [only] => only.to_string().parse().ok(),
        _ => None,
    }
}

fn named<'git>(git: &'git Repository, work: &Work, reference: &str) -> Option<Commit<'git>> {
    if reference.contains('\0') || !Reference::is_valid_name(reference) {
        return None;
    }
    objects::peeled(git, work, git.refname_to_id(reference).ok()?).ok()
}

/// The only commit whose id begins so; other objects of that beginning do not matter.
fn by_first_digits(git: &Repository, work: &Work, digits: &str) -> Option<Oid> {
    let id = git.find_commit_by_prefix(digits).ok()?.id();
    objects::commit(git, work, id).is_ok().then_some(id)
}

/// What stands at the path: id and mode of the entry, `None` when there is nothing.
fn standing_at(
    git: &Repository,
    work: &Work,
    commit: &Commit<'_>,
    path: &RepoPath,
) -> Result<Option<(Oid, i32)>, Error> {
    let mut tree = objects::tree(git, work, commit.tree_id())?;
    let mut parts = path.as_str().split('/').peekable();
    while let Some(part) = parts.next() {
        let Some((id, mode)) = tree.get_name(part).map(|entry| (entry.id(), entry.filemode())) else {
            return Ok(None);
        };
        if parts.peek().is_none() {
            return Ok(Some((id, mode)));
        }
        tree = match objects::tree(git, work, id) {
            Ok(below) => below,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
    }
    Ok(None)
}

/// The commit as it is listed.
pub fn info(commit: &Commit<'_>) -> Result<CommitInfo, Error> {
    let sha =
        commit.id().to_string().parse().map_err(|_| Error::from_str("an id that is not 40 hex digits"))?;
    let at =
        OffsetDateTime::from_unix_timestamp(commit.time().seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let summary = shortened(commit.summary_bytes().unwrap_or_default(), MAX_SUMMARY);
    let author = shortened(commit.author().name_bytes(), MAX_AUTHOR);
    Ok(CommitInfo { sha, summary, author, at })
}

/// The first `limit` characters, with an ellipsis where there are more.
fn shortened(bytes: &[u8], limit: usize) -> String {
    // a character has at most four bytes, so no more than these matter
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * (limit + 1))]);
    if text.chars().count() <= limit {
        return text.into_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
