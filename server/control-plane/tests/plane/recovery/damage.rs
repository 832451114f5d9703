//! Archives that are not what was written. Nothing of the project is ever touched by them.

use std::fs;
use std::path::PathBuf;

use model::{OperationStatus, VerificationState};

use super::{DATABASE, SHOP, back_up, judged, no_copy_is_left, restore, rows, shop};
use crate::support::ines;

fn files(folder: &PathBuf) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_flipped_byte_in_any_part_is_found_before_anything_is_touched() {
    let (world, plane) = shop().await;
    let backup = judged(&plane, back_up(&plane).await.id).await;
    let before = vec![DATABASE.to_owned()];
    no_copy_is_left(&world).await;
    let folder = world.archives_dir().join(SHOP).join(backup.id.to_string());
    let parts = files(&folder);
    assert_eq!(parts.len(), 7, "{parts:?}");
    for part in parts {
        let whole = fs::read(&part).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        fs::write(&part, &flipped).unwrap();
        let name = part.file_name().unwrap().to_str().unwrap().to_owned();
        let failed = plane.fails(&restore(&plane, backup.id).await.unwrap()).await;
        let problem = failed.problem.unwrap();
        assert_eq!(problem.title, "The archive is damaged", "{name}: {problem:?}");
        assert!(problem.detail.contains(&name) || name == "manifest.json", "{name}: {}", problem.detail);
        assert_eq!(
            (rows(&world).await.as_str(), world.real().names().await),
            ("1000", before.clone()),
            "{name}"
        );
        let verified = plane.backups().verify(&ines(), backup.id).await.unwrap();
        assert_eq!(plane.over(verified.id).await.status, OperationStatus::Failed, "{name}");
        fs::write(&part, &whole).unwrap();
    }
    let verified = plane.backups().verify(&ines(), backup.id).await.unwrap();
    plane.succeeds(&verified).await;
    let backup = plane.backups().get(&ines(), backup.id).await.unwrap();
    assert_eq!(backup.verification.state, VerificationState::Verified);
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_truncated_part_and_a_missing_one_are_named() {
    let (world, plane) = shop().await;
    let backup = judged(&plane, back_up(&plane).await.id).await;
    let part = world.archives_dir().join(SHOP).join(backup.id.to_string()).join("database.dump.zst");
    let whole = fs::read(&part).unwrap();
    fs::write(&part, &whole[..whole.len() / 5]).unwrap();
    let problem = plane.fails(&restore(&plane, backup.id).await.unwrap()).await.problem.unwrap();
    assert_eq!(problem.title, "The archive is damaged", "{problem:?}");
    fs::remove_file(&part).unwrap();
    let problem = plane.fails(&restore(&plane, backup.id).await.unwrap()).await.problem.unwrap();
    assert_eq!(problem.title, "The archive is gone", "{problem:?}");
    assert_eq!(rows(&world).await, "1000");
}
