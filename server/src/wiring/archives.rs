//! Where backups are kept.

use std::path::Path;
use std::sync::Arc;

use archives_directory::DirectoryArchives;
use archives_s3::S3Archives;
use control_plane::ports::archive_store::ArchiveStore;

use crate::config::{BackupsIn, Config, MirrorIn};
use crate::data_dir::DataDir;

/// The folder of backups in the data directory.
const FOLDER: &str = "backups";

/// The archives of a folder other than the configured one.
pub fn archives_in(folder: &Path) -> Arc<dyn ArchiveStore> {
    Arc::new(DirectoryArchives::new(folder.to_owned()))
}

/// The mirror of schema files, if there is one. Nothing is created or contacted here.
pub fn schema_mirror(config: &Config) -> Option<Arc<dyn ArchiveStore>> {
    Some(match config.schemas.mirror.as_ref()? {
        MirrorIn::Folder(folder) => Arc::new(DirectoryArchives::new(folder.clone())),
        MirrorIn::Bucket(location) => Arc::new(S3Archives::new(location.clone())),
    })
}

/// The archive store. Nothing is created or contacted here: whether it can be used is seen when it is needed.
pub fn archive_store(config: &Config, dir: &DataDir) -> Arc<dyn ArchiveStore> {
    match &config.backups.place {
        BackupsIn::DataDir => Arc::new(DirectoryArchives::new(dir.join(FOLDER))),
        BackupsIn::Folder(folder) => Arc::new(DirectoryArchives::new(folder.clone())),
        BackupsIn::Bucket(location) => Arc::new(S3Archives::new(location.clone())),
    }
}
