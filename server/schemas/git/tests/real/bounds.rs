//! Repositories beyond a limit, removed ones, and hosts that fall silent.

use std::net::TcpListener;
use std::time::Duration;

use control_plane::ports::Failure as _;
use control_plane::ports::schema_source::{SchemaSource as _, SourceError};
use git2::{ObjectType, Repository};
use model::ByteSize;
use schemas_git::{AllowedFolders, GitLimits, GitSettings, GitSource, GitTimeouts};

use crate::repository::{Place, access, one_file};

fn limited(place: &Place, limits: GitLimits) -> GitSource {
    GitSource::new(GitSettings {
        cache_dir: place.cache(),
        allowed_folders: AllowedFolders::List(vec![place.dir.path().join("repos")]),
        timeouts: GitTimeouts::default(),
        limits,
    })
}

/// Copies below the cache; those of failed fetches are removed.
fn copies(place: &Place) -> usize {
    std::fs::read_dir(place.cache()).map_or(0, Iterator::count)
}

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56).to_le_bytes()[0]
    };
    (0..length).map(next).collect()
}

#[tokio::test]
async fn a_fetch_beyond_its_bytes_is_ended_and_leaves_nothing() {
    let place = Place::new();
    let git = Repository::open_bare(&place.repo).unwrap();
    let commit = place.commit("small", &one_file("small"));
    let source = limited(&place, GitLimits { received: ByteSize::mib(1), ..GitLimits::default() });
    let path = "schema.ts".parse().unwrap();
    source.read(&place.access(), &path, &commit).await.unwrap();
    let before = files(&place);

    let blob = git.blob(&noise(3_000_000)).unwrap();
    let mut builder = git.treebuilder(None).unwrap();
    builder.insert("noise", blob, 0o100_644).unwrap();
    let tree = git.find_tree(builder.write().unwrap()).unwrap();
    let parent = git.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
    let author = parent.author();
    git.commit(Some("refs/heads/main"), &author, &author, "large", &tree, &[&parent]).unwrap();

    let error = source.test(&place.access()).await.unwrap_err();
    assert!(matches!(&error, SourceError::TooLarge { reason } if reason.contains("1.0 MB")), "{error:?}");
    assert!(!error.is_transient() && error.problem().errors[0].field == "schema_ref.repo");
    assert_eq!(files(&place), before, "what came of it is gone");
    assert_eq!(source.read(&place.access(), &path, &commit).await.unwrap().text, "small", "the rest stays");
}

/// The packs of the one copy.
fn files(place: &Place) -> Vec<std::path::PathBuf> {
    let copy = std::fs::read_dir(place.cache()).unwrap().next().unwrap().unwrap().path();
    let mut files: Vec<_> =
        std::fs::read_dir(copy.join("objects/pack")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_huge_commit_message_is_refused_before_it_is_read() {
    let place = Place::new();
    let git = Repository::open_bare(&place.repo).unwrap();
    let tree = git.treebuilder(None).unwrap().write().unwrap();
    let message = "a".repeat(2 * 1024 * 1024);
    let text = format!("tree {tree}\nauthor x <x@x> 0 +0000\ncommitter x <x@x> 0 +0000\n\n{message}");
    let id = git.odb().unwrap().write(ObjectType::Commit, text.as_bytes()).unwrap();
    git.reference("refs/heads/main", id, true, "planted").unwrap();

    let error = place.source().test(&place.access()).await.unwrap_err();
    let told = error.to_string();
    assert!(matches!(error, SourceError::TooLarge { .. }) && told.contains("more than 1048576"), "{told}");
    assert_eq!(copies(&place), 0, "nothing was copied");
}

#[tokio::test]
async fn the_copy_goes_with_its_repository_and_a_failed_fetch_leaves_none() {
    let place = Place::new();
    let commit = place.commit("one", &one_file("one"));
    let (source, path) = (place.source(), "schema.ts".parse().unwrap());
    let absent = access(&format!("file://{}/absent", place.repo.display()));
    source.test(&absent).await.unwrap_err();
    assert_eq!(copies(&place), 0, "an address without a repository leaves no folder");

    source.read(&place.access(), &path, &commit).await.unwrap();
    assert_eq!(copies(&place), 1);
    for _ in 0..2 {
        source.forget(&place.access().url).await.unwrap();
        assert_eq!(copies(&place), 0, "the copy is gone");
    }
    assert_eq!(source.read(&place.access(), &path, &commit).await.unwrap().text, "one", "and made anew");
}

#[tokio::test]
async fn a_silent_host_is_contacted_once_and_not_by_every_question() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let address = format!("https://{}/schemas.git", silent.local_addr().unwrap());
    let place = Place::new();
    let patience = Duration::from_millis(300);
    let source = GitSource::new(GitSettings {
        cache_dir: place.cache(),
        allowed_folders: AllowedFolders::None,
        timeouts: GitTimeouts { connect: patience, stall: patience },
        limits: GitLimits::default(),
    });
    let first = source.test(&access(&address)).await.unwrap_err();
    assert!(first.to_string().contains("nothing came back"), "{first}");
    let mut held = vec![silent.accept().unwrap()];
    for _ in 0..20 {
        let error = source.test(&access(&address)).await.unwrap_err();
        assert!(error.is_transient() && error.to_string().contains("has not answered an earlier"), "{error}");
    }
    held.extend(silent.accept());
    assert_eq!(held.len(), 1, "one connection, one thread");

    drop((held, silent));
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while source.test(&access(&address)).await.unwrap_err().to_string().contains("an earlier") {
        assert!(std::time::Instant::now() < deadline, "the thread has ended; the host is asked again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
