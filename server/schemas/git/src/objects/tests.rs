//! No object beyond its size is loaded.

use git2::{ObjectType, Repository, Signature};
use model::ByteSize;

use super::*;

const LIMITS: GitLimits = GitLimits { received: ByteSize::mib(64), objects: 100 };

#[test]
fn a_commit_with_a_huge_message_is_refused_by_its_head() {
    let folder = tempfile::tempdir().unwrap();
    let git = Repository::init_bare(folder.path()).unwrap();
    let tree = git.treebuilder(None).unwrap().write().unwrap();
    let text = format!(
        "tree {tree}\nauthor x <x@x> 0 +0000\ncommitter x <x@x> 0 +0000\n\n{}",
        "a".repeat(MAX_COMMIT)
    );
    let id = git.odb().unwrap().write(ObjectType::Commit, text.as_bytes()).unwrap();
    let (work, _caller) = Work::new();
    let error = commit(&git, &work, id).map(|commit| commit.id()).unwrap_err();
    assert!(error.message().contains("more than 1048576"), "{error}");
    let verdict = survey(&git, LIMITS, || true);
    assert!(matches!(&verdict, Err(Fault::TooLarge(reason)) if reason.contains("commit")), "{verdict:?}");
}

#[test]
fn a_repository_with_too_many_objects_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let git = Repository::init_bare(folder.path()).unwrap();
    for number in 0..100 {
        git.blob(format!("{number}").as_bytes()).unwrap();
    }
    assert_eq!(survey(&git, LIMITS, || true), Ok(()));
    git.blob(b"one more").unwrap();
    let verdict = survey(&git, LIMITS, || true);
    assert_eq!(verdict, Err(Fault::TooLarge("it has more than 100 objects, which is the limit".into())));
}

#[test]
fn tags_that_name_tags_lead_to_the_commit_over_eight_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let git = Repository::init_bare(folder.path()).unwrap();
    let author = Signature::now("A Tester", "tester@example.test").unwrap();
    let tree = git.find_tree(git.treebuilder(None).unwrap().write().unwrap()).unwrap();
    let target = git.commit(None, &author, &author, "one", &tree, &[]).unwrap();
    let (work, _caller) = Work::new();
    let mut last = target;
    for depth in 1..=9 {
        let object = git.find_object(last, None).unwrap();
        last = git.tag(&format!("t{depth}"), &object, &author, "a tag", false).unwrap();
        let found = peeled(&git, &work, last).map(|commit| commit.id()).ok();
        assert_eq!(found, (depth < MAX_TAGS).then_some(target), "{depth} tags");
    }
}
