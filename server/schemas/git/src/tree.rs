//! What is in the tree of a commit. Blocking; reads the copy only.

use control_plane::ports::schema_source::{MAX_SCHEMA_BYTES, SchemaFile, SourceError};
use git2::{Commit, Error, ErrorCode, FileMode, ObjectType, Oid, Repository, Tree, TreeEntry};
use model::{CommitSha, RepoPath};
use sha2::{Digest as _, Sha256};

use crate::fault::in_cache;

/// The file; `None` when the copy has no such commit.
pub fn read(git: &Repository, path: &RepoPath, sha: &CommitSha) -> Result<Option<SchemaFile>, SourceError> {
    let Some(commit) = commit(git, sha)? else { return Ok(None) };
    let blob = locate(git, path, &commit)?;
    let text = text(git, path, blob)?;
    let sha256 = hex::encode(Sha256::digest(&text));
    Ok(Some(SchemaFile { commit: sha.clone(), text, sha256 }))
}

fn commit<'git>(git: &'git Repository, sha: &CommitSha) -> Result<Option<Commit<'git>>, SourceError> {
    let found = Oid::from_str(sha.as_str()).and_then(|id| git.find_commit(id));
    match found {
        Ok(commit) => Ok(Some(commit)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(in_cache(&error)),
    }
}

/// The blob of a plain file. Walks name by name, so that what stands in the way can be named.
fn locate(git: &Repository, path: &RepoPath, commit: &Commit<'_>) -> Result<Oid, SourceError> {
    let fault = |reason: String| SourceError::Path { path: path.clone(), reason };
    let absent = || format!("it is not in commit {}", &commit.id().to_string()[..7]);
    let mut tree = commit.tree().map_err(|error| in_cache(&error))?;
    let mut walked = String::new();
    let mut parts = path.as_str().split('/').peekable();
    while let Some(part) = parts.next() {
        walked.push_str(part);
        let entry = tree.get_name(part).map(|entry| (Kind::of(&entry), entry.id()));
        let (kind, id) = entry.ok_or_else(|| fault(absent()))?;
        match (kind, parts.peek()) {
            (Kind::File, None) => return Ok(id),
            (kind, None) => return Err(fault(format!("it is {}", kind.name()))),
            (Kind::Folder, Some(_)) => tree = subtree(git, id).map_err(|error| in_cache(&error))?,
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

/// Plain files at a commit whose path ends in `suffix`, sorted, at most `limit`.
pub fn paths(git: &Repository, sha: Oid, suffix: &str, limit: usize) -> Result<Vec<RepoPath>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), git.find_commit(sha)?.tree()?.id(), 0)];
    // Git keeps entries as full paths sort, so visiting them in order gives sorted paths.
    while let Some((prefix, id, mut at)) = folders.pop() {
        let tree = subtree(git, id)?;
        while let Some(entry) = tree.get(at) {
            at += 1;
            let Ok(name) = entry.name() else { continue };
            let path = format!("{prefix}{name}");
            match Kind::of(&entry) {
                Kind::Folder => {
                    folders.push((prefix, id, at));
                    folders.push((path + "/", entry.id(), 0));
                    break;
                }
                Kind::File if name.ends_with(suffix) => found.extend(path.parse().ok()),
                Kind::File | Kind::Link | Kind::Submodule => {}
            }
            if found.len() == limit {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn subtree(git: &Repository, id: Oid) -> Result<Tree<'_>, Error> {
    git.find_tree(id)
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
