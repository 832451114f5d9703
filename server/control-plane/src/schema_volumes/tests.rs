use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use model::{ProjectClass, SchemaRefDraft, VolumePath};

use super::file::{self, FileFault};
use super::folders::VolumeFolders;
use super::refuse_in_production;
use crate::ports::schema_source::MAX_SCHEMA_BYTES;

struct Place {
    folder: tempfile::TempDir,
    folders: VolumeFolders,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("allowed/crm")).unwrap();
        fs::create_dir_all(root.join("outside")).unwrap();
        let folders = VolumeFolders { own: root.join("development"), allowed: vec![root.join("allowed")] };
        Self { folder, folders }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(path)
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let at = self.at(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, content).unwrap();
    }

    fn read(&self, path: &str) -> Result<file::FileRead, FileFault> {
        file::read(&self.folders, &volume(&self.at(path)))
    }
}

fn volume(path: &Path) -> VolumePath {
    path.to_str().unwrap().parse().unwrap()
}

#[test]
fn a_content_is_named_by_the_beginning_of_its_digest() {
    let place = Place::new();
    place.write("allowed/crm/schema.ts", "hello");
    let read = place.read("allowed/crm/schema.ts").unwrap();
    assert_eq!(read.text, "hello");
    assert_eq!(read.content.as_str(), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c");
    assert!(read.sha256.starts_with(read.content.as_str()));
    assert!(read.modified_at.is_some());
    assert_eq!(file::stat(&place.folders, &volume(&place.at("allowed/crm/schema.ts"))).unwrap(), read.stat);
}

#[test]
fn the_own_folder_is_always_allowed() {
    let place = Place::new();
    place.write("development/shop/schema.ts", "x");
    assert_eq!(place.folders.own_file("shop"), place.at("development/shop/schema.ts"));
    assert_eq!(place.read("development/shop/schema.ts").unwrap().text, "x");
}

#[test]
fn what_is_not_below_an_allowed_folder_is_refused_by_name() {
    let place = Place::new();
    place.write("outside/s.ts", "x");
    place.write("allowed-not/s.ts", "x");
    for path in ["outside/s.ts", "allowed-not/s.ts", "allowed"] {
        let Err(FileFault::Outside(allowed)) = place.read(path) else { panic!("{path}") };
        assert_eq!(allowed, place.at("allowed").display().to_string());
    }
    let fault = place.read("outside/s.ts").unwrap_err();
    let sentence = fault.sentence(&volume(&place.at("outside/s.ts")));
    assert!(sentence.contains("/outside/s.ts is not below an allowed folder"), "{sentence}");
}

#[test]
fn links_are_not_followed() {
    let place = Place::new();
    place.write("outside/s.ts", "secret");
    symlink(place.at("outside/s.ts"), place.at("allowed/file.ts")).unwrap();
    symlink(place.at("outside"), place.at("allowed/folder")).unwrap();
    for path in ["allowed/file.ts", "allowed/folder/s.ts"] {
        assert_eq!(place.read(path).unwrap_err(), FileFault::NoPlainFile, "{path}");
    }
}

#[test]
fn what_is_no_schema_file_is_told_apart() {
    let place = Place::new();
    place.write("allowed/binary.ts", [0xff, 0xfe, 0x00]);
    place.write("allowed/large.ts", vec![b'x'; usize::try_from(MAX_SCHEMA_BYTES).unwrap() + 1]);
    place.write("allowed/full.ts", vec![b'x'; usize::try_from(MAX_SCHEMA_BYTES).unwrap()]);
    assert_eq!(place.read("allowed/binary.ts").unwrap_err(), FileFault::NotUtf8);
    assert_eq!(place.read("allowed/large.ts").unwrap_err(), FileFault::TooLarge(MAX_SCHEMA_BYTES + 1));
    assert_eq!(place.read("allowed/crm").unwrap_err(), FileFault::NoPlainFile);
    assert_eq!(place.read("allowed/none.ts").unwrap_err(), FileFault::Missing);
    assert_eq!(place.read("development/shop/schema.ts").unwrap_err(), FileFault::Missing);
    assert!(place.read("allowed/full.ts").is_ok());
}

#[test]
fn only_production_is_refused() {
    let path = SchemaRefDraft { r#ref: "a".repeat(40), ..SchemaRefDraft::of_volume("/srv/s.ts") };
    let file = path.validate().unwrap();
    assert!(refuse_in_production(ProjectClass::Production, &file).is_err());
    assert!(refuse_in_production(ProjectClass::Staging, &file).is_ok());
    assert!(refuse_in_production(ProjectClass::Development, &file).is_ok());
}
