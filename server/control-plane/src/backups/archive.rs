//! Archives: parts that are compressed, hashed and optionally encrypted on their way, a manifest, and a seal.
//!
//! Every part but manifest and seal is a zstd frame; with recipients it is encrypted with `age` after that. Each is written and
//! read in one pass with constant memory: a thread compresses or decompresses, and hands pieces of 1 MiB to the store. The seal
//! is the list of SHA-256 sums that `sha256sum -c` checks, so an archive can be restored with `sha256sum`, `age`, `zstd` and
//! `pg_restore` alone.

mod keys;
mod manifest;
mod pieces;
mod read;
mod seal;
mod write;

pub(crate) use manifest::{FORMAT, FleetPart, Manifest, Part, PartRole};
pub(crate) use read::{check_sealed, checked, open, part_name, read_part, read_whole};
pub(crate) use seal::{MANIFEST, Seal};
pub(crate) use write::{ArchiveBuilder, Produced};
