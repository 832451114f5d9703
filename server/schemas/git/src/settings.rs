//! What the operator decides about git.

use std::path::PathBuf;
use std::time::Duration;

use model::ByteSize;

/// Settings of the source.
#[derive(Debug, Clone)]
pub struct GitSettings {
    /// The folder of the copies; made where it is missing, mode 0700.
    pub cache_dir: PathBuf,
    /// Which folders `file://` may read.
    pub allowed_folders: AllowedFolders,
    /// When to give up.
    pub timeouts: GitTimeouts,
    /// How large a repository may be.
    pub limits: GitLimits,
}

/// How large a repository may be. A fetch that passes a limit is ended, and what it brought is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GitLimits {
    /// Bytes that one fetch may receive.
    pub received: ByteSize,
    /// Objects that one fetch may bring, and that a repository may have.
    pub objects: u32,
}

impl GitLimits {
    pub(crate) fn too_many_bytes(self) -> String {
        format!("it sends more than {}, which is the limit of one fetch", self.received)
    }

    pub(crate) fn too_many_objects(self) -> String {
        format!("it has more than {} objects, which is the limit", self.objects)
    }
}

impl Default for GitLimits {
    /// 512 MiB and a million objects: a schema repository has some hundred of them.
    fn default() -> Self {
        Self { received: ByteSize::mib(512), objects: 1_000_000 }
    }
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

/// When a fetch is given up. There is no limit on its length as long as something arrives; [`GitLimits`] bound how much.
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
