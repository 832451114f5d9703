//! The files of the store.
//!
//! A file is written under a temporary name, synced, and hard-linked to its final name, which fails if that exists.
//! This is the only lock of the store; it holds between processes too.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use control_plane::ports::secret_store::{SecretPath, SecretScope};

/// Age from which a temporary file counts as abandoned.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Whether a file was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It was created and is durable.
    Now,
    /// The name exists; the file was not changed.
    AlreadyThere,
}

/// A file of the store, parsed from its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The secret's name.
    pub name: String,
    /// The version.
    pub version: u32,
    /// The file.
    pub file: PathBuf,
}

/// The store's folder.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Opens or creates the folder, and removes abandoned temporary files.
    pub fn open(root: &Path) -> io::Result<Self> {
        let folder = Self { root: root.to_owned() };
        create_dir(&folder.temporary())?;
        for entry in fs::read_dir(folder.temporary())? {
            let entry = entry?;
            let age =
                entry.metadata()?.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
            if age.is_some_and(|age| age > ABANDONED) {
                absent_is_fine(fs::remove_file(entry.path()))?;
            }
        }
        Ok(folder)
    }

    /// Its path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file of a version. `None` for an invalid name, which could lead out of the folder.
    pub fn file(&self, path: &SecretPath, version: u32) -> Option<PathBuf> {
        let is_name = !path.name.is_empty()
            && path.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        is_name.then(|| self.of(&path.scope).join(format!("{}.{version}", path.name)))
    }

    /// All files of a scope, by name, then version.
    pub fn kept(&self, scope: &SecretScope) -> io::Result<Vec<Kept>> {
        kept_in(&self.of(scope))
    }

    /// The versions of one secret, ascending.
    pub fn versions(&self, path: &SecretPath) -> io::Result<Vec<u32>> {
        let kept = self.kept(&path.scope)?;
        Ok(kept.into_iter().filter(|kept| kept.name == path.name).map(|kept| kept.version).collect())
    }

    /// Whether the store has no secret.
    pub fn is_empty(&self) -> io::Result<bool> {
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            if entry.file_type()?.is_dir()
                && entry.file_name() != ".tmp"
                && !kept_in(&entry.path())?.is_empty()
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Creates `file` with this content and mode 0600, unless it exists.
    pub fn create(&self, file: &Path, content: &[u8]) -> io::Result<Created> {
        create_beside(&self.temporary(), file, content)
    }

    /// Writes a file, reads it back and removes it.
    pub fn round_trip(&self, content: &[u8]) -> io::Result<Vec<u8>> {
        let temporary = self.temporary().join(format!("{:016x}", rand::random::<u64>()));
        let back = write_synced(&temporary, content).and_then(|()| fs::read(&temporary));
        absent_is_fine(fs::remove_file(&temporary))?;
        back
    }

    /// Removes a version. Absent is `Ok`. Durable after [`Folder::sync`].
    pub fn remove(file: &Path) -> io::Result<()> {
        absent_is_fine(fs::remove_file(file))
    }

    /// Makes removals in a scope durable.
    pub fn sync(&self, scope: &SecretScope) -> io::Result<()> {
        absent_is_fine(sync_dir(&self.of(scope)))
    }

    fn of(&self, scope: &SecretScope) -> PathBuf {
        match scope {
            SecretScope::Project(id) => self.root.join(id.as_str()),
            SecretScope::Fleet => self.root.join("_fleet"),
        }
    }

    fn temporary(&self) -> PathBuf {
        self.root.join(".tmp")
    }
}

/// [`Folder::create`] for a file outside of the store; `temporary` is a folder on the same file system.
pub fn create_beside(temporary: &Path, file: &Path, content: &[u8]) -> io::Result<Created> {
    let temporary = temporary.join(format!(".new-{:016x}", rand::random::<u64>()));
    let outcome = write_synced(&temporary, content).and_then(|()| link(&temporary, file));
    absent_is_fine(fs::remove_file(&temporary))?;
    outcome
}

/// Creates a folder and its parents with mode 0700.
pub fn create_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    dir.parent().map_or(Ok(()), sync_dir)
}

fn kept_in(dir: &Path) -> io::Result<Vec<Kept>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry?;
        if let Some((name, version)) = entry.file_name().to_str().and_then(name_and_version) {
            all.push(Kept { name, version, file: entry.path() });
        }
    }
    all.sort_by(|a, b| (&a.name, a.version).cmp(&(&b.name, b.version)));
    Ok(all)
}

/// Accepts only names as the store writes them: `key.01` is not a version.
fn name_and_version(file_name: &str) -> Option<(String, u32)> {
    let (name, number) = file_name.rsplit_once('.')?;
    let version = number.parse::<u32>().ok().filter(|version| *version > 0)?;
    (version.to_string() == number).then(|| (name.to_owned(), version))
}

fn write_synced(file: &Path, content: &[u8]) -> io::Result<()> {
    let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    open.write_all(content)?;
    open.sync_data()
}

fn link(temporary: &Path, file: &Path) -> io::Result<Created> {
    let dir = file.parent().ok_or(ErrorKind::InvalidInput)?;
    create_dir(dir)?;
    match fs::hard_link(temporary, file) {
        Ok(()) => sync_dir(dir).map(|()| Created::Now),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Created::AlreadyThere),
        Err(error) => Err(error),
    }
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn absent_is_fine(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
