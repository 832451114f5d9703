//! The files of instances in folders of this machine.
//!
//! Below the root each instance has a folder, named by its key: `schema/<key>/schema.ts` for each of its schemas, and `media/`.
//! Beside the folder of a schema stands `schema/<key>.json`: where the file was taken from, and the SHA-256 of its bytes, so
//! that a file which was edited by hand is not mistaken for the commit.
//!
//! The folders are closed to other users of the machine. A file is replaced by rename, so a reader never sees a half.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use model::{CommitSha, InstanceKey, Observed, SchemaRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tokio::fs;

use crate::ports::driver::{FileDelivery, MediaVolume, SchemaFiles};
use crate::ports::schema_source::SchemaFile;
use crate::ports::volumes::{KEPT_SCHEMAS, SchemaKey, VolumeError, Volumes};

#[cfg(test)]
mod tests;

/// An instance's files are its own.
const PRIVATE: u32 = 0o700;
const SCHEMA: &str = "schema";
const MEDIA: &str = "media";
const FILE: &str = "schema.ts";

/// The folders of all instances.
#[derive(Debug, Clone)]
pub struct LocalVolumes {
    root: PathBuf,
}

/// Where a schema file was taken from, and when.
#[derive(Serialize, Deserialize)]
struct Origin {
    schema: SchemaRef,
    sha256: String,
    #[serde(with = "time::serde::rfc3339")]
    written_at: OffsetDateTime,
}

impl LocalVolumes {
    /// The folders below a root.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn folder(&self, instance: &InstanceKey) -> PathBuf {
        self.root.join(instance.to_string())
    }

    /// The folder of a schema, whether it is there or not.
    pub fn schema_dir(&self, instance: &InstanceKey, schema: &SchemaKey) -> PathBuf {
        self.folder(instance).join(SCHEMA).join(schema.to_string())
    }

    /// The folder for uploads, whether it is there or not.
    pub fn media_dir(&self, instance: &InstanceKey) -> PathBuf {
        self.folder(instance).join(MEDIA)
    }

    fn origin(&self, instance: &InstanceKey, schema: &SchemaKey) -> PathBuf {
        self.folder(instance).join(SCHEMA).join(format!("{schema}.json"))
    }

    /// Closes the folders of every instance that is there to other users, in case somebody opened them.
    pub async fn close(&self) -> Result<(), VolumeError> {
        for instance in folders(&self.root).await? {
            let schemas = folders(&instance.join(SCHEMA)).await?;
            let own = [instance.clone(), instance.join(SCHEMA), instance.join(MEDIA)];
            for folder in own.into_iter().chain(schemas) {
                absent_is_fine(close(&folder).await, &folder, "written")?;
            }
        }
        Ok(())
    }

    /// The folders of an instance's schemas, those that were written last first. The time is in the origin: that of a file
    /// system is too coarse.
    async fn schemas(&self, instance: &InstanceKey) -> Result<Vec<PathBuf>, VolumeError> {
        let mut schemas: Vec<(Option<OffsetDateTime>, PathBuf)> = Vec::new();
        for folder in folders(&self.folder(instance).join(SCHEMA)).await? {
            let origin = fs::read(folder.with_extension("json")).await.ok();
            let origin = origin.and_then(|origin| serde_json::from_slice::<Origin>(&origin).ok());
            schemas.push((origin.map(|origin| origin.written_at), folder));
        }
        schemas.sort_by(|(a, _), (b, _)| b.cmp(a));
        Ok(schemas.into_iter().map(|(_, folder)| folder).collect())
    }
}

#[async_trait]
impl Volumes for LocalVolumes {
    async fn write_schema(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        from: &SchemaRef,
        file: &SchemaFile,
    ) -> Result<(), VolumeError> {
        fs::create_dir_all(&self.root).await.map_err(failed("written", &self.root))?;
        let own = self.folder(instance);
        let folder = self.schema_dir(instance, schema);
        for folder in [&own, &own.join(SCHEMA), &folder, &self.media_dir(instance)] {
            make_private(folder).await.map_err(failed("written", folder))?;
        }
        replace(&folder.join(FILE), file.text.as_bytes()).await?;
        let origin = self.origin(instance, schema);
        let written_at = OffsetDateTime::now_utc();
        let written = Origin { schema: from.clone(), sha256: file.sha256.clone(), written_at };
        let json =
            serde_json::to_vec(&written).map_err(io::Error::from).map_err(failed("written", &origin))?;
        replace(&origin, &json).await
    }

    async fn schema(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        wanted: &SchemaRef,
    ) -> Observed<CommitSha> {
        let origin = fs::read(self.origin(instance, schema)).await;
        let text = fs::read(self.schema_dir(instance, schema).join(FILE)).await;
        match (origin, text) {
            (Ok(origin), Ok(text)) => match serde_json::from_slice::<Origin>(&origin) {
                Ok(Origin { schema, sha256, .. })
                    if hex::encode(Sha256::digest(&text)) == sha256 && schema.is_same_file(wanted) =>
                {
                    Observed::Present(schema.commit().clone())
                }
                _ => Observed::Absent,
            },
            (Err(error), _) | (_, Err(error)) if error.kind() == io::ErrorKind::NotFound => Observed::Absent,
            _ => Observed::Unknown,
        }
    }

    async fn schema_files(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        delivery: FileDelivery,
    ) -> Result<SchemaFiles, VolumeError> {
        let folder = self.schema_dir(instance, schema);
        match delivery {
            FileDelivery::Folders => Ok(SchemaFiles::Folder(folder)),
            FileDelivery::Content => {
                let file = folder.join(FILE);
                fs::read(&file).await.map(SchemaFiles::Content).map_err(failed("read", &file))
            }
        }
    }

    fn media(&self, instance: &InstanceKey, delivery: FileDelivery) -> MediaVolume {
        match delivery {
            FileDelivery::Folders => MediaVolume::Folder(self.media_dir(instance)),
            FileDelivery::Content => MediaVolume::Named(instance.to_string()),
        }
    }

    async fn prune_schemas(&self, instance: &InstanceKey, keep: &[SchemaKey]) -> Result<(), VolumeError> {
        let keep: Vec<String> = keep.iter().map(ToString::to_string).collect();
        for folder in self.schemas(instance).await?.into_iter().skip(KEPT_SCHEMAS) {
            let name = folder.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| keep.iter().any(|it| it == name)) {
                continue;
            }
            absent_is_fine(fs::remove_dir_all(&folder).await, &folder, "removed")?;
            let origin = folder.with_extension("json");
            absent_is_fine(fs::remove_file(&origin).await, &origin, "removed")?;
        }
        Ok(())
    }

    async fn remove_schemas(&self, instance: &InstanceKey) -> Result<(), VolumeError> {
        let folder = self.folder(instance).join(SCHEMA);
        absent_is_fine(fs::remove_dir_all(&folder).await, &folder, "removed")
    }

    async fn remove_rehearsal(&self, instance: &InstanceKey) -> Result<(), VolumeError> {
        let folder = self.folder(instance);
        if instance.is_main() {
            let refused = io::Error::new(io::ErrorKind::InvalidInput, "it is no rehearsal");
            return Err(failed("removed", &folder)(refused));
        }
        absent_is_fine(fs::remove_dir_all(&folder).await, &folder, "removed")
    }
}

/// The folders in a folder; none where it is absent.
async fn folders(parent: &Path) -> Result<Vec<PathBuf>, VolumeError> {
    let mut entries = match fs::read_dir(parent).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed("read", parent))?,
    };
    let mut folders = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(failed("read", parent))? {
        if entry.file_type().await.map_err(failed("read", parent))?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}

/// Makes a folder that only this user can enter; one that is there becomes so.
async fn make_private(folder: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(PRIVATE).create(folder).await {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => close(folder).await,
        made => made,
    }
}

async fn close(folder: &Path) -> io::Result<()> {
    let found = fs::metadata(folder).await?;
    if found.permissions().mode() & 0o7777 == PRIVATE {
        return Ok(());
    }
    fs::set_permissions(folder, Permissions::from_mode(PRIVATE)).await
}

fn failed(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> VolumeError {
    let place = path.display().to_string();
    move |source| VolumeError { act, place, source }
}

fn absent_is_fine(outcome: io::Result<()>, path: &Path, act: &'static str) -> Result<(), VolumeError> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(act, path)(error)),
        _ => Ok(()),
    }
}

async fn replace(path: &Path, bytes: &[u8]) -> Result<(), VolumeError> {
    let new = path.with_extension("new");
    fs::write(&new, bytes).await.map_err(failed("written", &new))?;
    fs::rename(&new, path).await.map_err(failed("written", path))
}
