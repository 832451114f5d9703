//! The port, implemented with seven calls of S3.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use aws_config::SdkConfig;
use control_plane::ports::archive_store::{
    ArchiveError, ArchiveName, ArchiveStore, ArchiveStoreInfo, ArchiveWriter, PartName, PartStream, SEAL,
};
use futures::{StreamExt as _, TryStreamExt as _};
use model::ByteSize;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _};
use uuid::Uuid;

use crate::client::{Clients, Lazy};
use crate::fault::Act;
use crate::location::S3Location;
use crate::objects::{below, remove_archive};
use crate::patience::Patience;
use crate::reader::Reader;
use crate::writer::Writer;

/// Lists at the same time.
const AT_ONCE: usize = 8;
/// The owner of the objects of a probe, which is none.
const PROBE: &str = "_probe";

/// The store. Cheap to clone and to create: the first call contacts S3.
#[derive(Clone)]
pub struct S3Archives(Arc<Lazy>);

impl S3Archives {
    /// A store with region, endpoint and credentials of the environment.
    pub fn new(location: S3Location) -> Self {
        Self(Arc::new(Lazy::new(location, Patience::default(), None)))
    }

    /// A store with a loaded AWS configuration.
    pub fn over(location: S3Location, patience: Patience, config: SdkConfig) -> Self {
        Self(Arc::new(Lazy::new(location, patience, Some(config))))
    }

    fn act(&self, doing: &'static str) -> Act<'_> {
        Act { doing, location: &self.0.location }
    }

    /// The parts of an archive, staged or complete, by name.
    async fn staged(
        &self,
        doing: &'static str,
        archive: &ArchiveName,
    ) -> Result<Vec<(PartName, u64)>, ArchiveError> {
        let Clients { s3, .. } = self.0.get(doing).await?;
        let objects = below(s3, &self.0.location.archive(archive)).await;
        let objects = objects.map_err(|error| self.act(doing).failed(&error))?;
        let part = |object: ObjectMeta| match self.0.location.below(&object.location).as_slice() {
            [_, _, part] => Some((part.parse().ok()?, object.size)),
            _ => None,
        };
        let mut parts: Vec<_> = objects.into_iter().filter_map(part).collect();
        parts.sort();
        Ok(parts)
    }

    /// The parts of a complete archive; `None` if it is not complete.
    async fn complete(
        &self,
        doing: &'static str,
        archive: &ArchiveName,
    ) -> Result<Option<Vec<(PartName, u64)>>, ArchiveError> {
        let parts = self.staged(doing, archive).await?;
        Ok(parts.iter().any(|(part, _)| part.as_str() == SEAL).then_some(parts))
    }

    fn absent(&self, name: &impl ToString) -> ArchiveError {
        ArchiveError::Absent { name: name.to_string(), place: self.place() }
    }

    /// The complete archives of an owner. Other keys of the bucket are not looked at: the client rejects some.
    async fn of_owner(&self, s3: &AmazonS3, owner: &Path) -> object_store::Result<Vec<ArchiveName>> {
        let name = |key: &Path| match self.0.location.below(key).as_slice() {
            [owner, backup, part] if part == SEAL => format!("{owner}/{backup}").parse().ok(),
            _ => None,
        };
        let names = s3.list(Some(owner)).try_filter_map(async |object| Ok(name(&object.location)));
        names.try_collect().await
    }

    async fn archives(&self, s3: &AmazonS3) -> object_store::Result<Vec<ArchiveName>> {
        let root = self.0.location.key([]);
        let listed = s3.list_with_delimiter(Some(&root)).await?;
        // a service without delimiters lists all keys
        let keys = listed.objects.iter().map(|object| &object.location).chain(&listed.common_prefixes);
        let owners = keys.filter_map(|key| self.0.location.below(key).into_iter().next());
        let owners: BTreeSet<_> = owners.filter(|owner| ArchiveName::is_owner(owner)).collect();
        let owners: Vec<_> = owners.iter().map(|owner| self.0.location.key([owner.as_str()])).collect();
        let lists = futures::stream::iter(owners).map(|owner| async move { self.of_owner(s3, &owner).await });
        let archives: Vec<Vec<_>> = lists.buffered(AT_ONCE).try_collect().await?;
        let mut archives = archives.concat();
        archives.sort();
        Ok(archives)
    }
}

#[async_trait]
impl ArchiveStore for S3Archives {
    fn place(&self) -> String {
        self.0.location.to_string()
    }

    async fn probe(&self) -> Result<ArchiveStoreInfo, ArchiveError> {
        const DOING: &str = "writing an object as a test";
        let Clients { probe, .. } = self.0.get(DOING).await?;
        let name = Uuid::new_v4().to_string();
        let path = self.0.location.key([PROBE, &name]);
        let probed = async {
            probe.put(&path, name.clone().into()).await?;
            let read = probe.get_range(&path, 0..name.len() as u64).await;
            let listed = probe.list_with_delimiter(Some(&self.0.location.key([PROBE]))).await;
            let removed = probe.delete(&path).await;
            read.and(listed.map(|_| ())).and(removed)
        };
        probed.await.map_err(|error| self.act(DOING).failed(&error))?;
        Ok(ArchiveStoreInfo { place: self.place(), free: None })
    }

    async fn create(&self, archive: &ArchiveName) -> Result<Box<dyn ArchiveWriter>, ArchiveError> {
        const DOING: &str = "beginning an archive";
        if self.complete(DOING, archive).await?.is_some() {
            return Err(ArchiveError::Exists { name: archive.to_string(), place: self.place() });
        }
        let Clients { s3, .. } = self.0.get(DOING).await?;
        let removed = remove_archive(s3, &self.0.location, archive).await;
        removed.map_err(|error| self.act(DOING).failed(&error))?;
        Ok(Box::new(Writer::new(Arc::clone(&self.0), s3.clone(), archive.clone())))
    }

    async fn read(
        &self,
        archive: &ArchiveName,
        part: &PartName,
        from: u64,
    ) -> Result<PartStream, ArchiveError> {
        const DOING: &str = "reading an archive";
        let parts = self.complete(DOING, archive).await?.ok_or_else(|| self.absent(archive))?;
        let found = parts.into_iter().find(|(name, _)| name == part);
        let (_, size) = found.ok_or_else(|| self.absent(&format!("{archive}/{part}")))?;
        let (inner, s3) = (Arc::clone(&self.0), self.0.get(DOING).await?.s3.clone());
        let path = inner.location.part(archive, part);
        Ok(Reader { inner, s3, path, at: from, size, window: None }.stream())
    }

    async fn parts(&self, archive: &ArchiveName) -> Result<Option<Vec<(PartName, ByteSize)>>, ArchiveError> {
        let parts = self.complete("listing the parts of an archive", archive).await?;
        Ok(parts.map(|parts| parts.into_iter().map(|(name, size)| (name, ByteSize::new(size))).collect()))
    }

    async fn list(&self) -> Result<Vec<ArchiveName>, ArchiveError> {
        const DOING: &str = "listing archives";
        let Clients { s3, .. } = self.0.get(DOING).await?;
        self.archives(s3).await.map_err(|error| self.act(DOING).failed(&error))
    }

    async fn remove(&self, archive: &ArchiveName) -> Result<(), ArchiveError> {
        const DOING: &str = "removing an archive";
        let Clients { s3, .. } = self.0.get(DOING).await?;
        let removed = remove_archive(s3, &self.0.location, archive).await;
        removed.map_err(|error| self.act(DOING).failed(&error))
    }
}
