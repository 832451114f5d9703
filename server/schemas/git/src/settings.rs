//! What the operator decides about git.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of the source.
#[derive(Debug, Clone)]
pub struct GitSettings {
    /// The folder of the copies; made where it is missing, mode 0700.
    pub cache_dir: PathBuf,
    /// Which folders `file://` may read.
    pub allowed_folders: AllowedFolders,
    /// When to give up.
    pub timeouts: GitTimeouts,
}

/// Which folders `file://` may read: `ATOMO_FLEET_ALLOW_FILE_REPOS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedFolders {
    /// None.
    None,
    /// Every folder that this process can read.
    All,
    /// These and what is below them. Symbolic links are followed on both sides before comparing.
    List(Vec<PathBuf>),
}

/// When a fetch is given up. There is no limit on its length as long as something arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GitTimeouts {
    /// Until the host has shown who it is.
    pub connect: Duration,
    /// Without a sign of progress after that.
    pub stall: Duration,
}

impl Default for GitTimeouts {
    /// 8 s, so that an operator who waits at most 10 s is told what was tried; then 60 s.
    fn default() -> Self {
        Self { connect: Duration::from_secs(8), stall: Duration::from_secs(60) }
    }
}
