//! Trees that are small in a repository and endless to walk.

use git2::{FileMode, Oid, Repository, Signature};
use tempfile::TempDir;

use super::*;
use crate::work::MAX_STEPS;

fn repository() -> (TempDir, Repository) {
    let folder = tempfile::tempdir().unwrap();
    let git = Repository::init_bare(folder.path()).unwrap();
    (folder, git)
}

/// A tree with these entries.
fn tree(git: &Repository, entries: &[(String, Oid, FileMode)]) -> Oid {
    let mut builder = git.treebuilder(None).unwrap();
    for (name, id, mode) in entries {
        builder.insert(name, *id, i32::from(*mode)).unwrap();
    }
    builder.write().unwrap()
}

fn committed(git: &Repository, tree: Oid) -> Oid {
    let author = Signature::now("A Tester", "tester@example.test").unwrap();
    git.commit(None, &author, &author, "a tree", &git.find_tree(tree).unwrap(), &[]).unwrap()
}

/// Ten levels of ten names of one subtree each: 10^10 paths.
fn bomb(git: &Repository, leaf: &str) -> Oid {
    let blob = git.blob(b"x").unwrap();
    let mut level = tree(git, &[(leaf.into(), blob, FileMode::Blob)]);
    for _ in 0..10 {
        let names = (0..10).map(|number| (format!("d{number}"), level, FileMode::Tree));
        level = tree(git, &names.collect::<Vec<_>>());
    }
    committed(git, level)
}

/// So many trees, each in the one before, with a file beside each.
fn chain(git: &Repository, length: usize) -> Oid {
    let blob = git.blob(b"x").unwrap();
    let mut level = tree(git, &[("last.ts".into(), blob, FileMode::Blob)]);
    for _ in 0..length {
        level = tree(git, &[("below".into(), level, FileMode::Tree), ("x.ts".into(), blob, FileMode::Blob)]);
    }
    committed(git, level)
}

#[test]
fn a_bomb_without_a_schema_is_looked_at_once_a_folder() {
    let (_folder, git) = repository();
    let (commit, (work, _caller)) = (bomb(&git, "z"), Work::new());
    assert!(paths(&git, &work, commit, ".ts", 500).unwrap().is_empty());
    assert!(work.steps() < 200, "110 entries in 11 folders, and {} steps", work.steps());
}

#[test]
fn a_bomb_with_schemas_ends_at_the_limit_of_paths() {
    let (_folder, git) = repository();
    let (commit, (work, _caller)) = (bomb(&git, "schema.ts"), Work::new());
    assert_eq!(paths(&git, &work, commit, ".ts", 500).unwrap().len(), 500);
    assert!(work.steps() < 20_000, "{} steps", work.steps());
}

#[test]
fn a_deep_chain_is_left_at_a_depth() {
    let (_folder, git) = repository();
    let (commit, (work, _caller)) = (chain(&git, 2_000), Work::new());
    let found = paths(&git, &work, commit, ".ts", 500).unwrap();
    assert_eq!(found.len(), MAX_DEPTH + 1, "those of the folders down to the depth");
    assert!(work.steps() < 500, "{} steps", work.steps());
}

#[test]
fn a_wide_tree_ends_at_the_budget_with_what_was_found() {
    let (_folder, git) = repository();
    let blob = git.blob(b"x").unwrap();
    let name = |number: u64| (format!("{number:07}"), blob, FileMode::Blob);
    let mut entries: Vec<_> = (1..=MAX_STEPS).map(name).collect();
    entries.push(("0000000.ts".into(), blob, FileMode::Blob));
    entries.push(("9999999.ts".into(), blob, FileMode::Blob));
    let commit = committed(&git, tree(&git, &entries));
    let (work, _caller) = Work::new();
    let found = paths(&git, &work, commit, ".ts", 500).unwrap();
    assert_eq!(found.iter().map(RepoPath::as_str).collect::<Vec<_>>(), ["0000000.ts"]);
    assert_eq!(work.steps(), MAX_STEPS + 1, "the step beyond the budget ended it");
}

#[test]
fn a_caller_that_stops_waiting_ends_the_work() {
    let (_folder, git) = repository();
    let commit = bomb(&git, "z");
    let (work, caller) = Work::new();
    drop(caller);
    assert!(paths(&git, &work, commit, ".ts", 500).is_err());
    assert_eq!(work.steps(), 1, "at its first step");
}
