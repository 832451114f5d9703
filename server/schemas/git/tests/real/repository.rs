//! A repository that tests commit to, made with git2.

use std::path::{Path, PathBuf};

use control_plane::ports::schema_source::RepoAccess;
use control_plane::testing::schema_source::{Entry, RefName};
use git2::{FileMode, IndexEntry, IndexTime, Oid, Repository, RepositoryInitOptions, Signature};
use model::CommitSha;
use schemas_git::{AllowedFolders, GitLimits, GitSettings, GitSource, GitTimeouts};
use tempfile::TempDir;

/// A bare repository and the cache of a source, in one folder that is gone at the end.
pub struct Place {
    pub dir: TempDir,
    pub repo: PathBuf,
}

impl Place {
    /// An empty repository whose default branch is `main`.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let repo = dir.path().canonicalize().unwrap().join("repos/schemas.git");
        std::fs::create_dir_all(&repo).unwrap();
        let mut options = RepositoryInitOptions::new();
        Repository::init_opts(&repo, options.bare(true).initial_head("main").external_template(false))
            .unwrap();
        Self { dir, repo }
    }

    /// A source with a cache of its own that may read the repository's folder.
    pub fn source(&self) -> GitSource {
        self.source_that_allows(AllowedFolders::List(vec![self.dir.path().join("repos")]))
    }

    pub fn source_that_allows(&self, allowed_folders: AllowedFolders) -> GitSource {
        let cache_dir = self.dir.path().join("cache");
        GitSource::new(GitSettings {
            cache_dir,
            allowed_folders,
            timeouts: GitTimeouts::default(),
            limits: GitLimits::default(),
        })
    }

    pub fn access(&self) -> RepoAccess {
        access(&format!("file://{}", self.repo.display()))
    }

    /// Commits exactly this tree to `main`.
    pub fn commit(&self, message: &str, tree: &[(&str, Entry)]) -> CommitSha {
        let git = Repository::open_bare(&self.repo).unwrap();
        let mut index = git2::Index::new().unwrap();
        for (path, entry) in tree {
            index.add(&index_entry(&git, path, entry)).unwrap();
        }
        let tree = git.find_tree(index.write_tree_to(&git).unwrap()).unwrap();
        let author = Signature::now("A Tester", "tester@example.test").unwrap();
        let parent = git.find_reference("refs/heads/main").ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<_> = parent.iter().collect();
        let id = git.commit(Some("refs/heads/main"), &author, &author, message, &tree, &parents).unwrap();
        id.to_string().parse().unwrap()
    }

    pub fn name(&self, name: RefName<'_>, commit: &CommitSha) {
        let git = Repository::open_bare(&self.repo).unwrap();
        let commit = git.find_commit(Oid::from_str(commit.as_str()).unwrap()).unwrap();
        match name {
            RefName::Branch(name) => {
                git.branch(name, &commit, true).unwrap();
            }
            RefName::Tag(name) => {
                let tagger = Signature::now("A Tester", "tester@example.test").unwrap();
                git.tag(name, commit.as_object(), &tagger, "an annotated tag", true).unwrap();
            }
        }
    }

    /// Where the source keeps its copies.
    pub fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }
}

pub fn access(url: &str) -> RepoAccess {
    RepoAccess { url: url.parse().unwrap(), username: None, credential: None, host_key: None }
}

pub fn one_file(text: &str) -> [(&'static str, Entry); 1] {
    [("schema.ts", Entry::text(text))]
}

/// Moves a folder away, or back.
pub fn rename(from: &Path, to: &Path) {
    std::fs::rename(from, to).unwrap();
}

fn index_entry(git: &Repository, path: &str, entry: &Entry) -> IndexEntry {
    let (id, mode) = match entry {
        Entry::File(bytes) => (git.blob(bytes).unwrap(), FileMode::Blob),
        Entry::Link(to) => (git.blob(to.as_bytes()).unwrap(), FileMode::Link),
        Entry::Submodule => (Oid::from_bytes(&[7; 20]).unwrap(), FileMode::Commit),
    };
    let never = IndexTime::new(0, 0);
    IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: u32::from(mode),
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.into(),
    }
}
