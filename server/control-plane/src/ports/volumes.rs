//! The files of instances: schemas, which they read, and uploads, which they write.

use std::fmt;
use std::io;
use std::str::FromStr;

use async_trait::async_trait;
use model::{CommitSha, InstanceKey, Invalid, Observed, Problem, SchemaRef};

use super::Failure;
use super::driver::{FileDelivery, MediaVolume, SchemaFiles};
use super::schema_source::SchemaFile;

/// How many schemas of an instance are kept at least: its present one and what it may return to.
pub const KEPT_SCHEMAS: usize = 3;

/// Names one of an instance's schemas: 1 to 64 of `a` to `z`, `0` to `9` and hyphen. Two releases of a project have
/// different keys, so that neither is started on the schema of the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaKey(String);

impl FromStr for SchemaKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if (1..=64).contains(&text.len()) && text.bytes().all(is_plain) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new("This is not the key of a schema.", "1 to 64 of a to z, 0 to 9 and hyphen"))
    }
}

impl From<&CommitSha> for SchemaKey {
    fn from(commit: &CommitSha) -> Self {
        Self(commit.to_string())
    }
}

/// A number of a revision.
impl From<u64> for SchemaKey {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

impl fmt::Display for SchemaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file or folder could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{place} cannot be {act}")]
pub struct VolumeError {
    /// What was being done: `read`, `written` or `removed`.
    pub act: &'static str,
    /// Where: the path, or the name of the volume.
    pub place: String,
    /// What came back.
    #[source]
    pub source: io::Error,
}

impl Failure for VolumeError {
    fn is_transient(&self) -> bool {
        true
    }

    fn problem(&self) -> Problem {
        let Self { act, place, source } = self;
        let detail = format!(
            "{place} cannot be {act}: {source}. Make room or correct its mode; it is tried again by itself."
        );
        Problem::unavailable("driver", detail)
    }
}

/// The files of all instances.
#[async_trait]
pub trait Volumes: Send + Sync + 'static {
    /// Writes the schema file that was read from there under this key, in place of one that is there, and makes the place for
    /// uploads. A reader sees the old file or the new one, never a half.
    async fn write_schema(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        from: &SchemaRef,
        file: &SchemaFile,
    ) -> Result<(), VolumeError>;

    /// The commit whose file is there under this key, byte for byte; absent when it is the file of another path or repository
    /// than `wanted`, or was changed since.
    async fn schema(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        wanted: &SchemaRef,
    ) -> Observed<CommitSha>;

    /// The schema as a driver takes it. An error where its content is asked for and there is none.
    async fn schema_files(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        delivery: FileDelivery,
    ) -> Result<SchemaFiles, VolumeError>;

    /// The uploads as a driver takes them.
    fn media(&self, instance: &InstanceKey, delivery: FileDelivery) -> MediaVolume;

    /// Removes every schema of the instance but the [`KEPT_SCHEMAS`] that were written last and those in `keep`.
    async fn prune_schemas(&self, instance: &InstanceKey, keep: &[SchemaKey]) -> Result<(), VolumeError>;

    /// Removes every schema of the instance; the uploads stay. Absent is success.
    async fn remove_schemas(&self, instance: &InstanceKey) -> Result<(), VolumeError>;

    /// Removes schemas and uploads of a rehearsal. Absent is success. An error for the main instance of a project, whose uploads are
    /// data.
    async fn remove_rehearsal(&self, instance: &InstanceKey) -> Result<(), VolumeError>;
}
