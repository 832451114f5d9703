//! Objects of a copy, never loaded before their size is known. A commit message of 700 MB is 3 MB in a repository, so
//! the size of what was received says nothing about the size of what is read.

use git2::{Commit, Error, ObjectType, Odb, Oid, Repository, Tree};

use crate::fault::{Fault, beyond};
use crate::settings::GitLimits;
use crate::work::Work;

/// The largest commit or tag in bytes, message included.
const MAX_COMMIT: usize = 1024 * 1024;
/// The largest tree in bytes: a folder of some 300,000 entries.
const MAX_TREE: usize = 16 * 1024 * 1024;
/// How many tags may name each other in front of a commit.
const MAX_TAGS: usize = 8;

/// A commit; `NotFound` when there is none of this id.
pub fn commit<'git>(git: &'git Repository, work: &Work, id: Oid) -> Result<Commit<'git>, Error> {
    work.step()?;
    small(&git.odb()?, id)?;
    git.find_commit(id)
}

/// A tree.
pub fn tree<'git>(git: &'git Repository, work: &Work, id: Oid) -> Result<Tree<'git>, Error> {
    work.step()?;
    small(&git.odb()?, id)?;
    git.find_tree(id)
}

/// The commit that an object is, or that a tag names, over at most 8 tags.
pub fn peeled<'git>(git: &'git Repository, work: &Work, mut id: Oid) -> Result<Commit<'git>, Error> {
    for _ in 0..MAX_TAGS {
        work.step()?;
        if small(&git.odb()?, id)? != ObjectType::Tag {
            return commit(git, work, id);
        }
        id = git.find_tag(id)?.target_id();
    }
    Err(beyond("too many tags name each other"))
}

/// The kind of an object whose size is within the limit of its kind. Blobs have none here: they are not loaded.
fn small(objects: &Odb<'_>, id: Oid) -> Result<ObjectType, Error> {
    let (size, kind) = objects.read_header(id)?;
    match limit(kind) {
        Some(limit) if size > limit => Err(beyond(&too_large(id, kind, size, limit))),
        _ => Ok(kind),
    }
}

const fn limit(kind: ObjectType) -> Option<usize> {
    match kind {
        ObjectType::Commit | ObjectType::Tag => Some(MAX_COMMIT),
        ObjectType::Tree => Some(MAX_TREE),
        _ => None,
    }
}

fn too_large(id: Oid, kind: ObjectType, size: usize, limit: usize) -> String {
    let kind = kind.str();
    format!("the {kind} {} has {size} bytes, more than {limit}", &id.to_string()[..7])
}

/// Refuses a repository that holds more objects than `limits` say, or a commit, tag or tree beyond its size. Loads no
/// object, reads only the head of each. `tick` is called for every one; its `false` ends the survey.
pub fn survey(git: &Repository, limits: GitLimits, tick: impl Fn() -> bool) -> Result<(), Fault> {
    let cannot = |error: &Error| Fault::Cache(format!("{}: {}", git.path().display(), error.message()));
    let objects = git.odb().map_err(|error| cannot(&error))?;
    let (mut count, mut verdict) = (0_u32, Ok(()));
    let seen = objects.foreach(|id| {
        count = count.saturating_add(1);
        verdict = if count > limits.objects {
            Err(Fault::TooLarge(limits.too_many_objects()))
        } else if tick() {
            small(&objects, *id).map(drop).map_err(|error| Fault::TooLarge(error.message().to_owned()))
        } else {
            Err(Fault::Cache("the caller stopped waiting".into()))
        };
        verdict.is_ok()
    });
    verdict?;
    seen.map_err(|error| cannot(&error))
}

#[cfg(test)]
mod tests;
