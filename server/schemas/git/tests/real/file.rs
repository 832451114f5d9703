//! Repositories in folders: the conformance suite, what is allowed, and what the copy is good for.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use async_trait::async_trait;
use control_plane::ports::Failure as _;
use control_plane::ports::schema_source::{RepoAccess, SchemaSource, SourceError};
use control_plane::testing::conformance::schema_source::{SourceFixture, run};
use control_plane::testing::schema_source::{Entry, RefName};
use model::CommitSha;
use schemas_git::{AllowedFolders, GitSource};

use crate::repository::{Place, access, one_file, rename};

struct Folder {
    place: Place,
    source: GitSource,
}

impl Folder {
    fn new() -> Self {
        let place = Place::new();
        Self { source: place.source(), place }
    }
}

#[async_trait]
impl SourceFixture for Folder {
    fn source(&self) -> Arc<dyn SchemaSource> {
        Arc::new(self.source.clone())
    }

    fn repo(&self) -> RepoAccess {
        self.place.access()
    }

    fn absent(&self) -> RepoAccess {
        access(&format!("file://{}/absent", self.place.repo.display()))
    }

    async fn commit(&self, message: &str, tree: &[(&str, Entry)]) -> CommitSha {
        self.place.commit(message, tree)
    }

    async fn name(&self, name: RefName<'_>, commit: &CommitSha) {
        self.place.name(name, commit);
    }

    async fn take_away(&self) {
        rename(&self.place.repo, &self.place.repo.with_extension("away"));
    }

    async fn give_back(&self) {
        rename(&self.place.repo.with_extension("away"), &self.place.repo);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_git_source_conforms() {
    run(async || Folder::new()).await;
}

#[tokio::test]
async fn a_folder_that_is_not_allowed_is_refused_with_the_setting_also_from_the_copy() {
    let place = Place::new();
    let commit = place.commit("one", &one_file("one"));
    let path = "schema.ts".parse().unwrap();
    place.source().read(&place.access(), &path, &commit).await.unwrap();

    for allowed in [AllowedFolders::None, AllowedFolders::List(vec![place.cache()])] {
        let source = place.source_that_allows(allowed);
        for outcome in [
            source.test(&place.access()).await.map(|_| ()),
            source.read(&place.access(), &path, &commit).await.map(|_| ()),
            source.resolve(&place.access(), "main").await.map(|_| ()),
            source.commits(&place.access(), &path, 1).await.map(|_| ()),
        ] {
            let Err(SourceError::NotAllowed { reason, .. }) = outcome else { panic!("allowed: {outcome:?}") };
            assert!(reason.contains("ATOMO_FLEET_ALLOW_FILE_REPOS"), "{reason}");
        }
    }
}

#[tokio::test]
async fn a_commit_stays_readable_after_its_branch_was_rewritten() {
    let place = Place::new();
    let (source, path) = (place.source(), "schema.ts".parse().unwrap());
    place.commit("base", &one_file("base"));
    let lost = place.commit("lost", &one_file("lost"));
    source.read(&place.access(), &path, &lost).await.unwrap();

    let git = git2::Repository::open_bare(&place.repo).unwrap();
    let base = git.find_commit(git2::Oid::from_str(lost.as_str()).unwrap()).unwrap().parent_id(0).unwrap();
    git.reference("refs/heads/main", base, true, "a force push").unwrap();
    let after = place.commit("after", &one_file("after"));

    assert_eq!(source.resolve(&place.access(), "main").await.unwrap(), Some(after));
    assert_eq!(source.read(&place.access(), &path, &lost).await.unwrap().text, "lost");
}

#[tokio::test]
async fn a_branch_that_became_a_folder_of_branches_is_followed() {
    let place = Place::new();
    let source = place.source();
    let commit = place.commit("one", &one_file("one"));
    place.name(RefName::Branch("topic"), &commit);
    assert_eq!(source.resolve(&place.access(), "topic").await.unwrap().as_ref(), Some(&commit));

    let git = git2::Repository::open_bare(&place.repo).unwrap();
    git.find_reference("refs/heads/topic").unwrap().delete().unwrap();
    place.name(RefName::Branch("topic/one"), &commit);
    assert_eq!(source.resolve(&place.access(), "topic/one").await.unwrap(), Some(commit));
    assert_eq!(source.resolve(&place.access(), "topic").await.unwrap(), None);
}

#[tokio::test]
async fn a_half_made_copy_is_mended_and_only_its_owner_may_enter_it() {
    let place = Place::new();
    let (source, path) = (place.source(), "schema.ts".parse().unwrap());
    let commit = place.commit("one", &one_file("one"));
    source.read(&place.access(), &path, &commit).await.unwrap();
    let copies: Vec<_> = std::fs::read_dir(place.cache()).unwrap().map(|entry| entry.unwrap()).collect();
    assert_eq!(copies.len(), 1, "one copy a repository");
    assert_eq!(copies[0].file_name().len(), 64, "named by the SHA-256 of the address");
    assert_eq!(std::fs::metadata(place.cache()).unwrap().permissions().mode() & 0o777, 0o700);

    std::fs::remove_file(copies[0].path().join("HEAD")).unwrap();
    std::fs::remove_dir_all(copies[0].path().join("objects")).unwrap();
    assert_eq!(source.read(&place.access(), &path, &commit).await.unwrap().text, "one");
}

#[tokio::test]
async fn a_fetch_goes_on_when_its_caller_stops_waiting() {
    let place = Place::new();
    let (source, path) = (place.source(), "schema.ts".parse().unwrap());
    let commit = place.commit("one", &one_file("one"));
    let impatient = tokio::time::timeout(std::time::Duration::ZERO, source.test(&place.access())).await;
    assert!(impatient.is_err(), "the first look cannot be over yet");

    // The second caller takes its turn behind the abandoned fetch, which it finds done.
    assert_eq!(source.read(&place.access(), &path, &commit).await.unwrap().text, "one");
}

#[tokio::test]
async fn a_copy_that_cannot_be_written_is_named() {
    let place = Place::new();
    place.commit("one", &one_file("one"));
    std::fs::write(place.cache(), "a file where the folder should be").unwrap();
    let error = place.source().test(&place.access()).await.unwrap_err();
    assert!(matches!(&error, SourceError::Cache { reason } if reason.contains("cache")), "{error:?}");
    let problem = error.problem();
    assert_eq!(problem.title, "The repository's copy cannot be used");
    assert!(problem.detail.contains("Make room on the disk of the data directory"), "{problem:?}");
}
