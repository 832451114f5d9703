//! Parts that fail in the middle of a backup.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use model::{BackupState, OperationStatus};

use super::{DATABASE, SHOP, back_up, is_complete, judged, newest, shop};
use crate::support::world::id;
use crate::support::{Running, eventually, ines};

#[tokio::test]
async fn a_table_that_is_locked_keeps_the_backup_waiting_and_nothing_else() {
    let (world, plane) = shop().await;
    let mut session = world.real().connect(DATABASE).await;
    sqlx::raw_sql("begin; lock table things in access exclusive mode").execute(&mut session).await.unwrap();
    let operation = plane.backups().create(&ines(), &id(SHOP)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!plane.operations().get(&ines(), operation.id).await.unwrap().status.is_over());
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    sqlx::raw_sql("rollback").execute(&mut session).await.unwrap();
    plane.succeeds(&operation).await;
}

#[tokio::test]
async fn a_backup_whose_sessions_are_ended_is_tried_again() {
    let (world, plane) = shop().await;
    let mut session = world.real().connect(DATABASE).await;
    sqlx::raw_sql("begin; lock table things in access exclusive mode").execute(&mut session).await.unwrap();
    let operation = plane.backups().create(&ines(), &id(SHOP)).await.unwrap();
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'fleet_backup'";
    eventually("the backup reads", async || (world.real().text("postgres", end).await != "0").then_some(()))
        .await;
    sqlx::raw_sql("rollback").execute(&mut session).await.unwrap();
    plane.succeeds(&operation).await;
    assert!(is_complete(&newest(&plane).await));
}

#[tokio::test]
async fn a_store_that_takes_nothing_fails_the_backup_and_names_itself() {
    let (world, plane) = shop().await;
    if nix_is_root() {
        // root writes everywhere, so the folder is no folder
        std::fs::remove_dir_all(world.archives_dir()).ok();
        std::fs::write(world.archives_dir(), "in the way").unwrap();
    } else {
        std::fs::set_permissions(world.archives_dir(), std::fs::Permissions::from_mode(0o500)).unwrap();
    }
    let operation = plane.backups().create(&ines(), &id(SHOP)).await.unwrap();
    let waits = eventually("the backup waits or failed", async || {
        let seen = plane.operations().get(&ines(), operation.id).await.unwrap();
        seen.problem.is_some().then_some(seen)
    })
    .await;
    assert!(waits.problem.unwrap().detail.contains("in the folder"));
    std::fs::remove_file(world.archives_dir()).ok();
    let _ = plane.operations().cancel(&ines(), operation.id).await;
    let over = plane.over(operation.id).await;
    assert_ne!(over.status, OperationStatus::Succeeded);
    let listed = eventually("the backup is listed as failed", async || {
        Some(newest(&plane).await).filter(|backup| backup.state == BackupState::Failed)
    });
    listed.await;
    assert!(alerts(&plane).await.is_empty(), "a person cancelled it");
    assert!(is_complete(&back_up(&plane).await));
}

#[tokio::test]
async fn large_objects_are_refused_by_name() {
    let (world, plane) = shop().await;
    world.real().sql(DATABASE, "select lo_create(4711)").await;
    let operation = plane.backups().create(&ines(), &id(SHOP)).await.unwrap();
    let failed = plane.fails(&operation).await.problem.unwrap();
    assert_eq!(failed.title, "The database has large objects");
    assert_eq!(newest(&plane).await.state, BackupState::Failed);
    let told =
        eventually("the fleet tells of it", async || Some(alerts(&plane).await).filter(|it| !it.is_empty()));
    assert_eq!(told.await, ["The last backup failed: The database has large objects"]);
    world.real().sql(DATABASE, "select lo_unlink(4711)").await;
    judged(&plane, back_up(&plane).await.id).await;
    eventually("the fleet tells of it no more", async || alerts(&plane).await.is_empty().then_some(())).await;
}

/// What the fleet says of backups.
async fn alerts(plane: &Running) -> Vec<String> {
    let fleet = plane.fleet().get(&ines()).await.unwrap();
    fleet.backup_faults.into_iter().map(|alert| alert.what).collect()
}

fn nix_is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
}
