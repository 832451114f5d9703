//! Where backups are kept.

use std::sync::Arc;

use archives_directory::DirectoryArchives;
use archives_s3::S3Archives;
use control_plane::ports::archive_store::ArchiveStore;

use crate::config::{BackupsIn, Config};
use crate::data_dir::DataDir;

/// The folder of backups in the data directory.
const FOLDER: &str = "backups";

/// The archive store. Nothing is created or contacted here: whether it can be used is seen when it is needed.
pub(super) fn archive_store(config: &Config, dir: &DataDir) -> Arc<dyn ArchiveStore> {
    match &config.backups.place {
        BackupsIn::DataDir => Arc::new(DirectoryArchives::new(dir.join(FOLDER))),
        BackupsIn::Folder(folder) => Arc::new(DirectoryArchives::new(folder.clone())),
        BackupsIn::Bucket(location) => Arc::new(S3Archives::new(location.clone())),
    }
}
