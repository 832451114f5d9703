//! Writes one archive.

use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use control_plane::ports::archive_store::{ArchiveError, ArchiveWriter, PartName, SEAL};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;

use crate::fault::Act;
use crate::folders::{make_private, remove_folder, sync_folder};

const DOING: &str = "writing an archive";

/// Only this user can read.
const FILE: u32 = 0o600;

/// Writes into the staged folder, and moves it to its place.
pub struct Writer {
    root: PathBuf,
    staged: PathBuf,
    folder: PathBuf,
    open: Option<File>,
}

impl Writer {
    pub const fn new(root: PathBuf, staged: PathBuf, folder: PathBuf) -> Self {
        Self { root, staged, folder, open: None }
    }

    fn failed(&self, error: &io::Error) -> ArchiveError {
        Act { doing: DOING, root: &self.root }.failed(error)
    }

    async fn seal(&self, seal: &Bytes) -> io::Result<()> {
        let mut file = open(&self.staged.join(SEAL)).await?;
        file.write_all(seal).await?;
        finish(file).await?;
        sync_folder(&self.staged).await?;
        let parent = self.folder.parent().unwrap_or(&self.root);
        make_private(parent).await?;
        fs::rename(&self.staged, &self.folder).await?;
        sync_folder(parent).await?;
        sync_folder(&self.root).await
    }
}

#[async_trait]
impl ArchiveWriter for Writer {
    async fn begin(&mut self, part: &PartName) -> Result<(), ArchiveError> {
        let file = open(&self.staged.join(part.as_str())).await.map_err(|error| self.failed(&error))?;
        self.open = Some(file);
        Ok(())
    }

    async fn write(&mut self, bytes: Bytes) -> Result<(), ArchiveError> {
        let Some(file) = &mut self.open else { return Ok(()) };
        let written = file.write_all(&bytes).await;
        written.map_err(|error| self.failed(&error))
    }

    async fn end(&mut self) -> Result<(), ArchiveError> {
        let Some(file) = self.open.take() else { return Ok(()) };
        finish(file).await.map_err(|error| self.failed(&error))
    }

    async fn complete(self: Box<Self>, seal: Bytes) -> Result<(), ArchiveError> {
        self.seal(&seal).await.map_err(|error| self.failed(&error))
    }

    async fn abort(self: Box<Self>) -> Result<(), ArchiveError> {
        remove_folder(&self.staged).await.map_err(|error| self.failed(&error))
    }
}

async fn open(path: &Path) -> io::Result<File> {
    fs::OpenOptions::new().write(true).create_new(true).mode(FILE).open(path).await
}

/// Makes the content survive a crash of the machine. A failed write is reported by `flush` alone, not by `sync_all`.
async fn finish(mut file: File) -> io::Result<()> {
    file.flush().await?;
    file.sync_all().await
}
