//! The control plane ends at any moment of a backup or a restore. The next one completes it, and no copy is left.

use std::time::Duration;

use super::{DATABASE, SHOP, back_up, is_complete, newest, no_copy_is_left, restore, rows, shop, upload};
use crate::support::ines;
use crate::support::world::id;

/// Between two moments at which it ends.
const MOMENT: Duration = Duration::from_millis(120);

#[tokio::test]
async fn a_restore_whose_control_plane_is_killed_at_any_moment_is_completed() {
    let (world, mut plane) = shop().await;
    let backup = back_up(&plane).await;
    let clear = "alter table things no force row level security; delete from things; alter table things force row level security";
    for moment in 0..10 {
        world.real().sql(DATABASE, clear).await;
        std::fs::write(upload(&world), "changed").unwrap();
        let restored = restore(&plane, backup.id).await.unwrap();
        tokio::time::sleep(MOMENT * moment).await;
        plane.kill().await;
        plane = world.start().await;
        plane.succeeds(&restored).await;
        assert_eq!(rows(&world).await, "1000", "moment {moment}");
        assert_eq!(std::fs::read_to_string(upload(&world)).unwrap(), "first", "moment {moment}");
        assert_eq!(world.browse("shop.example.test").await, Ok(200), "moment {moment}");
    }
    no_copy_is_left(&world).await;
}

#[tokio::test]
async fn a_backup_whose_control_plane_is_killed_at_any_moment_is_completed() {
    let (world, mut plane) = shop().await;
    for moment in 0..6 {
        let operation = plane.backups().create(&ines(), &id(SHOP)).await.unwrap();
        tokio::time::sleep(MOMENT * moment).await;
        plane.kill().await;
        plane = world.start().await;
        plane.succeeds(&operation).await;
        let backup = newest(&plane).await;
        assert!(is_complete(&backup) && backup.rows == Some(1000), "moment {moment}: {backup:#?}");
    }
}

#[tokio::test]
async fn a_cancelled_restore_leaves_the_old_data_in_use_and_no_copy() {
    let (world, plane) = shop().await;
    let backup = back_up(&plane).await;
    for moment in [0, 2, 4, 6] {
        let restored = restore(&plane, backup.id).await.unwrap();
        tokio::time::sleep(MOMENT * moment).await;
        // one that is past its point of no return is completed
        let _ = plane.operations().cancel(&ines(), restored.id).await;
        plane.over(restored.id).await;
        assert_eq!(rows(&world).await, "1000", "moment {moment}");
        plane.becomes(SHOP, "runs", |shop| shop.observed.facts.ready.present().is_some()).await;
    }
    no_copy_is_left(&world).await;
}
