//! Writes one archive.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use control_plane::ports::archive_store::{ArchiveError, ArchiveName, ArchiveWriter, PartName, SEAL};
use object_store::ObjectStoreExt as _;
use object_store::aws::AmazonS3;

use crate::client::Lazy;
use crate::fault::Act;
use crate::objects::remove_archive;
use crate::upload::Upload;

const DOING: &str = "writing an archive";

/// Puts parts at their keys, and the seal last.
pub struct Writer {
    inner: Arc<Lazy>,
    s3: AmazonS3,
    archive: ArchiveName,
    open: Option<Upload>,
    /// A part was begun that did not end, so the archive can never be complete.
    is_broken: bool,
}

impl Writer {
    pub fn new(inner: Arc<Lazy>, s3: AmazonS3, archive: ArchiveName) -> Self {
        Self { inner, s3, archive, open: None, is_broken: false }
    }

    fn act(&self) -> Act<'_> {
        Act { doing: DOING, location: &self.inner.location }
    }

    fn unusable(&self) -> ArchiveError {
        self.act().away("a part of it was not written".into())
    }
}

#[async_trait]
impl ArchiveWriter for Writer {
    async fn begin(&mut self, part: &PartName) -> Result<(), ArchiveError> {
        self.is_broken |= self.open.is_some();
        let path = self.inner.location.part(&self.archive, part);
        self.open = Some(Upload::new(self.s3.clone(), path));
        Ok(())
    }

    async fn write(&mut self, bytes: Bytes) -> Result<(), ArchiveError> {
        let Some(mut upload) = self.open.take() else { return Err(self.unusable()) };
        self.is_broken = true; // until this ends well, also if it is cancelled
        upload.write(&bytes).await.map_err(|error| self.act().failed(&error))?;
        self.open = Some(upload);
        self.is_broken = false;
        Ok(())
    }

    async fn end(&mut self) -> Result<(), ArchiveError> {
        let Some(upload) = self.open.take() else { return Err(self.unusable()) };
        self.is_broken = true;
        upload.finish().await.map_err(|error| self.act().failed(&error))?;
        self.is_broken = false;
        Ok(())
    }

    async fn complete(self: Box<Self>, seal: Bytes) -> Result<(), ArchiveError> {
        if self.is_broken || self.open.is_some() {
            return Err(self.unusable());
        }
        let path = self.inner.location.archive(&self.archive).join(SEAL);
        let put = self.s3.put(&path, seal.into()).await;
        put.map(|_| ()).map_err(|error| self.act().failed(&error))
    }

    async fn abort(mut self: Box<Self>) -> Result<(), ArchiveError> {
        let act = Act { doing: "removing an unfinished archive", location: &self.inner.location };
        if let Some(upload) = self.open.take() {
            upload.abort().await.map_err(|error| act.failed(&error))?;
        }
        remove_archive(&self.s3, &self.inner.location, &self.archive)
            .await
            .map_err(|error| act.failed(&error))
    }
}
