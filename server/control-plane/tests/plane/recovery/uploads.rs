//! Archives that are uploaded: accepted byte for byte, or nothing of them.

use std::io::{Cursor, Read as _};

use bytes::Bytes;
use futures::StreamExt as _;
use model::{Backup, BackupKind, Problem, ProblemKind, RestoreNewDraft, VerificationState};
use tar::{Builder, EntryType, Header};

use super::{DATABASE, SHOP, back_up, judged, shop};
use crate::support::world::id;
use crate::support::{Running, World, ines};

/// The files of an archive in their order.
type Files = Vec<(String, Vec<u8>)>;

async fn downloaded(plane: &Running, backup: &Backup) -> Vec<u8> {
    let mut file = plane.backups().download(&ines(), backup.id).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = file.bytes.next().await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    bytes
}

/// Sends a file in pieces that do not fit its blocks.
async fn upload(plane: &Running, file: &[u8]) -> control_plane::Result<Backup> {
    let pieces: Vec<_> = file.chunks(777).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    plane.backups().upload(&ines(), None, futures::stream::iter(pieces).boxed()).await
}

async fn refused(plane: &Running, file: &[u8]) -> Problem {
    upload(plane, file).await.map(|backup| panic!("{backup:?}")).unwrap_err().problem()
}

fn files(file: &[u8]) -> Files {
    let mut archive = tar::Archive::new(Cursor::new(file));
    let entry = |entry: std::io::Result<tar::Entry<'_, Cursor<&[u8]>>>| {
        let mut entry = entry.unwrap();
        let (path, mut bytes) = (entry.path().unwrap().display().to_string(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        (path, bytes)
    };
    archive.entries().unwrap().map(entry).collect()
}

fn header(path: &str, size: usize, kind: EntryType) -> Header {
    let mut header = Header::new_ustar();
    header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
    header.set_size(size as u64);
    header.set_mode(0o600);
    header.set_entry_type(kind);
    header.set_cksum();
    header
}

fn packed(files: &Files) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (path, bytes) in files {
        builder.append(&header(path, bytes.len(), EntryType::Regular), bytes.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn archives(world: &World) -> Vec<String> {
    let walk = |folder: std::path::PathBuf| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let staged = walk(world.archives_dir().join(".staged"));
    let projects = walk(world.archives_dir()).filter(|entry| entry.file_name() != ".staged");
    projects
        .chain(staged)
        .flat_map(|project| walk(project.path()))
        .map(|it| it.path().display().to_string())
        .collect()
}

#[tokio::test]
async fn a_downloaded_archive_is_uploaded_verified_and_becomes_a_project_elsewhere() {
    let (world, plane) = shop().await;
    let backup = judged(&plane, back_up(&plane).await.id).await;
    let file = downloaded(&plane, &backup).await;
    assert_eq!(files(&file)[0].0, format!("{}/SHA256SUMS", backup.id), "the seal comes first");
    let known = refused(&plane, &file).await;
    assert_eq!((known.kind, known.title.as_str()), (ProblemKind::Conflict, "The backup is listed already"));

    // another installation: its own registry, database server and store
    let (mut there, _) = (World::new().await, world);
    there.use_real_databases().await;
    let plane = there.start().await;
    let uploaded = upload(&plane, &file).await.unwrap();
    assert_eq!((uploaded.kind, uploaded.rows, uploaded.id), (BackupKind::Uploaded, Some(1000), backup.id));
    let uploaded = judged(&plane, uploaded.id).await;
    assert_eq!(uploaded.verification.state, VerificationState::Verified, "{uploaded:#?}");
    plane.over(uploaded.operation_id).await;
    becomes_a_project(&there, &plane, &uploaded).await;
    plane.backups().remove(&ines(), uploaded.id).await.unwrap();
    let again = upload(&plane, &file).await.unwrap();
    assert_eq!(again.project_id, id(SHOP), "one that was removed is uploaded again");
}

/// Restores a backup as the project `shop`, of which the installation knows nothing yet.
async fn becomes_a_project(there: &World, plane: &Running, backup: &Backup) {
    let draft = RestoreNewDraft { id: SHOP.into(), ..RestoreNewDraft::default() };
    let created = plane.new_projects().create(&ines(), backup.id, &draft).await.unwrap();
    plane.succeeds(&created).await;
    assert_eq!(there.real().text(DATABASE, "select count(*) from things").await, "1000");
    assert_eq!(there.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn an_archive_of_format_1_stays_restorable() {
    let mut world = World::new().await;
    world.use_real_databases().await;
    let plane = world.start().await;
    let uploaded = upload(&plane, include_bytes!("fixtures/format-1.tar")).await.unwrap();
    let proved = judged(&plane, uploaded.id).await;
    assert_eq!(proved.verification.state, VerificationState::Verified, "{proved:#?}");
    plane.over(uploaded.operation_id).await;
    becomes_a_project(&world, &plane, &uploaded).await;
}

#[tokio::test]
async fn nothing_is_stored_of_an_upload_with_a_flipped_byte() {
    let (world, plane) = shop().await;
    let (_, good) = removed(&plane).await;
    for part in 0..good.len() {
        let mut bad = good.clone();
        let middle = bad[part].1.len() / 2;
        bad[part].1[middle] ^= 1;
        let problem = refused(&plane, &packed(&bad)).await;
        assert_eq!(problem.title, "The archive is damaged", "{}: {problem:?}", good[part].0);
    }
    assert!(archives(&world).is_empty(), "{:?}", archives(&world));
}

/// A removed backup of `shop` with the files of its archive.
async fn removed(plane: &Running) -> (String, Files) {
    let backup = judged(plane, back_up(plane).await.id).await;
    let file = downloaded(plane, &backup).await;
    plane.backups().remove(&ines(), backup.id).await.unwrap();
    (backup.id.to_string(), files(&file))
}

/// The archive after a change.
fn with(good: &Files, change: impl Fn(&mut Files)) -> Vec<u8> {
    let mut files = good.clone();
    change(&mut files);
    packed(&files)
}

/// Files that are no archive, each with what the refusal says.
fn hostile(good: &Files, folder: &str) -> Vec<(Vec<u8>, &'static str)> {
    let named = |name: &str| format!("{folder}/{name}");
    let whole = packed(good);
    let mut link = Builder::new(Vec::new());
    link.append(&header(&named("SHA256SUMS"), 0, EntryType::Symlink), &b""[..]).unwrap();
    let mut huge = header(&named("SHA256SUMS"), 0, EntryType::Regular);
    huge.set_size(u64::MAX / 4);
    huge.set_cksum();
    vec![
        (whole[..whole.len() / 2].to_vec(), "ends too early"),
        (vec![b'x'; 4096], "no tar file"),
        (Vec::new(), "ends too early"),
        (with(good, |it| it[3].0 = "/etc/passwd".into()), "the path"),
        (with(good, |it| it[3].0 = named("../../x")), "the path"),
        (with(good, |it| it[3].0 = named(".x")), "the path"),
        (with(good, |it| it[3].0 = "other/x".into()), "more than one folder"),
        (with(good, |it| it.push((named("x.zst"), vec![1]))), "does not name"),
        (with(good, |it| it.push(it[3].clone())), "twice"),
        (with(good, |it| drop(it.remove(3))), "is missing"),
        (with(good, |it| it.swap(0, 3)), "first files"),
        (link.into_inner().unwrap(), "neither a file nor a folder"),
        (huge.as_bytes().to_vec(), "larger than"),
    ]
}

#[tokio::test]
async fn a_file_that_is_no_archive_is_refused_with_what_is_wrong() {
    let (world, plane) = shop().await;
    let (folder, good) = removed(&plane).await;
    for (file, expected) in hostile(&good, &folder) {
        let problem = refused(&plane, &file).await;
        assert!(problem.detail.contains(expected), "{expected}: {problem:?}");
    }
    assert!(archives(&world).is_empty(), "{:?}", archives(&world));
    let newer = refused(&plane, &with_manifest(&good, |json| json["format"] = 9.into())).await;
    assert!(newer.detail.contains("format 9") && newer.detail.contains("up to 1"), "{newer:?}");
    let newer = |json: &mut serde_json::Value| json["database"]["server_version"] = 990_001.into();
    let newer = refused(&plane, &with_manifest(&good, newer)).await;
    assert!(newer.detail.contains("PostgreSQL 99"), "{newer:?}");
    let foreign = |json: &mut serde_json::Value| {
        json["recipients"] = serde_json::json!(["age1foreign"]);
        for part in json["parts"].as_array_mut().unwrap() {
            part["name"] = format!("{}.age", part["name"].as_str().unwrap()).into();
        }
    };
    let foreign = refused(&plane, &with_manifest(&good, foreign)).await;
    assert!(foreign.detail.contains("encrypted to age1foreign"), "{foreign:?}");
    assert!(archives(&world).is_empty());
}

/// The archive with another manifest, and a seal that fits it.
fn with_manifest(good: &Files, change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    use sha2::Digest as _;
    let mut json: serde_json::Value = serde_json::from_slice(&good[1].1).unwrap();
    change(&mut json);
    let bytes = serde_json::to_vec(&json).unwrap();
    let digest = |bytes: &[u8]| hex::encode(sha2::Sha256::digest(bytes));
    let parts = json["parts"].as_array().unwrap().iter();
    let line = |name: &str, sum: &str| format!("{sum}  {name}\n");
    let mut lines: Vec<String> = parts
        .map(|part| line(part["name"].as_str().unwrap(), part["stored_sha256"].as_str().unwrap()))
        .collect();
    lines.push(line("manifest.json", &digest(&bytes)));
    lines.sort_by_key(|line| line[66..].to_owned());
    with(good, |files| {
        files[0].1 = lines.concat().into_bytes();
        files[1].1.clone_from(&bytes);
    })
}
