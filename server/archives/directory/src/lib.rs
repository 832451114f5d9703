//! Archives in a folder of this machine, which may be a mount.
//!
//! ```text
//! DIR/shop/0193…/              a complete archive: its parts, and SHA256SUMS
//! DIR/.staged/shop/0193…/      an archive that is being written
//! ```
//!
//! Invariants:
//! - A complete archive appears by one rename of its folder, after every file and folder of it was synced. The folders above are
//!   synced afterwards, so it survives a crash of the machine.
//! - A removal renames the folder back to `.staged` first, so that no half of an archive is ever listed.
//! - Folders are closed to other users of the machine.

mod fault;
mod folders;
mod store;
mod writer;

pub use store::DirectoryArchives;
