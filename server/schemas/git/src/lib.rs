//! Schemas from git: one file at one commit, read from a bare copy of its repository.
//!
//! Invariants:
//! - The copy (`CACHE/<sha256 of the address>`) only ever grows, so a commit that was read once is read again without
//!   the network, also after its branch was rewritten. It can be deleted at any time; the next fetch makes it anew.
//!   A copy whose repository nothing names for long enough is removed by `prune`.
//! - A path is looked up in the tree of the commit, name by name, never on disk: links, submodules and folders are
//!   refused as what they are, and nothing outside the tree exists.
//! - No shell, no `git` program, no user's credential helper: what opens a repository is the credential that it was
//!   registered with, and it is offered once, to the host of the address only.
//! - An `ssh` host must present the pinned key. An `https` host must present a certificate that this machine trusts
//!   or, where a CA is pinned, one of that CA.
//! - What a repository contains is bounded: bytes and objects of a fetch ([`GitLimits`]), the size of what is loaded
//!   (`objects.rs`), and the work of looking through it (`work.rs`), which ends by itself on its thread.
//! - One fetch of a repository runs at a time and serves all who wait for it. It goes on when they stop waiting.

mod address;
mod attempt;
mod cache;
mod fault;
mod fetch;
mod history;
mod job;
mod objects;
mod prune;
mod settings;
mod source;
mod tree;
mod trust;
mod work;

pub use settings::{AllowedFolders, GitLimits, GitSettings, GitTimeouts};
pub use source::GitSource;
