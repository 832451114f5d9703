//! The archive of a backup as one file: a tar file with its parts, as they are stored.

use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use model::{Action, BackupId, BackupState, ByteSize};
use serde_json::json;
use time::OffsetDateTime;

use super::archive::MANIFEST;
use super::{Backups, moment, problems};
use crate::ports::archive_store::{ArchiveName, ArchiveStore, PartName, SEAL};
use crate::registry::Event;
use crate::{Error, OpContext, Result};

/// The size of a block of a tar file.
const BLOCK: u64 = 512;

/// An archive that is downloaded.
pub struct ArchiveFile {
    /// Its name: `shop-0193….tar`.
    pub name: String,
    /// Its bytes. An error ends the stream; the file is incomplete then.
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

impl Backups<'_> {
    /// The archive as a tar file. Its parts stay compressed and, where they are, encrypted; their checksums are in `SHA256SUMS`.
    #[tracing::instrument(skip_all, fields(backup.id = %backup))]
    pub async fn download(&self, op: &OpContext, backup: BackupId) -> Result<ArchiveFile> {
        let record = self.find(op, Action::BackupDownload, backup).await?;
        if record.backup.state != BackupState::Complete {
            return Err(problems::not_complete(&record.backup).into());
        }
        let id = &record.backup.project_id;
        let archive = ArchiveName { project: Some(id.clone()), backup };
        let store = Arc::clone(&self.0.ports.archives);
        let parts = store.parts(&archive).await?.ok_or_else(|| problems::archive_is_gone(&record.backup))?;
        let detail = json!({"backup": backup, "taken_at": record.backup.taken_at.map(moment::minute)});
        let change = self.0.registry.change(op).await?;
        change.commit(Event { project: Some(id), action: Action::BackupDownload.into(), detail }).await?;
        let at = record.backup.taken_at.unwrap_or(record.backup.started_at);
        Ok(ArchiveFile { name: format!("{id}-{backup}.tar"), bytes: tar(store, archive, parts, at) })
    }
}

fn tar(
    store: Arc<dyn ArchiveStore>,
    archive: ArchiveName,
    parts: Vec<(PartName, ByteSize)>,
    at: OffsetDateTime,
) -> BoxStream<'static, Result<Bytes>> {
    // seal and manifest first: an upload checks them before it stores any part
    let mut parts = parts;
    parts.sort_by_key(|(part, _)| (![SEAL, MANIFEST].contains(&part.as_str()), part.clone()));
    let files = stream::iter(parts).then(move |(part, size)| {
        let (store, archive) = (Arc::clone(&store), archive.clone());
        async move {
            let head = header(&archive, &part, size, at);
            let content = store.read(&archive, &part, 0).await;
            let content = match content {
                Ok(content) => content.map(|piece| piece.map_err(Error::from)).boxed(),
                Err(error) => stream::iter([Err(Error::from(error))]).boxed(),
            };
            stream::iter([head]).chain(content).chain(stream::iter([Ok(padding(size))]))
        }
    });
    let end = stream::iter([Ok(Bytes::from(vec![0; 1024]))]);
    files.flatten().chain(end).boxed()
}

fn header(archive: &ArchiveName, part: &PartName, size: ByteSize, at: OffsetDateTime) -> Result<Bytes> {
    let mut header = tar::Header::new_gnu();
    let path = format!("{}/{part}", archive.backup);
    header.set_path(path).map_err(|error| problems::internal(&error))?;
    header.set_size(size.bytes());
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(at.unix_timestamp()).unwrap_or_default());
    header.set_cksum();
    Ok(Bytes::copy_from_slice(header.as_bytes()))
}

/// What fills the last block.
fn padding(size: ByteSize) -> Bytes {
    let rest = size.bytes() % BLOCK;
    let missing = if rest == 0 { 0 } else { BLOCK - rest };
    Bytes::from(vec![0; usize::try_from(missing).unwrap_or_default()])
}
