//! What is in the tree of a commit. Blocking; reads the copy only.

use std::collections::HashSet;

use control_plane::ports::schema_source::{MAX_SCHEMA_BYTES, SchemaFile, SourceError};
use git2::{Commit, Error, ErrorCode, FileMode, ObjectType, Oid, Repository, TreeEntry};
use model::{CommitSha, RepoPath};
use sha2::{Digest as _, Sha256};

use crate::fault::in_cache;
use crate::work::Work;
use crate::{history, objects};

/// How deep folders are looked into for schema files.
const MAX_DEPTH: usize = 64;

/// The file; `None` when the copy has no such commit.
pub fn read(
    git: &Repository,
    work: &Work,
    path: &RepoPath,
    sha: &CommitSha,
) -> Result<Option<SchemaFile>, SourceError> {
    let Some(commit) = commit(git, work, sha)? else { return Ok(None) };
    let blob = locate(git, work, path, &commit)?;
    let text = text(git, path, blob)?;
    let sha256 = hex::encode(Sha256::digest(&text));
    let commit = history::info(&commit).map_err(|error| in_cache(&error))?;
    Ok(Some(SchemaFile { commit, text, sha256 }))
}

fn commit<'git>(
    git: &'git Repository,
    work: &Work,
    sha: &CommitSha,
) -> Result<Option<Commit<'git>>, SourceError> {
    let found = Oid::from_str(sha.as_str()).and_then(|id| objects::commit(git, work, id));
    match found {
        Ok(commit) => Ok(Some(commit)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(in_cache(&error)),
    }
}

/// The blob of a plain file. Walks name by name, so that what stands in the way can be named.
fn locate(git: &Repository, work: &Work, path: &RepoPath, commit: &Commit<'_>) -> Result<Oid, SourceError> {
    let fault = |reason: String| SourceError::Path { path: path.clone(), reason };
    let absent = || format!("it is not in commit {}", &commit.id().to_string()[..7]);
    let folder = |id: Oid| objects::tree(git, work, id).map_err(|error| in_cache(&error));
    let mut tree = folder(commit.tree_id())?;
    let mut walked = String::new();
    let mut parts = path.as_str().split('/').peekable();
    while let Some(part) = parts.next() {
        walked.push_str(part);
        let entry = tree.get_name(part).map(|entry| (Kind::of(&entry), entry.id()));
        let (kind, id) = entry.ok_or_else(|| fault(absent()))?;
        match (kind, parts.peek()) {
            (Kind::File, None) => return Ok(id),
            (kind, None) => return Err(fault(format!("it is {}", kind.name()))),
            (Kind::Folder, Some(_)) => tree = folder(id)?,
            (kind, Some(_)) => return Err(fault(format!("{}: {walked} is {}", absent(), kind.name()))),
        }
        walked.push('/');
    }
    Err(fault(absent()))
}

/// Looks at the size before loading anything.
fn text(git: &Repository, path: &RepoPath, blob: Oid) -> Result<String, SourceError> {
    let fault = |reason: String| SourceError::Content { path: path.clone(), reason };
    let size = git.odb().and_then(|objects| objects.read_header(blob)).map_err(|error| in_cache(&error))?.0;
    if size as u64 > MAX_SCHEMA_BYTES {
        return Err(fault(format!("it has {size} bytes, more than {MAX_SCHEMA_BYTES}")));
    }
    let blob = git.find_blob(blob).map_err(|error| in_cache(&error))?;
    String::from_utf8(blob.content().to_vec())
        .map_err(|error| fault(format!("it is not UTF-8: {}", error.utf8_error())))
}

/// Plain files at a commit whose path ends in `suffix`, sorted, at most `limit`. Folders deeper than 64 are left out, and
/// so is what lies beyond the budget of `work`: the list is a suggestion. A folder that holds no such file is looked at
/// once, under however many names it stands.
pub fn paths(
    git: &Repository,
    work: &Work,
    sha: Oid,
    suffix: &str,
    limit: usize,
) -> Result<Vec<RepoPath>, Error> {
    let root = objects::commit(git, work, sha)?.tree_id();
    let mut search = Search { git, work, suffix, limit, found: Vec::new(), barren: HashSet::new() };
    match search.folder("", root, 0) {
        Err(error) if search.found.is_empty() => Err(error),
        _ => Ok(search.found),
    }
}

struct Search<'a> {
    git: &'a Repository,
    work: &'a Work,
    suffix: &'a str,
    limit: usize,
    found: Vec<RepoPath>,
    /// Folders without a match at any depth.
    barren: HashSet<Oid>,
}

impl Search<'_> {
    /// Git keeps entries as full paths sort, so visiting them in order gives sorted paths.
    fn folder(&mut self, prefix: &str, id: Oid, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH || self.barren.contains(&id) {
            return Ok(());
        }
        let before = self.found.len();
        let tree = objects::tree(self.git, self.work, id)?;
        for entry in &tree {
            self.work.step()?;
            let Ok(name) = entry.name() else { continue };
            match Kind::of(&entry) {
                Kind::Folder => self.folder(&format!("{prefix}{name}/"), entry.id(), depth + 1)?,
                Kind::File if name.ends_with(self.suffix) => {
                    self.found.extend(format!("{prefix}{name}").parse().ok());
                }
                Kind::File | Kind::Link | Kind::Submodule => {}
            }
            if self.found.len() >= self.limit {
                return Ok(());
            }
        }
        if self.found.len() == before {
            self.barren.insert(id);
        }
        Ok(())
    }
}

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Link,
    Submodule,
}

impl Kind {
    fn of(entry: &TreeEntry<'_>) -> Self {
        match entry.kind() {
            Some(ObjectType::Tree) => Self::Folder,
            Some(ObjectType::Commit) => Self::Submodule,
            _ if entry.filemode() == i32::from(FileMode::Link) => Self::Link,
            _ => Self::File,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::File => "a file, not a folder",
            Self::Folder => "a folder",
            Self::Link => "a symbolic link",
            Self::Submodule => "a submodule",
        }
    }
}

#[cfg(test)]
mod tests;
