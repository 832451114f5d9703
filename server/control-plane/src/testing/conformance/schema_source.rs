//! Facts about every schema source: one file at one commit comes back as it was committed, a commit that was seen
//! once is read without the network, and nothing but a plain file of the tree is ever read.

mod copies;

use std::sync::Arc;

use async_trait::async_trait;
use model::{CommitSha, RepoPath};
use sha2::{Digest as _, Sha256};

use crate::ports::Failure as _;
use crate::ports::schema_source::{MAX_SCHEMA_BYTES, RepoAccess, SchemaSource, SourceError};
use crate::testing::schema_source::{Entry, RefName};

/// A source under test with one repository, empty at first, whose default branch is `main`.
#[async_trait]
pub trait SourceFixture: Send + Sync {
    /// The source.
    fn source(&self) -> Arc<dyn SchemaSource>;

    /// The repository.
    fn repo(&self) -> RepoAccess;

    /// An allowed address where there is no repository.
    fn absent(&self) -> RepoAccess;

    /// Adds a commit that holds exactly this tree to `main`.
    async fn commit(&self, message: &str, tree: &[(&str, Entry)]) -> CommitSha;

    /// Names a commit.
    async fn name(&self, name: RefName<'_>, commit: &CommitSha);

    /// Makes the repository unreachable.
    async fn take_away(&self);

    /// Undoes [`SourceFixture::take_away`].
    async fn give_back(&self);
}

/// Checks every fact, each on a repository of its own.
pub async fn run<F: SourceFixture>(fresh: impl AsyncFn() -> F) {
    a_file_comes_back_as_it_was_at_its_commit(&fresh().await).await;
    copies::a_commit_that_was_seen_needs_no_network(&fresh().await).await;
    what_is_not_there_is_told_apart(&fresh().await).await;
    only_plain_files_are_read(&fresh().await).await;
    size_and_encoding_are_checked(&fresh().await).await;
    metacharacters_in_paths_are_only_characters(&fresh().await).await;
    commits_are_those_that_changed_the_path(&fresh().await).await;
    names_resolve_to_full_ids(&fresh().await).await;
    what_means_nothing_or_two_things_resolves_to_none(&fresh().await).await;
    a_test_tells_what_is_there(&fresh().await).await;
    an_empty_repository_is_not_an_error(&fresh().await).await;
    many_at_once_all_read(&fresh().await).await;
    copies::a_forgotten_copy_is_made_anew(&fresh().await).await;
}

fn path(text: &str) -> RepoPath {
    text.parse().unwrap()
}

fn schema(text: &str) -> (&'static str, Entry) {
    ("schema.ts", Entry::text(text))
}

const NOWHERE: &str = "0123456789abcdef0123456789abcdef01234567";

async fn a_file_comes_back_as_it_was_at_its_commit(fixture: &impl SourceFixture) {
    let texts = ["interface A {}\r\n\u{fc}\u{1f511}", "", "interface B {}\n"];
    let source = fixture.source();
    let mut commits = Vec::new();
    for text in texts {
        let commit = fixture.commit("change\n\nand why", &[schema(text)]).await;
        source.read(&fixture.repo(), &path("schema.ts"), &commit).await.unwrap();
        commits.push(commit);
    }
    for (text, commit) in texts.iter().zip(&commits) {
        let file = source.read(&fixture.repo(), &path("schema.ts"), commit).await.unwrap();
        assert_eq!((file.text.as_str(), &file.commit.sha), (*text, commit), "the text of that commit");
        assert_eq!(file.commit.summary, "change", "the first line of its message");
        assert!(!file.commit.author.is_empty());
        assert_eq!(file.sha256, hex::encode(Sha256::digest(text)), "and its checksum");
    }
}

async fn what_is_not_there_is_told_apart(fixture: &impl SourceFixture) {
    let commit = fixture.commit("one", &[schema("one")]).await;
    let source = fixture.source();
    let error =
        source.read(&fixture.repo(), &path("schema.ts"), &NOWHERE.parse().unwrap()).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::UnknownCommit { commit, .. } if commit.as_str() == NOWHERE),
        "{error:?}"
    );
    assert!(!error.is_transient(), "a commit that does not exist does not come by waiting");

    let error = source.read(&fixture.absent(), &path("schema.ts"), &commit).await.unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "no repository at all: {error:?}");
    let error = source.test(&fixture.absent()).await.unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "nor for a test: {error:?}");
}

async fn only_plain_files_are_read(fixture: &impl SourceFixture) {
    let tree = [
        ("dir/schema.ts", Entry::text("plain")),
        ("link.ts", Entry::Link("dir/schema.ts".into())),
        ("out.ts", Entry::Link("/etc/passwd".into())),
        ("link", Entry::Link("dir".into())),
        ("module", Entry::Submodule),
    ];
    let commit = fixture.commit("one", &tree).await;
    let source = fixture.source();
    let wrong = [
        ("missing.ts", "not in"),
        ("dir/missing.ts", "not in"),
        ("DIR/schema.ts", "not in"),
        ("dir/schema.ts/x", "not in"),
        ("link/schema.ts", "not in"),
        ("module/schema.ts", "not in"),
        ("dir", "folder"),
        ("link.ts", "symbolic link"),
        ("out.ts", "symbolic link"),
        ("module", "submodule"),
    ];
    for (wrong, why) in wrong {
        let error = source.read(&fixture.repo(), &path(wrong), &commit).await.unwrap_err();
        let SourceError::Path { path, reason } = &error else { panic!("{wrong}: {error:?}") };
        assert_eq!(path.as_str(), wrong, "the error names the path");
        assert!(reason.contains(why), "{wrong} should say \"{why}\": {reason}");
    }
    assert_eq!(source.read(&fixture.repo(), &path("dir/schema.ts"), &commit).await.unwrap().text, "plain");
}

async fn size_and_encoding_are_checked(fixture: &impl SourceFixture) {
    let limit = usize::try_from(MAX_SCHEMA_BYTES).unwrap();
    let tree = [
        ("full.ts", Entry::File(vec![b'a'; limit])),
        ("over.ts", Entry::File(vec![b'a'; limit + 1])),
        ("latin1.ts", Entry::File(b"caf\xe9".to_vec())),
    ];
    let commit = fixture.commit("one", &tree).await;
    let source = fixture.source();
    let full = source.read(&fixture.repo(), &path("full.ts"), &commit).await.unwrap();
    assert_eq!(full.text.len(), limit, "exactly the limit is accepted");
    for (wrong, why) in [("over.ts", (limit + 1).to_string()), ("latin1.ts", "UTF-8".into())] {
        let error = source.read(&fixture.repo(), &path(wrong), &commit).await.unwrap_err();
        let SourceError::Content { path, reason } = &error else { panic!("{wrong}: {error:?}") };
        assert!(path.as_str() == wrong && reason.contains(&why), "{wrong} should say \"{why}\": {reason}");
        assert!(!error.is_transient());
    }
}

async fn metacharacters_in_paths_are_only_characters(fixture: &impl SourceFixture) {
    let names = [
        "a b.ts",
        "$(id).ts",
        "`id`.ts",
        "a;b|c&d.ts",
        "'\".ts",
        "*.ts",
        "%2e%2e.ts",
        "{a}/[b].ts",
        "\u{fc}.ts",
    ];
    let tree = names.map(|name| (name, Entry::text(name)));
    let commit = fixture.commit("$(touch x); `id` 'quoted'", &tree).await;
    let source = fixture.source();
    for name in names {
        let file = source.read(&fixture.repo(), &path(name), &commit).await.unwrap();
        assert_eq!(file.text, name, "each name is its own file");
        assert_eq!(source.commits(&fixture.repo(), &path(name), 9).await.unwrap().len(), 1, "{name}");
    }
    let error = source.read(&fixture.repo(), &path("?.ts"), &commit).await.unwrap_err();
    assert!(matches!(error, SourceError::Path { .. }), "a pattern is not expanded: {error:?}");
}

async fn commits_are_those_that_changed_the_path(fixture: &impl SourceFixture) {
    let other = |text: &str| ("other.ts", Entry::text(text));
    fixture.commit("other only", &[other("0")]).await;
    let first = fixture.commit("first\n\nwith a body", &[schema("1"), other("0")]).await;
    fixture.commit("other again", &[schema("1"), other("1")]).await;
    let second = fixture.commit("second", &[schema("2"), other("1")]).await;
    let third = fixture.commit("third", &[schema("3"), other("1")]).await;

    let source = fixture.source();
    let commits = source.commits(&fixture.repo(), &path("schema.ts"), 10).await.unwrap();
    let seen: Vec<_> = commits.iter().map(|commit| (commit.summary.as_str(), &commit.sha)).collect();
    assert_eq!(seen, [("third", &third), ("second", &second), ("first", &first)], "newest first, those only");
    assert!(commits.iter().all(|commit| !commit.author.is_empty()), "with their authors");
    let newest = source.commits(&fixture.repo(), &path("schema.ts"), 2).await.unwrap();
    assert_eq!(newest.as_slice(), &commits[..2], "at most as many as asked for");
    assert!(source.commits(&fixture.repo(), &path("absent.ts"), 10).await.unwrap().is_empty());
}

async fn names_resolve_to_full_ids(fixture: &impl SourceFixture) {
    let first = fixture.commit("first", &[schema("1")]).await;
    let second = fixture.commit("second", &[schema("2")]).await;
    fixture.name(RefName::Branch("feature/x"), &first).await;
    fixture.name(RefName::Tag("v1.0"), &first).await;
    let source = fixture.source();
    for (name, commit) in [("main", &second), ("HEAD", &second), ("feature/x", &first), ("v1.0", &first)] {
        let resolved = source.resolve(&fixture.repo(), name).await.unwrap();
        assert_eq!(resolved.as_ref(), Some(commit), "{name}");
    }
    for length in [7, 12, 40] {
        let resolved = source.resolve(&fixture.repo(), &first.as_str()[..length]).await.unwrap();
        assert_eq!(resolved.as_ref(), Some(&first), "the first {length} digits");
    }
}

async fn what_means_nothing_or_two_things_resolves_to_none(fixture: &impl SourceFixture) {
    let first = fixture.commit("first", &[schema("1")]).await;
    let second = fixture.commit("second", &[schema("2")]).await;
    fixture.name(RefName::Branch("both"), &first).await;
    fixture.name(RefName::Tag("both"), &second).await;
    let source = fixture.source();
    let meaningless = [
        "",
        "absent",
        NOWHERE,
        "0123456",
        "both",
        "main^",
        "main~1",
        "HEAD@{1}",
        ":/first",
        "main:schema.ts",
        "--all",
        "../main",
        "a b",
        "x\0y",
        "*",
        "-",
        "\u{fc}",
    ];
    for name in meaningless {
        assert_eq!(
            source.resolve(&fixture.repo(), name).await.unwrap(),
            None,
            "{name:?} means no one commit"
        );
    }
}

async fn a_test_tells_what_is_there(fixture: &impl SourceFixture) {
    let tree = [
        ("z.ts", Entry::text("")),
        ("projects/crm/schema.ts", Entry::text("")),
        ("README.md", Entry::text("")),
        ("link.ts", Entry::Link("z.ts".into())),
    ];
    let head = fixture.commit("one", &tree).await;
    let info = fixture.source().test(&fixture.repo()).await.unwrap();
    assert_eq!(info.default_branch.as_deref(), Some("main"));
    assert_eq!(info.head, Some(head));
    assert_eq!(info.paths, [path("projects/crm/schema.ts"), path("z.ts")], "plain .ts files, sorted");

    let many: Vec<_> = (0..510).map(|number| format!("many/{number:03}.ts")).collect();
    let tree: Vec<_> = many.iter().map(|name| (name.as_str(), Entry::text(""))).collect();
    fixture.commit("many", &tree).await;
    let info = fixture.source().test(&fixture.repo()).await.unwrap();
    assert_eq!(info.paths.len(), 500, "at most 500");

    fixture.take_away().await;
    let error = fixture.source().test(&fixture.repo()).await.unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "a test always asks the repository: {error:?}");
}

async fn an_empty_repository_is_not_an_error(fixture: &impl SourceFixture) {
    let source = fixture.source();
    let info = source.test(&fixture.repo()).await.unwrap();
    assert_eq!((info.head, info.paths), (None, Vec::new()));
    assert!(source.commits(&fixture.repo(), &path("schema.ts"), 10).await.unwrap().is_empty());
    assert_eq!(source.resolve(&fixture.repo(), "main").await.unwrap(), None);
}

async fn many_at_once_all_read(fixture: &impl SourceFixture) {
    let commit = fixture.commit("one", &[schema("one")]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (source, repo, commit) = (fixture.source(), fixture.repo(), commit.clone());
        tasks.spawn(async move { source.read(&repo, &path("schema.ts"), &commit).await.unwrap().text });
    }
    assert_eq!(tasks.join_all().await, vec!["one"; 20]);
}
