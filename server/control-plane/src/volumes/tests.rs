//! Who may enter the folders of a project.

use std::fs;

use super::*;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

async fn write(volumes: &Volumes) {
    let commit = "a".repeat(40);
    let schema = SchemaRef::Git {
        repo: "file:///srv/x".parse().unwrap(),
        path: "schema.ts".parse().unwrap(),
        r#ref: commit.parse().unwrap(),
    };
    let file = SchemaFile { commit: commit.parse().unwrap(), text: "text".into(), sha256: "0".into() };
    volumes.write_schema(&"acme".parse().unwrap(), &schema, &file).await.unwrap();
}

#[tokio::test]
async fn folders_of_a_project_are_closed_also_those_that_somebody_opened() {
    let root = tempfile::tempdir().unwrap();
    let volumes = Volumes::new(root.path().join("projects"));
    let folders = ["acme", "acme/schema", "acme/media"].map(|name| root.path().join("projects").join(name));
    let open = || {
        for folder in &folders {
            fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        }
    };
    let closed = || folders.iter().all(|folder| mode(folder) == 0o700);
    volumes.close().await.unwrap();
    write(&volumes).await;
    assert!(closed(), "as they are made");
    open();
    write(&volumes).await;
    assert!(closed(), "when the schema is written again");
    open();
    fs::write(root.path().join("projects/notes"), "no folder of a project").unwrap();
    volumes.close().await.unwrap();
    assert!(closed(), "at the start of a server");
    assert_eq!(fs::read_to_string(folders[1].join("schema.ts")).unwrap(), "text");
}
