//! The folders that followed files may be in.

use std::path::{Path, PathBuf};

use model::VolumePath;

/// The file in a project's own folder.
const FILE: &str = "schema.ts";

/// The folders that files may be in.
#[derive(Debug, Clone, Default)]
pub struct VolumeFolders {
    /// Holds a folder for each project, for files of which no path was typed.
    pub own: PathBuf,
    /// Folders that the operator allows, absolute.
    pub allowed: Vec<PathBuf>,
}

impl VolumeFolders {
    /// The file of a project of which no path was typed.
    pub fn own_file(&self, id: &str) -> PathBuf {
        self.own.join(id).join(FILE)
    }

    /// The folder that allows the path, and the rest of the path below it; `None` if no folder does.
    pub fn split<'a>(&'a self, path: &'a VolumePath) -> Option<(&'a Path, &'a Path)> {
        let path = Path::new(path.as_str());
        let below = |folder: &'a PathBuf| {
            let rest = path.strip_prefix(folder).ok()?;
            (!rest.as_os_str().is_empty() && folder.is_absolute()).then_some((folder.as_path(), rest))
        };
        std::iter::once(&self.own).chain(&self.allowed).find_map(below)
    }
}
