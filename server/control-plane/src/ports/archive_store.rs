//! Where the archives of backups are: a folder, or a bucket.
//!
//! An archive is a set of named parts below one name. It is visible only when it is complete: a writer stages the parts, and
//! [`ArchiveWriter::complete`] makes all of them durable and visible at once, by the part [`SEAL`] that is written last. An archive
//! is never changed afterwards, only removed.

mod error;
mod name;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use model::ByteSize;

pub use error::ArchiveError;
pub use name::{ArchiveName, PartName, SEAL};

/// Bytes of a part, in order.
pub type PartStream = BoxStream<'static, Result<Bytes, ArchiveError>>;

/// What an archive store reports of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveStoreInfo {
    /// Where it is, for people and without a credential: `the folder /var/lib/fleet/backups`, `s3://bucket/prefix`.
    pub place: String,
    /// Free space; `None` where it is not limited or not known.
    pub free: Option<ByteSize>,
}

/// A store of archives.
#[async_trait]
pub trait ArchiveStore: Send + Sync + 'static {
    /// Where it is, for people and without a credential. Does not contact it.
    fn place(&self) -> String;

    /// Whether archives can be written now: writes, reads and removes a small one of its own.
    async fn probe(&self) -> Result<ArchiveStoreInfo, ArchiveError>;

    /// Begins an archive. What an earlier writer of this name staged is removed. An error if it is complete already.
    async fn create(&self, archive: &ArchiveName) -> Result<Box<dyn ArchiveWriter>, ArchiveError>;

    /// The bytes of a part from this offset on. [`ArchiveError::Absent`] if there is no complete archive of the name, or no such
    /// part. A stream that ends early is an error of the stream, never a short read.
    async fn read(
        &self,
        archive: &ArchiveName,
        part: &PartName,
        from: u64,
    ) -> Result<PartStream, ArchiveError>;

    /// The parts of a complete archive with their sizes, by name; `None` if there is no complete one.
    async fn parts(&self, archive: &ArchiveName) -> Result<Option<Vec<(PartName, ByteSize)>>, ArchiveError>;

    /// Every complete archive, by name.
    async fn list(&self) -> Result<Vec<ArchiveName>, ArchiveError>;

    /// Removes an archive, [`SEAL`] first, and whatever was staged under its name. Absent is success.
    async fn remove(&self, archive: &ArchiveName) -> Result<(), ArchiveError>;
}

/// Writes one archive. Dropped before [`ArchiveWriter::complete`], it leaves nothing that is visible; [`ArchiveStore::create`] and
/// [`ArchiveStore::remove`] of the same name clean up.
#[async_trait]
pub trait ArchiveWriter: Send {
    /// Begins a part; the one before it has to be ended.
    async fn begin(&mut self, part: &PartName) -> Result<(), ArchiveError>;

    /// Appends to the part that was begun. Buffers at most 64 MiB.
    async fn write(&mut self, bytes: Bytes) -> Result<(), ArchiveError>;

    /// Ends the part: all of it was accepted by the store.
    async fn end(&mut self) -> Result<(), ArchiveError>;

    /// Writes `seal` as [`SEAL`] and makes the archive visible. When this returns, the archive survives a crash of the machine.
    async fn complete(self: Box<Self>, seal: Bytes) -> Result<(), ArchiveError>;

    /// Removes what was staged.
    async fn abort(self: Box<Self>) -> Result<(), ArchiveError>;
}
