//! A store in a temporary folder, and a look behind it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's own tools fail by panicking")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use archives_directory::DirectoryArchives;
use tempfile::TempDir;

/// Names the folder in the environment of a test that runs itself once more.
const AGAIN: &str = "ARCHIVES_DIRECTORY_TEST_FOLDER";

/// A folder that does not exist yet, and the store there.
pub struct Bench {
    _home: TempDir,
    pub root: PathBuf,
    pub store: DirectoryArchives,
}

impl Bench {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("fleet/backups");
        Self { store: DirectoryArchives::new(root.clone()), root, _home: home }
    }

    pub fn plant(&self, path: &str) {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "planted").unwrap();
    }

    pub fn files(&self) -> Vec<String> {
        let mut all = files(&self.root);
        all.sort();
        all.iter().map(|file| file.strip_prefix(&self.root).unwrap().to_str().unwrap().to_owned()).collect()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The folder that the first run of this test gave to the second; `None` in the first.
pub fn given() -> Option<PathBuf> {
    std::env::var_os(AGAIN).map(PathBuf::from)
}

/// Runs a test once more in a process of its own, below `wrapper` if there is one.
pub fn again(test: &str, folder: &Path, wrapper: &[&str]) -> Command {
    let this = std::env::current_exe().expect("this test has a program");
    let words: Vec<&OsStr> = wrapper.iter().map(OsStr::new).chain([this.as_os_str()]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(["--exact", test, "--nocapture"]).env(AGAIN, folder);
    command
}
