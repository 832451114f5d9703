//! What folders show beside the facts of the port: who may enter them, and files that somebody changed.

use std::fs;

use super::*;
use crate::testing::conformance::volumes;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

fn acme() -> InstanceKey {
    "acme".parse().unwrap()
}

#[tokio::test]
async fn folders_conform() {
    volumes::run(|| {
        let root = tempfile::tempdir().unwrap();
        (LocalVolumes::new(root.path().join("projects")), root)
    })
    .await;
}

#[tokio::test]
async fn folders_of_an_instance_are_closed_also_those_that_somebody_opened() {
    let root = tempfile::tempdir().unwrap();
    let volumes = LocalVolumes::new(root.path().join("projects"));
    let first = SchemaKey::from(1);
    let folders = ["acme", "acme/schema", "acme/schema/1", "acme/media"];
    let folders = folders.map(|name| root.path().join("projects").join(name));
    let open = || {
        for folder in &folders {
            fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        }
    };
    let closed = || folders.iter().all(|folder| mode(folder) == PRIVATE);
    let write = async || {
        let (from, file) = volumes::schema("text");
        volumes.write_schema(&acme(), &first, &from, &file).await.unwrap();
    };
    volumes.close().await.unwrap();
    write().await;
    assert!(closed(), "as they are made");
    open();
    write().await;
    assert!(closed(), "when the schema is written again");
    open();
    fs::write(root.path().join("projects/notes"), "no folder of an instance").unwrap();
    volumes.close().await.unwrap();
    assert!(closed(), "at the start of a server");
    assert_eq!(fs::read_to_string(volumes.schema_dir(&acme(), &first).join(FILE)).unwrap(), "text");
}

#[tokio::test]
async fn a_file_that_somebody_changed_is_not_the_commit_s() {
    let root = tempfile::tempdir().unwrap();
    let volumes = LocalVolumes::new(root.path().to_owned());
    let (first, (from, file)) = (SchemaKey::from(1), volumes::schema("text"));
    volumes.write_schema(&acme(), &first, &from, &file).await.unwrap();
    fs::write(volumes.schema_dir(&acme(), &first).join(FILE), "other").unwrap();
    assert_eq!(volumes.schema(&acme(), &first, &from).await, Observed::Absent);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let root = tempfile::tempdir().unwrap();
    let volumes = LocalVolumes::new(root.path().to_owned());
    fs::write(root.path().join("acme"), "in the way").unwrap();
    let (from, file) = volumes::schema("text");
    let error = volumes.write_schema(&acme(), &SchemaKey::from(1), &from, &file).await.unwrap_err();
    assert!(error.to_string().contains("/acme"), "{error}");
}
