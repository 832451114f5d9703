//! Where schema files are besides registered repositories.

use std::path::PathBuf;

use super::{Parsed, Reader, absolute, backups};
use crate::config::{FileRepos, SchemaSettings};

pub(super) fn settings(r: &mut Reader<'_>) -> SchemaSettings {
    let backups = r.raw.get("BACKUPS").0.to_owned();
    SchemaSettings {
        mirror: r.read("SCHEMA_MIRROR", None, |text| backups::mirror(text, &backups)),
        volumes: r.read("SCHEMA_VOLUMES", Vec::new(), folders),
    }
}

pub(super) fn file_repos(text: &str) -> Parsed<FileRepos> {
    match text {
        "false" => Ok(FileRepos::Examples),
        "true" => Ok(FileRepos::All),
        text => folders(text).map(FileRepos::Below),
    }
}

fn folders(text: &str) -> Parsed<Vec<PathBuf>> {
    if text.is_empty() { Ok(Vec::new()) } else { text.split(':').map(absolute).collect() }
}
