//! What one fetch does and how far it is. Shared by the thread that fetches (`fetch.rs`) and its callbacks (`attempt.rs`).

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use control_plane::ports::schema_source::RepoAccess;

use crate::address::Address;
use crate::settings::GitLimits;

/// What to fetch.
#[derive(Debug, Clone)]
pub struct Job {
    /// The repository and what opens it.
    pub access: RepoAccess,
    /// Its address, taken apart and allowed.
    pub address: Address,
    /// The copy.
    pub folder: PathBuf,
    /// How much may come.
    pub limits: GitLimits,
}

/// How far a fetch is, seen from both sides.
#[derive(Debug, Default)]
pub struct Progress {
    signs_of_life: AtomicU64,
    abandoned: AtomicBool,
}

impl Progress {
    /// Records progress. `false` if the caller has stopped waiting.
    pub fn tick(&self) -> bool {
        self.signs_of_life.fetch_add(1, Ordering::Relaxed);
        !self.abandoned.load(Ordering::Relaxed)
    }

    /// How often progress was noted so far.
    pub fn signs_of_life(&self) -> u64 {
        self.signs_of_life.load(Ordering::Relaxed)
    }

    /// Records that the caller no longer waits. Every later `tick` returns `false`.
    pub fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }
}
