//! The folder as an archive store.

use std::io::{ErrorKind, SeekFrom};
use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use control_plane::ports::archive_store::{
    ArchiveError, ArchiveName, ArchiveStore, ArchiveStoreInfo, ArchiveWriter, PartName, PartStream, SEAL,
};
use futures::StreamExt as _;
use model::ByteSize;
use tokio::fs::{self, File};
use tokio::io::AsyncSeekExt as _;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use crate::fault::{Act, place};
use crate::folders::{files, folders, make_private, remove_folder, sync_folder};
use crate::writer::Writer;

/// Size of the pieces that are read.
const PIECE: usize = 256 * 1024;
/// What is being written or removed.
pub const STAGED: &str = ".staged";

/// Archives below a folder, which is made when it is missing.
#[derive(Debug, Clone)]
pub struct DirectoryArchives {
    root: PathBuf,
}

impl DirectoryArchives {
    /// Below this folder. Nothing is made yet.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn act(&self, doing: &'static str) -> Act<'_> {
        Act { doing, root: &self.root }
    }

    fn folder(&self, archive: &ArchiveName) -> PathBuf {
        self.root.join(archive.to_string())
    }

    fn staged(&self, archive: &ArchiveName) -> PathBuf {
        self.root.join(STAGED).join(archive.to_string())
    }

    fn absent(&self, name: &impl ToString) -> ArchiveError {
        ArchiveError::Absent { name: name.to_string(), place: self.place() }
    }

    async fn is_complete(&self, archive: &ArchiveName, doing: &'static str) -> Result<bool, ArchiveError> {
        fs::try_exists(self.folder(archive).join(SEAL)).await.map_err(|error| self.act(doing).failed(&error))
    }
}

#[async_trait]
impl ArchiveStore for DirectoryArchives {
    fn place(&self) -> String {
        place(&self.root)
    }

    async fn probe(&self) -> Result<ArchiveStoreInfo, ArchiveError> {
        let act = self.act("writing a file as a test");
        let folder = self.root.join(STAGED);
        let file = folder.join(format!("probe-{}", Uuid::new_v4()));
        let probed = async {
            make_private(&folder).await?;
            fs::write(&file, b"probe").await?;
            fs::read(&file).await
        };
        let probed = probed.await;
        let removed = fs::remove_file(&file).await; // also what a full disk left of it
        probed.and(removed).map_err(|error| act.failed(&error))?;
        let free = nix::sys::statvfs::statvfs(&self.root).ok();
        let free =
            free.map(|disk| ByteSize::new(disk.blocks_available().saturating_mul(disk.fragment_size())));
        Ok(ArchiveStoreInfo { place: self.place(), free })
    }

    async fn create(&self, archive: &ArchiveName) -> Result<Box<dyn ArchiveWriter>, ArchiveError> {
        const DOING: &str = "beginning an archive";
        if self.is_complete(archive, DOING).await? {
            return Err(ArchiveError::Exists { name: archive.to_string(), place: self.place() });
        }
        let (root, staged, folder) = (self.root.clone(), self.staged(archive), self.folder(archive));
        let begun = async {
            remove_folder(&staged).await?;
            make_private(&staged).await
        };
        begun.await.map_err(|error| self.act(DOING).failed(&error))?;
        Ok(Box::new(Writer::new(root, staged, folder)))
    }

    async fn read(
        &self,
        archive: &ArchiveName,
        part: &PartName,
        from: u64,
    ) -> Result<PartStream, ArchiveError> {
        const DOING: &str = "reading an archive";
        if !self.is_complete(archive, DOING).await? {
            return Err(self.absent(archive));
        }
        let path = self.folder(archive).join(part.as_str());
        let opened = async {
            let mut file = File::open(&path).await?;
            file.seek(SeekFrom::Start(from)).await?;
            Ok::<_, std::io::Error>(file)
        };
        let file = opened.await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => self.absent(&format!("{archive}/{part}")),
            _ => self.act(DOING).failed(&error),
        })?;
        let root = self.root.clone();
        let failed = move |error| Act { doing: DOING, root: &root }.failed(&error);
        let pieces = ReaderStream::with_capacity(file, PIECE);
        Ok(pieces.map(move |piece: Result<Bytes, _>| piece.map_err(&failed)).boxed())
    }

    async fn parts(&self, archive: &ArchiveName) -> Result<Option<Vec<(PartName, ByteSize)>>, ArchiveError> {
        const DOING: &str = "listing the parts of an archive";
        if !self.is_complete(archive, DOING).await? {
            return Ok(None);
        }
        let listed = files(&self.folder(archive)).await.map_err(|error| self.act(DOING).failed(&error))?;
        Ok(Some(listed))
    }

    async fn list(&self) -> Result<Vec<ArchiveName>, ArchiveError> {
        let act = self.act("listing archives");
        let mut archives = Vec::new();
        let owners = folders(&self.root).await.map_err(|error| act.failed(&error))?;
        // others may be closed to this user, such as the `lost+found` of a mount
        for owner in owners.into_iter().filter(|folder| ArchiveName::is_owner(folder)) {
            for backup in folders(&self.root.join(&owner)).await.map_err(|error| act.failed(&error))? {
                let Ok(name) = format!("{owner}/{backup}").parse::<ArchiveName>() else { continue };
                if self.is_complete(&name, act.doing).await? {
                    archives.push(name);
                }
            }
        }
        archives.sort();
        Ok(archives)
    }

    async fn remove(&self, archive: &ArchiveName) -> Result<(), ArchiveError> {
        let (folder, staged) = (self.folder(archive), self.staged(archive));
        let removed = async {
            remove_folder(&staged).await?;
            if fs::try_exists(&folder).await? {
                if let Some(parent) = staged.parent() {
                    make_private(parent).await?;
                }
                fs::rename(&folder, &staged).await?;
                if let Some(parent) = folder.parent() {
                    sync_folder(parent).await?;
                }
                remove_folder(&staged).await?;
            }
            Ok::<_, std::io::Error>(())
        };
        removed.await.map_err(|error| self.act("removing an archive").failed(&error))
    }
}
