//! An archive store in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use model::ByteSize;

use crate::ports::archive_store::{
    ArchiveError, ArchiveName, ArchiveStore, ArchiveStoreInfo, ArchiveWriter, PartName, PartStream, SEAL,
};

#[cfg(test)]
mod tests;

const PLACE: &str = "memory";

type Parts = BTreeMap<PartName, Bytes>;

/// The store. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryArchives(Arc<Mutex<BTreeMap<ArchiveName, Parts>>>);

impl MemoryArchives {
    /// The paths of all parts, for a look behind the store.
    pub fn files(&self) -> Vec<String> {
        let archives = self.lock();
        let paths = |(name, parts): (&ArchiveName, &Parts)| -> Vec<String> {
            parts.keys().map(|part| format!("{name}/{part}")).collect()
        };
        archives.iter().flat_map(paths).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ArchiveName, Parts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn absent(name: String) -> ArchiveError {
    ArchiveError::Absent { name, place: PLACE.into() }
}

#[async_trait]
impl ArchiveStore for MemoryArchives {
    fn place(&self) -> String {
        PLACE.into()
    }

    async fn probe(&self) -> Result<ArchiveStoreInfo, ArchiveError> {
        Ok(ArchiveStoreInfo { place: PLACE.into(), free: None })
    }

    async fn create(&self, archive: &ArchiveName) -> Result<Box<dyn ArchiveWriter>, ArchiveError> {
        if self.lock().contains_key(archive) {
            return Err(ArchiveError::Exists { name: archive.to_string(), place: PLACE.into() });
        }
        let writer =
            Writer { store: self.clone(), archive: archive.clone(), parts: Parts::new(), open: None };
        Ok(Box::new(writer))
    }

    async fn read(
        &self,
        archive: &ArchiveName,
        part: &PartName,
        from: u64,
    ) -> Result<PartStream, ArchiveError> {
        let bytes = self.lock().get(archive).and_then(|parts| parts.get(part)).cloned();
        let bytes = bytes.ok_or_else(|| absent(format!("{archive}/{part}")))?;
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
        Ok(futures::stream::iter([Ok(bytes.slice(from..))]).boxed())
    }

    async fn parts(&self, archive: &ArchiveName) -> Result<Option<Vec<(PartName, ByteSize)>>, ArchiveError> {
        let size = |bytes: &Bytes| ByteSize::new(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let parts = self.lock().get(archive).cloned();
        Ok(parts.map(|parts| parts.iter().map(|(name, bytes)| (name.clone(), size(bytes))).collect()))
    }

    async fn list(&self) -> Result<Vec<ArchiveName>, ArchiveError> {
        Ok(self.lock().keys().cloned().collect())
    }

    async fn remove(&self, archive: &ArchiveName) -> Result<(), ArchiveError> {
        self.lock().remove(archive);
        Ok(())
    }
}

struct Writer {
    store: MemoryArchives,
    archive: ArchiveName,
    parts: Parts,
    open: Option<(PartName, BytesMut)>,
}

#[async_trait]
impl ArchiveWriter for Writer {
    async fn begin(&mut self, part: &PartName) -> Result<(), ArchiveError> {
        self.open = Some((part.clone(), BytesMut::new()));
        Ok(())
    }

    async fn write(&mut self, bytes: Bytes) -> Result<(), ArchiveError> {
        if let Some((_, written)) = &mut self.open {
            written.extend_from_slice(&bytes);
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<(), ArchiveError> {
        if let Some((part, written)) = self.open.take() {
            self.parts.insert(part, written.freeze());
        }
        Ok(())
    }

    async fn complete(mut self: Box<Self>, seal: Bytes) -> Result<(), ArchiveError> {
        if let Ok(name) = SEAL.parse() {
            self.parts.insert(name, seal);
        }
        self.store.lock().insert(self.archive.clone(), std::mem::take(&mut self.parts));
        Ok(())
    }

    async fn abort(self: Box<Self>) -> Result<(), ArchiveError> {
        Ok(())
    }
}
